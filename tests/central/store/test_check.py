"""Every kind of damage to the hub's folder is found, on a real database, and a sound folder is called sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from central.store.check import check_hub
from tests.support.district import TestClock, open_hub, papers_of
from tests.support.played import copy_of, played, spoil


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    played(folder).close()
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return copy_of(sound, tmp_path / "copy")


def found(folder: Path, *, quick: bool = False, papers: int | None = None) -> set[str]:
    hub = open_hub(folder, papers_of(("moth", "chirgaon")), TestClock())
    try:
        return {problem.code for problem in check_hub(hub, quick=quick, papers=papers)}
    finally:
        hub.db.close()


@pytest.mark.parametrize("quick", [True, False])
def test_a_sound_folder(folder: Path, quick: bool) -> None:
    assert found(folder, quick=quick) == set()
    assert found(folder, quick=quick) == set()


DAMAGE = [
    ("UPDATE event SET body=flip(body) WHERE kind='note'", "check.chain"),
    ("UPDATE event SET h=flip(h) WHERE kind='note'", "check.chain"),
    ("DELETE FROM event WHERE kind='attach'", "check.event_missing"),
    ("UPDATE node SET head_seq=head_seq+1 WHERE code='moth'", "check.head"),
    ("UPDATE node SET head_hash=flip(head_hash) WHERE code='moth'", "check.head"),
    ("UPDATE hub SET head_seq=1", "check.head"),
    ("UPDATE event SET subject='moth.0011223344556677.1' WHERE kind='note'", "check.event_columns"),
    ("UPDATE node SET epoch=NULL WHERE code='moth'", "check.epoch_open"),
    ("DELETE FROM epoch WHERE node='moth'", "check.epoch_unknown"),
    ("UPDATE node SET cursor=offered+1 WHERE code='moth'", "check.offered"),
    ("DELETE FROM stream WHERE node='moth' AND n=1", "check.item_missing"),
    ("UPDATE stream SET item=flip(item) WHERE node='moth' AND n=1", "check.stream"),
    ("UPDATE node SET offered_hash=flip(offered_hash) WHERE code='moth'", "check.stream"),
    ("UPDATE stream SET hash=NULL WHERE node='moth' AND n=2", "check.item_offered"),
    ("UPDATE stream SET file='' WHERE tag='G'", "check.item_columns"),
    ("UPDATE node SET stream_len=stream_len+1 WHERE code='moth'", "check.stream_length"),
    ("UPDATE taken SET signature=flip(signature) WHERE seq>1", "check.statement"),
    ("UPDATE taken SET statement=flip(statement) WHERE seq>1", "check.statement"),
    ("UPDATE OR IGNORE taken SET seq=seq-1 WHERE seq>1", "check.statement_of_another"),
    ("UPDATE event SET pos=pos+1 WHERE pos=(SELECT max(pos) FROM event)", "check.log"),
    ("UPDATE event SET pos=NULL WHERE kind='open'", "check.log"),
    ("UPDATE efile SET log_hash=flip(log_hash)", "check.log_hash"),
    ("UPDATE efile SET title='another'", "check.view"),
    ("UPDATE efile SET state=flip(state)", "check.view"),
    ("DELETE FROM efile", "check.file_missing"),
    ("UPDATE efile SET holder='hub'", "check.custodian"),
    ("UPDATE efile SET number=number+1", "check.custodian"),
    (
        "INSERT INTO aside SELECT node, epoch, seq, x'00', subject, kind, 'fork', header, body, 0 FROM event",
        "check.aside",
    ),
    ("UPDATE event SET pos=NULL WHERE pos=(SELECT max(pos) FROM event)", "check.nowhere"),
    ("INSERT INTO backlog SELECT node, epoch, seq, header, body, h FROM event", "check.backlog"),
    ("DELETE FROM paper_use", "check.paper_use"),
]


@pytest.mark.parametrize(("statement", "expected"), DAMAGE)
def test_damage_is_found(folder: Path, statement: str, expected: str) -> None:
    assert spoil(folder / "hub" / "hub.db", statement) > 0
    assert expected in found(folder)


def test_a_forged_grant(folder: Path) -> None:
    """Item and hashes are made to fit each other, as only someone with the storage key can; the log tells."""
    database = folder / "hub" / "hub.db"
    assert spoil(database, "UPDATE stream SET item=flip(item), hash=NULL WHERE node='chirgaon' AND tag='G'") > 0
    assert spoil(database, "UPDATE stream SET hash=NULL") > 0
    assert spoil(database, "UPDATE node SET offered=0, cursor=0, offered_hash=zeroblob(32)") > 0
    assert "check.grant" in found(folder)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body=flip(body) WHERE kind='note'",
        "UPDATE stream SET item=flip(item) WHERE n=1",
        "UPDATE taken SET signature=flip(signature)",
    ],
)
def test_the_quick_check_finds_damage_in_what_is_new(folder: Path, statement: str) -> None:
    assert found(folder) == set()
    spoil(folder / "hub" / "hub.db", statement)
    assert found(folder, quick=True) != set()


@pytest.mark.parametrize(("cut", "expected"), [(True, "check.paper_missing"), (False, "check.paper_damaged")])
def test_a_spoilt_paper(folder: Path, cut: bool, expected: str) -> None:
    (paper,) = [path for path in (folder / "hub" / "papers").rglob("*") if path.is_file()]
    if cut:
        paper.unlink()
    else:
        paper.write_bytes(paper.read_bytes()[:-1] + b"x")
    assert expected in found(folder)
    assert expected in found(folder, quick=True)
    assert found(folder, papers=0) == set()
