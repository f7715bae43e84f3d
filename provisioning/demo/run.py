"""Runs the demonstration: makes its district once, keeps its processes and lines, shows its page, stops it all."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import requests

import appliance.cli
import appliance.config
import central.cli
import central.config
from appliance import practice_cli
from appliance.practice import room
from commons import serve, supervise
from commons.folder import PRIVATE, held
from protocol.errors import LocalError
from provisioning.demo import district, lines
from provisioning.demo.page import PageServer
from provisioning.demo.plan import HOST, PRACTICE_OF, Place, Plan
from provisioning.demo.relay import Line, Relay
from provisioning.demo.roles import log_ins, name_of, write_run

READY_SECONDS = 60.0
LOOK_SECONDS = 0.1


class NotReady(LocalError):
    """A program of the demonstration does not answer: values `name`, `logs`."""

    code = "demo.not_ready"


def run(plan: Plan, say: Callable[[str], None]) -> int:
    """Run until a signal; the exit code. Raises LocalErrors when it cannot begin."""
    stop = supervise.stop_on_signals()
    plan.data.mkdir(parents=True, exist_ok=True)
    plan.data.chmod(PRIVATE)
    with ExitStack() as stack:
        stack.enter_context(held(plan.data, "demo.lock"))
        for port in plan.ports:
            serve.check_listening(f"{HOST}:{port}")
        if district.is_made(plan):
            _check(plan, say)
        else:
            district.make(plan, say)
        for place in plan.places:
            stack.enter_context(held(plan.folder(place.node)))
        say("practice office: sample work")
        practice = plan.folder(plan.practice.node)
        room.prepare(practice)
        stack.enter_context(held(practice, room.LOCK))
        room.heal(practice)
        _keep(plan, stop, say)
    return 0


def _check(plan: Plan, say: Callable[[str], None]) -> None:
    say("checking the data of the last run")
    central.config.open_hub(plan.folder(plan.hub.node), check=True).db.close()
    for place in plan.offices:
        appliance.config.open_unit(plan.folder(place.node), check=True).db.close()


def _keep(plan: Plan, stop: threading.Event, say: Callable[[str], None]) -> None:
    logs = plan.data / "logs"
    logs.mkdir(exist_ok=True)
    ready = threading.Event()
    supervisor = supervise.Supervisor(
        [
            *central.cli.programs(plan.folder(plan.hub.node), listen=plan.hub.listen, name=plan.hub.node, logs=logs),
            *(
                program
                for place in plan.offices
                for program in appliance.cli.programs(
                    plan.folder(place.node),
                    listen=place.listen,
                    hub_url=place.hub_url,
                    practice_url=plan.practice.url if place.node == PRACTICE_OF else None,
                    name=place.node,
                    logs=logs,
                )
            ),
            *practice_cli.programs(
                plan.folder(plan.practice.node), listen=plan.practice.listen, name=plan.practice.node, logs=logs
            ),
        ],
        lambda: write_run(plan, "running" if ready.is_set() else "starting", supervisor.pids()),
    )
    with _relay(plan), _page(plan):
        try:
            say("starting the hub, three offices and their lines")
            supervisor.start()
            _wait_until_ready(plan, supervisor, stop, logs)
            if not stop.is_set():
                ready.set()
                write_run(plan, "running", supervisor.pids())
                print(words(plan), flush=True)
            supervisor.run(stop)
            if supervisor.refused:
                raise NotReady(name=plan.data.name, logs=str(logs))
        finally:
            say("stopping")
            supervisor.stop()
            write_run(plan, "stopped", {})


@contextmanager
def _relay(plan: Plan) -> Iterator[None]:
    relay = Relay(
        HOST,
        tuple(
            Line(place.node, place.line_port, plan.hub.port, partial(lines.is_up, plan.data, place.node))
            for place in plan.offices
        ),
    )
    relay.start()
    try:
        yield
    finally:
        relay.stop()


@contextmanager
def _page(plan: Plan) -> Iterator[None]:
    page = PageServer(plan)
    page.start()
    try:
        yield
    finally:
        page.stop()


def _wait_until_ready(plan: Plan, supervisor: supervise.Supervisor, stop: threading.Event, logs: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    for place in (*plan.places, plan.practice):
        while not _answers(place):
            supervisor.look()
            if supervisor.refused or time.monotonic() > until:
                raise NotReady(name=place.node, logs=str(logs))
            if stop.wait(LOOK_SECONDS):
                return


def _answers(place: Place) -> bool:
    try:
        return requests.get(place.url + "healthz", timeout=5).status_code == 200
    except (requests.ConnectionError, requests.Timeout):
        return False


def words(plan: Plan) -> str:
    """Addresses and log-ins for the terminal."""
    blocks = [f"\nThe demonstration runs. Its page, with the switches of the lines: {plan.page_url}\n"]
    for place in plan.places:
        name = name_of(place.node)
        blocks.append(f"{name.en} · {name.hi}   {place.url}")
        blocks += [
            f"    {person.employee}   {person.password:<22} {person.post_name_en} · {person.name_en}"
            for person in log_ins(place.node)
        ]
    practice = name_of(plan.practice.node)
    blocks.append(f"{practice.en} · {practice.hi}   {plan.practice.url}   (choose a role, no password)")
    blocks.append(f"\nData: {plan.data}   Ctrl-C stops everything.   Cut a line: patravali line moth down")
    return "\n".join(blocks)


def progress(text: str) -> None:
    """One line on standard error for a step."""
    print(f"demo: {text}", file=sys.stderr, flush=True)
