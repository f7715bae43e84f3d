"""Web, queue and hub end as by a power cut, again and again, while people work; what they were told was done, is."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import people
from appliance.store.unit import Unit
from central.hub.unit import HubUnit
from commons.clock import Clock
from tests.kill.load import Clerk, Told
from tests.kill.programs import OFFICES, Program, hub_program, open_office, queue_program, web_program
from tests.kill.verdict import holders, journal_of, quiet, said, unfinished, wait_until
from tests.support.district import actor, open_hub, papers_of

KILLS = int(os.environ.get("PATRAVALI_KILLS", "40"))
PASSWORD = "सुरक्षित-123"
CLERKS = ("moth.da1", "moth.da2")


@pytest.fixture
def units(tmp_path: Path) -> Iterator[list[Unit]]:
    opened = [open_office(tmp_path, code) for code in OFFICES]
    for post in CLERKS:
        people.set_password(opened[0], actor(post).employee, PASSWORD)
    yield opened
    for unit in opened:
        unit.db.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubUnit]:
    opened = open_hub(tmp_path, papers_of(OFFICES), Clock(), synchronous="full")
    yield opened
    opened.db.close()


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[dict[str, Program]]:
    doors = hub_program(tmp_path)
    made = [doors, web_program(tmp_path, "moth"), *(queue_program(tmp_path, code, doors.port) for code in OFFICES)]
    for program in made:
        program.start()
    yield {program.name: program for program in made}
    for program in made:
        program.stop()


@pytest.mark.kill
@pytest.mark.slow
def test_what_was_acknowledged_is_there_once(units: list[Unit], hub: HubUnit, programs: dict[str, Program]) -> None:
    clerks = [Clerk(programs["moth-web"].port, post, actor(post).employee, PASSWORD) for post in CLERKS]
    for clerk in clerks:
        clerk.start()
    source = random.Random(2)
    moth = units[0]

    def stand() -> tuple[int, int]:
        return sum(len(clerk.told) for clerk in clerks), moth.db.value("SELECT acked_seq FROM node")

    for _ in range(-(-KILLS // len(programs))):
        for program in source.sample(list(programs.values()), len(programs)):
            done, acked = stand()
            more = source.randint(1, 6)
            wait_until(
                lambda: (stand()[0] >= done + more and stand()[1] > acked) or any(clerk.wrong for clerk in clerks),  # noqa: B023
                60, lambda: unfinished(units, hub),
            )  # fmt: skip
            program.kill()
            program.start()
    for clerk in clerks:
        clerk.stop()
        assert clerk.wrong == []
    wait_until(lambda: quiet(units, hub), 60, lambda: unfinished(units, hub))
    assert sum(program.kills for program in programs.values()) >= KILLS
    check(units, hub, [clerk.told for clerk in clerks])


def check(units: list[Unit], hub: HubUnit, told: list[Told]) -> None:
    for unit in units:
        epoch = bytes(unit.db.value("SELECT epoch FROM node"))
        journal = journal_of(unit.db, unit.node, epoch)
        assert journal_of(hub.db, unit.node, epoch) == journal
        if unit.node == "moth":
            check_told(journal, told)
        for database in (unit.db, hub.db):
            assert database.value("PRAGMA integrity_check") == "ok"
    assert hub.db.value("SELECT count(*) FROM aside") == 0
    held = holders(units)
    assert all(len(nodes) == 1 for nodes in held.values())
    hub_holds: dict[str, str] = dict(hub.db.rows("SELECT file, holder FROM efile"))
    assert {file: nodes[0] for file, nodes in held.items()} == hub_holds
    moth, chirgaon = units
    pulled = {file for one in told for file in one.pulled}
    tried = {
        file for (file,) in moth.db.rows("SELECT DISTINCT subject FROM event WHERE kind IN ('askback','withdraw')")
    }
    for one in told:
        for content, file in one.papers.items():
            sha256 = sha256_of(content)
            assert moth.papers.verify(sha256)
            assert hub.papers.verify(sha256)
            if hub_holds[file] == "chirgaon":
                assert chirgaon.papers.verify(sha256)
        for file in one.sends.values():
            assert hub_holds[file] == "chirgaon" or file in tried
    assert pulled <= tried


def check_told(journal: list[tuple[bytes, bytes]], told: list[Told]) -> None:
    subjects, notes, remarks = said(journal, "open", 1), said(journal, "note", 2), said(journal, "send", 3)
    papers = said(journal, "attach", 0)
    assert sum(len(one) for one in told) > KILLS
    for one in told:
        assert {subjects.count(subject) for subject in one.opened} == {1}
        assert {notes.count(f"<p>{words}</p>") for words in one.notes} == {1}
        assert {remarks.count(words) for words in one.sends} == {1}
        assert {papers.count(sha256_of(content)) for content in one.papers} <= {1}
    for each in (subjects, notes, remarks, papers):
        assert len(each) == len(set(map(str, each))), "an action without an answer was done twice"


def sha256_of(content: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(content).digest()
