"""What happens on a small disk of its own that runs full; run under `unshare --mount` by test_full_disk.

python -m tests.kill.full_disk CASE MOUNTED_FOLDER OTHER_FOLDER
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from appliance.desk import reading, verbs
from appliance.link.carry import carry
from appliance.link.https import HttpsCarrier, HubRefused
from appliance.link.speak import speak
from appliance.store.unit import Unit
from central.hub.unit import MIGRATIONS as HUB_MIGRATIONS
from commons.database import open_database
from protocol import messages as ms
from protocol.errors import PatravaliError
from tests.kill.programs import OFFICES, hub_program, open_office
from tests.kill.verdict import journal_of, said
from tests.support.district import HUB_CODE, STORAGE_KEY, actor
from tests.support.paper import pdf

SIZE_MB = 24
CLERK = actor("moth.da1")
PDF = pdf(filling=os.urandom(1 << 20))


@contextmanager
def ballast(disk: Path, leave_bytes: int) -> Iterator[None]:
    """The disk filled up but for so much."""
    path = disk / "ballast"
    stat = os.statvfs(disk)
    free = stat.f_bavail * stat.f_frsize
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free - leave_bytes))
    try:
        yield
    finally:
        path.unlink()


def refusal(wish: Callable[[], object]) -> PatravaliError:
    """The word with which it was refused; nothing else may come."""
    try:
        wish()
    except PatravaliError as error:
        return error
    raise AssertionError("it cannot have fitted")


def carried(unit: Unit, url: str) -> None:
    carry(unit, HttpsCarrier(url, unit.incoming))


def open_file(unit: Unit, subject: str) -> str:
    return verbs.open_file(unit, CLERK, subject=subject, section="moth.dev", language="en")


def journal(unit: Unit) -> list[tuple[bytes, bytes]]:
    return journal_of(unit.db, unit.node, bytes(unit.db.value("SELECT epoch FROM node")))


def sound(unit: Unit, subjects: list[str]) -> None:
    """Everything that was acknowledged is there, once, and the database is whole after being opened anew."""
    assert said(journal(unit), "open", 1) == subjects
    unit.db.close()
    unit.db.connect()
    assert unit.db.value("PRAGMA integrity_check") == "ok"
    assert said(journal(unit), "open", 1) == subjects


def reserve(disk: Path, _other: Path) -> None:
    """Below the reserve every verb is refused before anything is written; deliveries would still fit."""
    unit = open_office(disk, "moth", reserve_bytes=8 << 20)
    file = open_file(unit, "before")
    refused: list[Callable[[], object]] = [
        lambda: open_file(unit, "during"),
        lambda: verbs.save_yellow(unit, CLERK, file, "<p>x</p>", 0),
        lambda: verbs.confirm_note(unit, CLERK, file),
        lambda: verbs.attach(unit, CLERK, file, name="a.pdf", media_type="", stream=io.BytesIO(PDF)),
        lambda: verbs.send(unit, CLERK, file, to_post="chirgaon.head", how="up"),
        lambda: verbs.park(unit, CLERK, file, "x"),
        lambda: verbs.close(unit, CLERK, file, "x"),
    ]
    with ballast(disk, 7 << 20):
        before = journal(unit)
        for verb in refused:
            error = refusal(verb)
            assert error.code == "disk_reserve"
            assert 0 < int(str(error.values["free_bytes"])) < int(str(error.values["needed_bytes"])) == 8 << 20
        assert journal(unit) == before
        assert [row.file for row in reading.inbox(unit, CLERK.post)] == [file]
    verbs.save_yellow(unit, CLERK, file, "<p>x</p>", 0)
    verbs.confirm_note(unit, CLERK, file)
    open_file(unit, "after")
    sound(unit, ["before", "after"])


def database(disk: Path, _other: Path) -> None:
    """No reserve: SQLite itself meets the end of the disk. A clear error, nothing half-done, on it goes with room."""
    unit = open_office(disk, "moth")
    done = [f"before {n}" for n in range(5)]
    for subject in done:
        open_file(unit, subject)
    with ballast(disk, 256 << 10):
        full = []
        for n in range(400):
            try:
                open_file(unit, f"during {n}")
                done.append(f"during {n}")
            except PatravaliError as error:
                full.append(error.code)
                if len(full) == 20:
                    break
        assert full == ["disk_reserve"] * 20, "the disk never ran full"
        assert said(journal(unit), "open", 1) == done
        assert len(reading.all_files(unit, CLERK, limit=1000)) == len(done)
    open_file(unit, "after")
    sound(unit, [*done, "after"])
    numbers = [row.number for row in reading.all_files(unit, CLERK, limit=1000)]
    assert len(set(numbers)) == len(numbers)


def papers(disk: Path, _other: Path) -> None:
    """A paper that does not fit: a clear error, nothing of it visible, no event; with room it goes in."""
    unit = open_office(disk, "moth")
    file = open_file(unit, "a file")
    with ballast(disk, 600 << 10):
        error = refusal(lambda: verbs.attach(unit, CLERK, file, name="a.pdf", media_type="", stream=io.BytesIO(PDF)))
        assert error.code == "disk_reserve"
        assert reading.file_page(unit, CLERK, file).papers == []
        assert not [path for path in (disk / "moth" / "papers" / "tmp").rglob("*") if path.is_file()]
        verbs.save_yellow(unit, CLERK, file, "<p>work goes on</p>", 0)
        verbs.confirm_note(unit, CLERK, file)
    sha256 = verbs.attach(unit, CLERK, file, name="a.pdf", media_type="", stream=io.BytesIO(PDF))
    assert b"".join(unit.papers.open(bytes.fromhex(sha256))) == PDF
    sound(unit, ["a file"])


def hub(disk: Path, other: Path) -> None:
    """A hub without room answers 507 and keeps nothing of the bundle; the office loses nothing and tries again."""
    program = hub_program(disk)
    moth, chirgaon = (open_office(other, code) for code in OFFICES)
    first = open_file(moth, "before")
    (disk / HUB_CODE).mkdir()
    publish(disk)
    program.start()
    url = f"http://127.0.0.1:{program.port}"
    try:
        carry(moth, HttpsCarrier(url, moth.incoming))
        done = ["before"]
        with ballast(disk, 64 << 10):
            refused: list[tuple[object, str]] = []
            for n in range(300):
                file = open_file(moth, f"during {n}")
                verbs.save_yellow(moth, CLERK, file, f"<p>{os.urandom(8000).hex()}</p>", 0)
                verbs.confirm_note(moth, CLERK, file)
                done.append(f"during {n}")
                try:
                    carried(moth, url)
                except HubRefused as error:
                    refused.append((error.values["status"], error.code))
                    if len(refused) == 5:
                        break
            assert refused == [(507, "disk_full")] * 5, "the hub's disk never ran full"
            bundle = ms.encode_message(speak(moth).message, moth.sign)
            assert requests.post(f"{url}/exchange", data=bundle, timeout=20).status_code == 507
        verbs.send(moth, CLERK, first, to_post="chirgaon.head", how="up")
        carry(moth, HttpsCarrier(url, moth.incoming))
        carry(chirgaon, HttpsCarrier(url, chirgaon.incoming))
        assert [row.file for row in reading.inbox(chirgaon, "chirgaon.head")] == [first]
        sound(moth, done)
    finally:
        program.stop()
    taken = open_database(disk / HUB_CODE / "hub.db", STORAGE_KEY, HUB_MIGRATIONS)
    assert journal_of(taken, "moth", bytes(moth.db.value("SELECT epoch FROM node"))) == journal(moth)


def hub_uploads(disk: Path, other: Path) -> None:
    """A large bundle and a paper meet a full hub half way: a refusal that names the room, then they go through."""
    program = hub_program(disk)
    moth, chirgaon = (open_office(other, code) for code in OFFICES)
    (disk / HUB_CODE).mkdir()
    publish(disk)
    program.start()
    url = f"http://127.0.0.1:{program.port}"
    try:
        file = open_file(moth, "large")
        sha256 = verbs.attach(moth, CLERK, file, name="a.pdf", media_type="", stream=io.BytesIO(PDF))
        for _ in range(12):
            verbs.save_yellow(moth, CLERK, file, f"<p>{os.urandom(20_000).hex()}</p>", 0)
            verbs.confirm_note(moth, CLERK, file)
        verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
        with ballast(disk, 300 << 10):
            for _ in range(3):
                assert refusal(lambda: carried(moth, url)).code in ("refused", "disk_full", "line_down")
        log = (disk / "hub.log").read_text()
        assert "Traceback" not in log, log[-3000:]
        for unit in (moth, chirgaon, chirgaon):
            carry(unit, HttpsCarrier(url, unit.incoming))
        assert b"".join(chirgaon.papers.open(bytes.fromhex(sha256))) == PDF
        assert len(reading.file_page(chirgaon, actor("chirgaon.head"), file).paragraphs) == 12
    finally:
        program.stop()


def publish(disk: Path) -> None:
    """The directory reaches the hub before it is served."""
    from commons.clock import Clock
    from tests.support.district import open_hub, papers_of

    open_hub(disk, papers_of(OFFICES), Clock(), synchronous="full").db.close()


CASES = {case.__name__: case for case in (reserve, database, papers, hub, hub_uploads)}


def main(name: str, disk: Path, other: Path) -> None:
    """Puts a small disk over `disk` and plays one case there."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(disk)], check=True)
    CASES[name](disk, other)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
