"""What DATA/run.json tells: roles, addresses, log-ins, process ids."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from provisioning.demo import content
from provisioning.demo.plan import PRACTICE_NODE, Place, Plan


class LogIn(msgspec.Struct, frozen=True):
    """A made-up person's way in."""

    employee: str
    password: str
    post: str
    name_hi: str
    name_en: str
    post_name_hi: str
    post_name_en: str


class Role(msgspec.Struct, frozen=True):
    """One node as it runs: its address, its folder, its people, its processes, and its line's port
    (0: the hub, and the practice office, where people choose a role without a log-in).
    """

    role: str
    node: str
    name_hi: str
    name_en: str
    url: str
    folder: str
    line_port: int
    log_ins: list[LogIn]
    pids: dict[str, int]


class Run(msgspec.Struct, frozen=True):
    """What DATA/run.json holds. `state` is starting, running or stopped; `pid` is the demonstration's own process."""

    state: str
    pid: int | None
    data: str
    page: str
    roles: list[Role]


def read_run(data: Path) -> Run | None:
    """The run that DATA/run.json tells of, None before the first."""
    try:
        return msgspec.json.decode((data / "run.json").read_bytes(), type=Run)
    except FileNotFoundError:
        return None


def write_run(plan: Plan, state: str, pids: dict[str, int]) -> None:
    """Write DATA/run.json anew, whole."""
    roles = [
        Role(
            role=place.role,
            node=place.node,
            name_hi=name.hi,
            name_en=name.en,
            url=place.url,
            folder=str(plan.folder(place.node)),
            line_port=place.line_port,
            log_ins=log_ins(place.node),
            pids={key.removeprefix(f"{place.node}-"): pid for key, pid in pids.items() if key in _names(place)},
        )
        for place in (*plan.places, plan.practice)
        for name in (name_of(place.node),)
    ]
    run = Run(state, None if state == "stopped" else os.getpid(), str(plan.data), plan.page_url, roles)
    new = plan.run_file.with_name(".run.json.new")
    new.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=2) + b"\n")
    new.replace(plan.run_file)


def _names(place: Place) -> tuple[str, ...]:
    return tuple(f"{place.node}-{what}" for what in ("web", "queue"))


def name_of(node: str) -> content.Text:
    """The node's name in both languages."""
    if node == content.HUB_NODE:
        return content.Text("जिला सर्वर (हब)", "District server (hub)")
    if node == PRACTICE_NODE:
        return content.Text("अभ्यास कार्यालय (मोंठ)", "Practice office (Moth)")
    return next(office.name for office in content.OFFICES if office.code == node)


def log_ins(node: str) -> list[LogIn]:
    """Who can log in at a node, with the made-up password."""
    passwords = {person.code: person.password for person in content.EMPLOYEES if person.node == node}
    if node == content.HUB_NODE:
        passwords = dict(content.HUB_LOG_INS)
    posts = {post.code: post for office in content.OFFICES for post in office.posts}
    people = {person.code: person for person in content.EMPLOYEES}
    return [
        LogIn(
            charge.employee,
            passwords[charge.employee],
            charge.post,
            people[charge.employee].name.hi,
            people[charge.employee].name.en,
            posts[charge.post].name.hi,
            posts[charge.post].name.en,
        )
        for charge in content.CHARGES
        if charge.employee in passwords
    ]
