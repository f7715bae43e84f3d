"""The processes that are killed: an office's web and queue, and the hub, each over a folder of the test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from appliance.queue import run_consumer
from appliance.store.unit import Settings, Unit
from appliance.web import create_app
from central.hub.unit import HubUnit
from central.web.doors import blueprints
from commons.clock import Clock
from tests.support.district import HUB_CODE, STORAGE_KEY, papers_of
from tests.support.server import free_port, wait_for

OFFICES = ("moth", "chirgaon")
FAST_SECONDS = 0.03
"""Between two exchanges: so short that a killed queue is nearly always in the middle of one."""


def open_office(folder: Path, code: str, *, hub_url: str = "", reserve_bytes: int = 0) -> Unit:
    """One office over its folder, with the directory taken."""
    papers = papers_of(OFFICES)
    settings = Settings(
        node=code,
        hub=HUB_CODE,
        hub_url=hub_url,
        reserve_bytes=reserve_bytes,
        exchange_seconds=FAST_SECONDS,
        lively_seconds=FAST_SECONDS,
    )
    unit = Unit(folder / code, settings, papers.keys[code], STORAGE_KEY, papers.root, clock=Clock())
    if unit.directory_version() == 0:
        unit.take_directory(papers.signed)
    return unit


def hub_app() -> Flask:
    """The doors of the hub, for gunicorn."""
    papers = papers_of(OFFICES)
    hub = HubUnit(
        Path(os.environ["TEST_DISTRICT"]) / HUB_CODE, HUB_CODE, papers.keys[HUB_CODE], STORAGE_KEY, papers.root
    )
    hub.db.close()
    app = Flask(__name__)
    for blueprint in blueprints(hub):
        app.register_blueprint(blueprint)
    return app


def web_app() -> Flask:
    """The screens of the office that the environment names, for gunicorn."""
    unit = open_office(Path(os.environ["TEST_DISTRICT"]), os.environ["TEST_NODE"])
    unit.db.close()
    return create_app(unit)


@dataclass
class Program:
    """A process in a session of its own, started again as often as it is killed."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    port: int = 0
    kills: int = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Returns when it listens, if it listens."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command, env={**os.environ, **self.environment}, stdout=output, stderr=output,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        if self.port:
            wait_for(self.port)

    def kill(self) -> None:
        """As the power would end it, with the workers that it has."""
        self._end(signal.SIGKILL)
        self.kills += 1

    def stop(self) -> None:
        """Asks it to end."""
        if self._process is not None:
            self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        assert self._process.poll() is None, f"{self.name} ended by itself, see {self.log}"
        os.killpg(self._process.pid, number)
        self._process.wait(timeout=30)


def _gunicorn(app: str, port: int) -> tuple[str, ...]:
    return (
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4",
        "--workers", "1", "--no-control-socket", app,
    )  # fmt: skip


def hub_program(folder: Path) -> Program:
    """The hub's doors under gunicorn."""
    port = free_port()
    command = _gunicorn("tests.kill.programs:hub_app()", port)
    return Program("hub", command, {"TEST_DISTRICT": str(folder)}, folder / "hub.log", port)


def web_program(folder: Path, code: str) -> Program:
    """An office's screens under gunicorn."""
    port = free_port()
    environment = {"TEST_DISTRICT": str(folder), "TEST_NODE": code}
    return Program(
        f"{code}-web", _gunicorn("tests.kill.programs:web_app()", port), environment, folder / "web.log", port
    )


def queue_program(folder: Path, code: str, hub_port: int) -> Program:
    """An office's queue process."""
    command = (sys.executable, "-m", "tests.kill.programs", str(folder), code, f"http://127.0.0.1:{hub_port}")
    return Program(f"{code}-queue", command, {}, folder / f"{code}-queue.log")


if __name__ == "__main__":
    run_consumer(open_office(Path(sys.argv[1]), sys.argv[2], hub_url=sys.argv[3]))
