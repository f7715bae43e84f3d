"""The queue's real process: woken by an enqueue, killed in the middle, ended when asked."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.desk.refused import Refused
from appliance.store.unit import Unit
from tests.appliance.queue_process import OFFICES, open_moth
from tests.support.district import TestClock, actor, open_hub, papers_of
from tests.support.proxy import proxy
from tests.support.server import Server, free_port, serve_hub
from tests.support.tls import make_certificate
from tests.support.unfinished import begun_long_ago, is_there
from tests.support.waiting import until

CLERK = actor("moth.da1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("queue")


@pytest.fixture(scope="module")
def unit(folder: Path) -> Iterator[Unit]:
    opened = open_moth(folder)
    yield opened
    opened.db.close()


@pytest.fixture(scope="module")
def hub(folder: Path) -> Iterator[Server]:
    open_hub(folder, papers_of(OFFICES), TestClock()).db.close()
    with serve_hub(folder) as running:
        yield running


@contextmanager
def queue(folder: Path, url: str, exchange_seconds: float = 3600.0, *way: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process, ended at the latest with the block. `way`: a proxy, and who vouches for the hub."""
    command = [sys.executable, "-m", "tests.appliance.queue_process", str(folder), url, str(exchange_seconds), *way]
    with (folder / "queue.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=20)


def acked(unit: Unit) -> bool:
    return bool(unit.db.value("SELECT acked_seq = head_seq FROM node"))


def opened(unit: Unit, subject: str = "s") -> str:
    return verbs.open_file(unit, CLERK, subject=subject, section="moth.dev", language="en")


def waiting(unit: Unit) -> int:
    return len(unit.huey.pending())


def exchanges(unit: Unit) -> int:
    return int(reading.line_state(unit).last_exchange_ms or 0)


def test_what_is_enqueued_is_carried_within_a_second(folder: Path, unit: Unit, hub: Server) -> None:
    with queue(folder, hub.url):
        before = exchanges(unit)
        until(lambda: exchanges(unit) > before, 20)
        for number in range(3):
            opened(unit, f"file {number}")
            until(lambda: acked(unit), 1.0)
            until(lambda: waiting(unit) == 0, 1.0)
    assert unit.db.value("SELECT count(*) FROM outbox") == 0


def test_a_download_that_nobody_finishes_goes_after_a_month(folder: Path, unit: Unit, hub: Server) -> None:
    begun_long_ago(unit.incoming, unit.folder / "incoming", days=31)
    unit.incoming.create("new", 100, b"")
    with queue(folder, hub.url):
        until(lambda: not is_there(unit.incoming, "old"), 20)
    assert is_there(unit.incoming, "new")


def test_an_enqueue_is_kept_or_lost_with_its_transaction(unit: Unit) -> None:
    def stand() -> tuple[int, int, int]:
        return waiting(unit), unit.db.value("SELECT count(*) FROM outbox"), unit.db.value("SELECT count(*) FROM event")

    def undone() -> None:
        with unit.db.writing():
            opened(unit)
            assert stand()[0] == before[0] + 1
            raise RuntimeError

    before = stand()
    with pytest.raises(RuntimeError):
        undone()
    assert stand() == before
    file = opened(unit)
    after = tuple(number + 1 for number in before)
    assert stand() == after
    with pytest.raises(Refused):
        verbs.reopen(unit, CLERK, file, "x")
    assert stand() == after


def test_a_task_that_died_with_its_worker_is_made_good_by_the_next_process(
    folder: Path, unit: Unit, hub: Server
) -> None:
    opened(unit)
    while unit.huey.dequeue() is not None:  # a worker took them, and died
        continue
    assert waiting(unit) == 0
    assert not acked(unit)
    with queue(folder, hub.url):
        until(lambda: acked(unit), 20)


def test_killed_in_the_middle_again_and_again_it_loses_nothing(folder: Path, unit: Unit, hub: Server) -> None:
    written = []
    for round_number in range(4):
        with queue(folder, hub.url, 0.02) as process:
            before = unit.db.value("SELECT acked_seq FROM node")
            for number in range(6):
                written.append(f"killed {round_number} {number}")
                opened(unit, written[-1])
            until(lambda: unit.db.value("SELECT acked_seq FROM node") > before, 20)  # noqa: B023 - used at once
            process.kill()
            process.wait()
    with queue(folder, hub.url):
        until(lambda: acked(unit), 20)
    district = open_hub(folder, papers_of(OFFICES), TestClock())
    assert [
        title for (title,) in district.db.rows("SELECT title FROM efile WHERE title LIKE 'killed%' ORDER BY title")
    ] == written
    district.db.close()


@pytest.mark.usefixtures("hub")
def test_when_the_line_returns_it_goes_by_itself(folder: Path, unit: Unit) -> None:
    """The first wait after a failure is 11 s at the least: only the answered knock can end it sooner."""
    port = free_port()
    with queue(folder, f"http://127.0.0.1:{port}"):
        until(lambda: reading.line_state(unit).up is False, 20)
        opened(unit)
        with serve_hub(folder, port=port):
            assert until(lambda: acked(unit), 10) < 9
            until(lambda: reading.line_state(unit).up is True, 5)


def test_when_the_proxy_returns_it_goes_by_itself(folder: Path, unit: Unit, tmp_path: Path) -> None:
    """A proxy that does not answer is a line that is down: it is knocked at, and nobody waits the 11 s of an error."""
    port, certificate = free_port(), make_certificate(tmp_path)
    with (
        serve_hub(folder, tls=certificate) as secure,
        queue(folder, secure.url, 3600.0, f"http://127.0.0.1:{port}", str(certificate)),
    ):
        until(lambda: reading.line_state(unit).trouble == "proxy", 20)
        opened(unit)
        with proxy(tmp_path, port=port):
            assert until(lambda: acked(unit), 10) < 9
            until(lambda: reading.line_state(unit).up is True, 5)


def test_the_queue_ends_when_asked(folder: Path, unit: Unit, hub: Server) -> None:
    with queue(folder, hub.url) as process:
        before = exchanges(unit)
        until(lambda: exchanges(unit) > before, 20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    assert "Traceback" not in (folder / "queue.log").read_text()
