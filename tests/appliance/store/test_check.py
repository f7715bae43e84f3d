"""Every kind of damage to an office's folder is found, on real databases, and a sound folder is called sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.store.check import check_unit
from tests.support.district import TestClock, open_unit, papers_of
from tests.support.played import copy_of, played, spoil

OFFICES = ("moth", "chirgaon")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    played(folder).close()
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return copy_of(sound, tmp_path / "copy")


def found(folder: Path, code: str, *, quick: bool = False, papers: int | None = None) -> set[str]:
    unit = open_unit(folder, code, papers_of(OFFICES), TestClock())
    try:
        return {problem.code for problem in check_unit(unit, quick=quick, papers=papers)}
    finally:
        unit.db.close()


@pytest.mark.parametrize("code", OFFICES)
@pytest.mark.parametrize("quick", [True, False])
def test_a_sound_folder(folder: Path, code: str, quick: bool) -> None:
    before = (folder / code / "patravali.db").read_bytes()
    assert found(folder, code, quick=quick) == set()
    assert found(folder, code, quick=quick) == set()
    assert (folder / code / "patravali.db").read_bytes() == before


DAMAGE = [
    ("moth", "UPDATE event SET body=flip(body) WHERE kind='attach'", "check.chain"),
    ("moth", "UPDATE event SET header=flip(header) WHERE kind='attach'", "check.chain"),
    ("moth", "UPDATE event SET h=flip(h) WHERE seq=3 AND node='moth'", "check.chain"),
    ("moth", "DELETE FROM event WHERE kind='attach'", "check.event_missing"),
    ("moth", "DELETE FROM event WHERE node='moth' AND seq=(SELECT head_seq FROM node)", "check.head"),
    ("moth", "UPDATE node SET head_seq=head_seq-1, acked_seq=acked_seq-1", "check.head"),
    ("moth", "UPDATE node SET head_hash=flip(head_hash)", "check.head"),
    ("moth", "UPDATE event SET kind='note' WHERE kind='attach'", "check.event_columns"),
    ("moth", "DELETE FROM epoch", "check.epoch_missing"),
    ("moth", "UPDATE epoch SET epoch=x'0011223344556677'", "check.epoch_open"),
    ("moth", "UPDATE epoch SET epoch=x'0011223344556677'", "check.epoch_unknown"),
    ("moth", "UPDATE node SET hlc=5", "check.clock"),
    ("moth", "UPDATE node SET acked_seq=head_seq+1", "check.acknowledged"),
    ("moth", "UPDATE item SET item=flip(item) WHERE n=1", "check.stream"),
    ("moth", "UPDATE item SET hash=flip(hash) WHERE n=2", "check.stream"),
    ("moth", "DELETE FROM item WHERE n=2", "check.item_missing"),
    ("moth", "UPDATE item SET tag='X' WHERE tag='G'", "check.item_columns"),
    ("moth", "UPDATE node SET cursor=cursor-1", "check.cursor"),
    ("moth", "UPDATE seal SET signature=flip(signature) WHERE n>0", "check.seal"),
    ("moth", "UPDATE seal SET statement=flip(statement) WHERE n>0", "check.seal"),
    ("moth", "UPDATE OR IGNORE seal SET n=n-1 WHERE n=(SELECT max(n) FROM seal)", "check.seal_of_another"),
    ("moth", "UPDATE node SET mode='resting'", "check.mode"),
    ("moth", "INSERT INTO outbox SELECT epoch, 1, 'open', 0 FROM node", "check.outbox"),
    ("moth", "INSERT INTO task (queue, data, priority) VALUES ('another', x'00', 0)", "check.queue"),
    ("moth", "UPDATE efile SET phase='held' WHERE phase='away' OR phase='released'", "check.view"),
    ("moth", "DELETE FROM movement", "check.view"),
    ("moth", "UPDATE paper SET name='another'", "check.view"),
    ("moth", "UPDATE counter SET last=last-1", "check.view"),
    ("moth", "UPDATE event SET pos=pos+1 WHERE pos=(SELECT max(pos) FROM event)", "check.view"),
    ("chirgaon", "UPDATE event SET body=flip(body) WHERE kind='open'", "check.views_unmade"),
    ("chirgaon", "DELETE FROM event WHERE node='moth' AND kind='attach'", "check.views_unmade"),
]


@pytest.mark.parametrize(("code", "statement", "expected"), DAMAGE)
def test_damage_is_found(folder: Path, code: str, statement: str, expected: str) -> None:
    assert spoil(folder / code / "patravali.db", statement) > 0
    assert expected in found(folder, code)


@pytest.mark.parametrize(
    "statement", ["UPDATE event SET body=flip(body) WHERE kind='attach'", "UPDATE item SET item=flip(item) WHERE n=1"]
)
def test_the_quick_check_finds_damage_in_what_is_new(folder: Path, statement: str) -> None:
    assert found(folder, "moth") == set()
    spoil(folder / "moth" / "patravali.db", statement)
    assert found(folder, "moth", quick=True) != set()


def test_two_events_that_changed_places(folder: Path) -> None:
    database = folder / "moth" / "patravali.db"
    for old, new in ((2, 9_000), (3, 2), (9_000, 3)):
        assert spoil(database, "UPDATE event SET seq=? WHERE node='moth' AND seq=?", new, old) == 1
    assert "check.chain" in found(folder, "moth")


def test_a_flipped_byte_of_the_database_file(folder: Path) -> None:
    database = folder / "moth" / "patravali.db"
    raw = bytearray(database.read_bytes())
    raw[len(raw) - 2000] ^= 1
    database.write_bytes(raw)
    assert found(folder, "moth") == {"check.pages"}


@pytest.mark.parametrize(("cut", "expected"), [(True, "check.paper_missing"), (False, "check.paper_damaged")])
def test_a_spoilt_paper(folder: Path, cut: bool, expected: str) -> None:
    (paper,) = [path for path in (folder / "chirgaon" / "papers").rglob("*") if path.is_file()]
    if cut:
        paper.unlink()
    else:
        paper.write_bytes(paper.read_bytes()[:-1] + b"x")
    assert expected in found(folder, "chirgaon")
    assert expected in found(folder, "chirgaon", quick=True)
    assert found(folder, "chirgaon", papers=0) == set()


def test_a_mark_that_does_not_fit_is_not_believed(folder: Path) -> None:
    (folder / "moth" / "checked").write_bytes(b"\xc1 no MessagePack")
    assert found(folder, "moth", quick=True) == set()
    spoil(folder / "moth" / "patravali.db", "UPDATE event SET body=flip(body) WHERE kind='attach'")
    assert "check.chain" in found(folder, "moth", quick=True)
