"""The stage: a demonstration of the story's own, on free ports, in a process that is stopped at the end."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from protocol.errors import LocalError
from provisioning import nodes
from provisioning.demo.plan import HOST, Plan
from provisioning.demo.roles import Role, Run, read_run
from provisioning.story.person import Person

READY_SECONDS = 90.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.1
LOWEST_PORT, HIGHEST_PORT = 20_000, 30_000


class NoStage(LocalError):
    """The demonstration did not start: values `said`."""

    code = "story.no_stage"


class Stage:
    """A demonstration that runs."""

    def __init__(self, plan: Plan, run: Run, process: subprocess.Popen[bytes]) -> None:
        self.plan = plan
        self.run = run
        self._process = process

    def role(self, node: str) -> Role:
        """A node of it."""
        return next(role for role in self.run.roles if role.node == node)

    def person(self, node: str, post: str, language: str) -> Person:
        """Who holds the post, at the node's address."""
        role = self.role(node)
        return Person(role.url, next(person for person in role.log_ins if person.post == post), language)

    def line(self, office: str, to: str) -> str:
        """What `patravali line` says."""
        command = [sys.executable, "-m", "provisioning.cli", "line", office, to, "--data", str(self.plan.data)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def truth(self) -> nodes.District:
        """What the databases themselves say."""
        return nodes.status(self.plan.data)

    def pids(self) -> list[int]:
        """Every process of the demonstration."""
        found = read_run(self.plan.data)
        assert found is not None
        return [pid for role in found.roles for pid in role.pids.values()] + ([found.pid] if found.pid else [])

    def interrupt(self) -> int:
        """Press Ctrl-C; the exit code."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(STOP_SECONDS)


def free_ports(data: Path) -> Plan:
    """A plan whose ports nobody listens on now."""
    while True:
        plan = Plan(data, random.SystemRandom().randrange(LOWEST_PORT, HIGHEST_PORT, 30))
        if all(_is_free(port) for port in plan.ports):
            return plan


@contextmanager
def staged(plan: Plan, **settings: str) -> Iterator[Stage]:
    """Start the demonstration and wait until everybody can log in; stop it afterwards in any case.

    `settings`: variables of its environment, `PATRAVALI_…`.
    """
    command = [
        sys.executable,
        "-m",
        "provisioning.cli",
        "demo",
        "--data",
        str(plan.data),
        "--port",
        str(plan.base_port),
    ]
    plan.data.mkdir(parents=True, exist_ok=True)
    said = plan.data / "story.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, **settings}
        )
    try:
        yield Stage(plan, _ready(plan, process, said), process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def is_alive(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _ready(plan: Plan, process: subprocess.Popen[bytes], said: Path) -> Run:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        run = read_run(plan.data)
        if run is not None and run.state == "running":
            return run
        time.sleep(LOOK_SECONDS)
    raise NoStage(said=said.read_text(errors="replace")[-2000:])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
