"""`patravali line`: switches an office's line and waits until it is really so."""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path

from protocol.errors import LocalError
from provisioning.demo import lines
from provisioning.demo.plan import HOST, OFFICE_NODES
from provisioning.demo.roles import read_run

FOLLOW_SECONDS = 5.0
LOOK_SECONDS = 0.02


class NoLine(LocalError):
    """There is no such office or no demonstration: codes line.unknown, line.no_demo, line.not_followed."""

    code = "line.unknown"


def switch(data: Path, office: str, to: str) -> int:
    """Do it and say how the line stands; the exit code. Raises NoLine."""
    if office not in OFFICE_NODES:
        raise NoLine("line.unknown", office=office, offices=", ".join(OFFICE_NODES))
    run = read_run(data)
    if run is None:
        raise NoLine("line.no_demo", path=str(data))
    port = next(role.line_port for role in run.roles if role.node == office)
    if to != "status":
        lines.switch(data, office, up=to == lines.UP)
        if run.state != "stopped" and not wait_until(port, up=to == lines.UP):
            raise NoLine("line.not_followed", office=office)
    up = lines.is_up(data, office)
    rest = "" if run.state != "stopped" else " (the demonstration does not run now)"
    print(f"{office}: line {lines.UP if up else lines.DOWN}{rest}")
    sys.stdout.flush()
    return 0


def wait_until(port: int, *, up: bool) -> bool:
    """Whether within some seconds a connection to the line is taken (up) or refused (down)."""
    until = time.monotonic() + FOLLOW_SECONDS
    while accepts(port) != up:
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def accepts(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
