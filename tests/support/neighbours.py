"""An office's own web program under gunicorn, as its neighbours in the network meet it behind nginx."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from appliance.link.carry import note_line
from appliance.store.unit import Settings, Unit
from appliance.web.app import create_app
from commons.clock import Clock
from tests.support.district import HUB_CODE, STORAGE_KEY, papers_of
from tests.support.server import Server, free_port, wait_for

OFFICES = ("moth", "chirgaon", "bamaur")


def open_office(folder: Path, code: str, hub_url: str = "", **settings: object) -> Unit:
    """An office of these tests with the machine's own clock."""
    papers = papers_of(OFFICES)
    given = {"neighbour_after_seconds": 0.0, **settings}
    told = Settings(node=code, hub=HUB_CODE, hub_url=hub_url, reserve_bytes=0, **given)  # type: ignore[arg-type]
    unit = Unit(
        folder / code, told, papers.keys[code], STORAGE_KEY, papers.root, clock=Clock(), synchronous="off", check=False
    )
    if unit.directory_version() == 0:
        unit.take_directory(papers.signed)
    return unit


def office_app() -> Flask:
    """The office that the environment names, for gunicorn; what its line is said to be stays as it is."""
    unit = open_office(Path(os.environ["TEST_DISTRICT"]), os.environ["TEST_OFFICE"], os.environ["TEST_HUB_URL"])
    unit.db.close()
    app = create_app(unit)
    app.config["NEIGHBOUR_READ_SECONDS"] = float(os.environ["TEST_READ_SECONDS"])
    return app


@contextmanager
def serve_office(
    folder: Path, code: str, hub_url: str, *, up: bool = True, read_seconds: float = 30.0
) -> Iterator[Server]:
    """The office under gunicorn, ended afterwards; a parcel is read within `read_seconds`."""
    unit = open_office(folder, code, hub_url)
    note_line(unit, up=up, trouble="")
    unit.db.close()
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads",
            "8", "--graceful-timeout", "2", "--no-control-socket", "tests.support.neighbours:office_app()",
        ],
        env={
            **os.environ, "TEST_DISTRICT": str(folder), "TEST_OFFICE": code, "TEST_HUB_URL": hub_url,
            "TEST_READ_SECONDS": str(read_seconds),
        },
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port)
        yield Server(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=20)
