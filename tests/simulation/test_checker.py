"""The checker is silent on a sound world and speaks when a database of it is doctored, check by check."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from sqlcipher3 import dbapi2

from central.hub.ledger import Ledger
from tests.simulation.checker import check
from tests.simulation.checking import chains
from tests.simulation.checking.read import read_hub
from tests.simulation.truth import Acknowledged, AttachedPaper, Cost, Dumps, Excused, Truth
from tests.support.copies import meet
from tests.support.district import STORAGE_KEY, District, TestClock, make_district, open_hub, papers_of
from tests.support.played import play, spoil
from tests.support.weeding import LETTER, recorded_there, weed_there

HUB = "hub/hub.db"
MOTH = "moth/patravali.db"
CHIRGAON = "chirgaon/patravali.db"


def _play(district: District) -> Truth:
    """Plays, and notes down what the screens said."""
    paper = play(district)
    acknowledged = tuple(
        Acknowledged(code, bytes(epoch), seq, kind, sha256(body).digest())
        for code, unit in district.units.items()
        for epoch, seq, kind, body in unit.db.rows("SELECT epoch, seq, kind, body FROM event WHERE node=?", code)
    )
    keys = {code: keys.signing_public for code, keys in district.papers.keys.items()}
    return Truth("hub", keys, acknowledged, (AttachedPaper("moth", bytes.fromhex(paper)),))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("sound")
    district = make_district(folder)
    truth = _play(district)
    district.close()
    return folder, truth


class Doctored:
    """A copy of the sound world, to be spoilt."""

    def __init__(self, folder: Path, truth: Truth) -> None:
        self.folder = folder
        self.truth = truth

    def sql(self, database: str, statement: str, *values: object) -> int:
        return spoil(self.folder / database, statement, *values)

    def value(self, database: str, query: str) -> object:
        connection = dbapi2.connect(str(self.folder / database))
        connection.execute(f"PRAGMA key=\"x'{STORAGE_KEY.hex()}'\"")
        found = connection.execute(query).fetchone()[0]
        connection.close()
        return found

    def codes(self, **changes: object) -> set[tuple[int, str]]:
        truth = replace(self.truth, **changes)  # type: ignore[arg-type] # names and types are the caller's
        units = {code: self.folder / code for code in ("moth", "chirgaon")}
        return {found[:2] for found in check(self.folder / "hub", units, STORAGE_KEY, truth)}


@pytest.fixture
def world(sound: tuple[Path, Truth], tmp_path: Path) -> Doctored:
    shutil.copytree(sound[0], tmp_path / "world")
    return Doctored(tmp_path / "world", sound[1])


def test_a_sound_world_is_silent(world: Doctored) -> None:
    units = {code: world.folder / code for code in ("moth", "chirgaon")}
    assert check(world.folder / "hub", units, STORAGE_KEY, world.truth) == []


FIRST = "(SELECT file FROM efile WHERE holder='chirgaon')"

SQL_FAULTS = [
    # invariant 1
    (1, "custodian", CHIRGAON, "UPDATE node SET mode='stopped'"),
    (1, "custodian", CHIRGAON, "DELETE FROM item WHERE n=(SELECT max(n) FROM item WHERE tag='G')"),
    (1, "hub_holder", HUB, f"UPDATE efile SET holder='moth' WHERE file={FIRST}"),
    (1, "holder_term", HUB, f"UPDATE efile SET number=number+1 WHERE file={FIRST}"),
    (1, "view_right", MOTH, "UPDATE efile SET phase='held'"),
    (1, "untold", HUB, "UPDATE stream SET node='moth', n=n+900 WHERE node='chirgaon' AND tag='G'"),
    (1, "foreign_event", HUB, "UPDATE event SET pos=pos+100 WHERE kind='send' AND node='moth' AND pos IS NOT NULL"),
    # invariant 2
    (2, "gone_at_writer", MOTH, "DELETE FROM event WHERE kind='attach'"),
    (2, "gone_at_hub", HUB, "DELETE FROM event WHERE kind='attach'"),
    (2, "not_at_hub", HUB, "DELETE FROM event WHERE kind='note'"),
    (2, "not_at_writer", CHIRGAON, "DELETE FROM event WHERE kind='note' AND node='chirgaon'"),
    (2, "file_gone", HUB, f"DELETE FROM efile WHERE file={FIRST}"),
    # invariant 3
    (3, "places", HUB, f"UPDATE event SET pos=pos+1 WHERE subject={FIRST} AND pos>2"),
    (3, "places", CHIRGAON, "UPDATE event SET pos=pos+1 WHERE pos>2"),
    (3, "items", MOTH, "UPDATE item SET n=n+1 WHERE n=(SELECT max(n) FROM item)"),
    # invariant 4
    (4, "log_hash", HUB, f"UPDATE efile SET log_hash=flip(log_hash) WHERE file={FIRST}"),
    (4, "log_hash", MOTH, "UPDATE efile SET log_hash=flip(log_hash)"),
    (4, "differs", CHIRGAON, "UPDATE event SET body=flip(body) WHERE kind='attach'"),
    (4, "shorter", CHIRGAON, "UPDATE event SET pos=NULL WHERE pos=(SELECT max(pos) FROM event)"),
    (4, "base", HUB, "UPDATE stream SET item=flip(item) WHERE tag='G' AND node='chirgaon'"),
    (4, "stream_differs", MOTH, "UPDATE item SET item=flip(item) WHERE tag='G'"),
    (4, "terms_missing", HUB, "DELETE FROM stream WHERE tag='T'"),
    # invariant 5
    (5, "chain", HUB, "UPDATE event SET body=flip(body) WHERE kind='note'"),
    (5, "chain", HUB, "UPDATE event SET header=flip(header) WHERE kind='note'"),
    (5, "chain", HUB, "UPDATE event SET seq=seq+1000 WHERE kind='attach'"),
    (5, "chain", HUB, "UPDATE node SET head_seq=head_seq+1 WHERE code='moth'"),
    (5, "chain", MOTH, "UPDATE event SET h=flip(h) WHERE seq=2 AND node='moth'"),
    (5, "chain", MOTH, "UPDATE node SET head_hash=flip(head_hash)"),
    (5, "not_in_a_chain", HUB, "UPDATE event SET h=NULL WHERE kind='note'"),
    (5, "epoch_unknown", HUB, "DELETE FROM epoch WHERE node='chirgaon'"),
    (5, "stream", HUB, "UPDATE stream SET hash=flip(hash) WHERE node='moth' AND n=1"),
    (5, "stream", MOTH, "UPDATE item SET item=flip(item) WHERE n=1"),
    (5, "stream", MOTH, "UPDATE node SET cursor=cursor-1"),
    (5, "signature", HUB, "UPDATE taken SET signature=flip(signature)"),
    (5, "signature", HUB, "UPDATE taken SET statement=flip(statement)"),
    (5, "statement", HUB, "UPDATE OR IGNORE taken SET seq=seq-1 WHERE seq>1"),
    (5, "unsigned", HUB, "DELETE FROM taken WHERE seq=(SELECT max(seq) FROM taken)"),
    (5, "signature", CHIRGAON, "UPDATE seal SET signature=flip(signature)"),
    (5, "statement", CHIRGAON, "UPDATE OR IGNORE seal SET n=n+1 WHERE n=(SELECT max(n) FROM seal)"),
    # invariant 6
    (6, "nowhere", HUB, "UPDATE event SET pos=NULL WHERE kind='note'"),
    (6, "outbox", MOTH, "INSERT INTO outbox (epoch, seq, kind, at_ms) SELECT epoch, 1, 'open', 0 FROM node"),
    (6, "recovering", HUB, "UPDATE hub SET recovering=1"),
    (6, "backlog", HUB, "INSERT INTO backlog SELECT node, epoch, seq, header, body, h FROM event WHERE kind='note'"),
    (6, "stopped", MOTH, "UPDATE node SET mode='stopped'"),
    (6, "not_taken", MOTH, "UPDATE node SET head_seq=head_seq+1"),
    (6, "not_acknowledged", MOTH, "UPDATE node SET acked_seq=acked_seq-1"),
    (6, "not_fetched", HUB, "UPDATE node SET stream_len=stream_len+1 WHERE code='moth'"),
    (6, "unknown_node", HUB, "DELETE FROM node WHERE code='moth'"),
    (6, "papers_wait", CHIRGAON, "UPDATE blob SET here=0"),
    (6, "papers_wait", MOTH, "UPDATE blob SET at_hub=0"),
]


@pytest.mark.parametrize(("invariant", "code", "database", "statement"), SQL_FAULTS)
def test_a_doctored_row_is_seen(world: Doctored, invariant: int, code: str, database: str, statement: str) -> None:
    assert world.sql(database, statement) > 0
    assert (invariant, code) in world.codes()


def _set_aside(world: Doctored, reason: str, kind: str = "note") -> None:
    """As if the hub had kept an event of Chirgaon beside the log."""
    world.sql(
        HUB,
        "INSERT INTO aside SELECT node, epoch, seq, x'00', subject, kind, ?, header, body, 0 FROM event WHERE kind=?",
        reason, kind,
    )  # fmt: skip


def test_a_healthy_office_has_nothing_aside(world: Doctored) -> None:
    _set_aside(world, "older_term")
    assert (6, "healthy_aside") in world.codes()
    epoch = world.value(CHIRGAON, "SELECT epoch FROM node")
    assert isinstance(epoch, bytes)
    excused = (Excused("chirgaon", epoch, 1),)
    assert (6, "healthy_aside") not in world.codes(excused=excused)
    assert (6, "healthy_aside") in world.codes(excused=(Excused("chirgaon", epoch, 50),))


def test_what_is_aside_has_a_known_reason_and_is_at_both_ends(world: Doctored) -> None:
    _set_aside(world, "because")
    assert (6, "reason") in world.codes()
    world.sql(CHIRGAON, "DELETE FROM event WHERE kind='note'")
    assert (6, "aside_at_hub_only") in world.codes()


def test_what_an_office_keeps_beside_is_at_the_hub(world: Doctored) -> None:
    world.sql(
        MOTH, "INSERT INTO aside SELECT epoch, 99, subject, kind, 'fork', header, body FROM event WHERE kind='attach'"
    )
    assert (6, "aside_at_writer_only") in world.codes()


def test_a_send_that_still_waits_is_seen(world: Doctored) -> None:
    file = world.value(HUB, f"SELECT {FIRST}")
    term = world.value(HUB, f"SELECT number FROM efile WHERE file={FIRST}")
    life = world.value(HUB, "SELECT life FROM hub")
    header = msgspec.msgpack.encode([1, "send", file, life, term, 5, "chirgaon.head", "100", 11])
    body = msgspec.msgpack.encode(["moth.da1", "moth"])
    world.sql(
        CHIRGAON,
        "INSERT INTO event SELECT code, epoch, head_seq+1, ?, 'send', NULL, ?, ?, x'00' FROM node",
        file, header, body,
    )  # fmt: skip
    codes = world.codes()
    assert (6, "queued") in codes
    assert (1, "custodian") in codes


def test_two_holders_of_one_term_are_seen(world: Doctored) -> None:
    item = world.value(HUB, "SELECT item FROM stream WHERE node='chirgaon' AND tag='G' ORDER BY n DESC LIMIT 1")
    assert isinstance(item, bytes)
    said = msgspec.msgpack.decode(item)
    said[4] = "moth"
    world.sql(
        HUB,
        "INSERT INTO stream SELECT node, max(n)+1, 'G', '', ?, NULL, 0 FROM stream WHERE node='moth'",
        msgspec.msgpack.encode(said),
    )
    assert (1, "two_holders") in world.codes()


def test_a_grant_that_goes_elsewhere_than_the_release_says_is_seen(world: Doctored) -> None:
    for node in ("moth", "chirgaon"):
        item = world.value(HUB, f"SELECT item FROM stream WHERE node='{node}' AND tag='G' ORDER BY n DESC LIMIT 1")
        assert isinstance(item, bytes)
        said = msgspec.msgpack.decode(item)
        said[4] = "chirgaon" if node == "moth" else "moth"
        world.sql(HUB, "UPDATE stream SET item=? WHERE node=? AND item=?", msgspec.msgpack.encode(said), node, item)
    assert (1, "cause_holder") in world.codes()


def test_a_cause_that_the_log_does_not_show_is_seen(world: Doctored) -> None:
    item = world.value(HUB, "SELECT item FROM stream WHERE node='chirgaon' AND tag='G' ORDER BY n DESC LIMIT 1")
    assert isinstance(item, bytes)
    said = msgspec.msgpack.decode(item)
    said[6] = "force"
    world.sql(HUB, "UPDATE stream SET item=? WHERE item=?", msgspec.msgpack.encode(said), item)
    assert (4, "cause") in world.codes()


@pytest.mark.parametrize(
    ("field", "value", "expected"), [(9, b"\x01" * 32, (4, "after")), (2, "moth.0011223344556677.9", (4, "subject"))]
)
def test_a_header_that_does_not_fit_its_place_is_seen(
    world: Doctored, field: int, value: object, expected: tuple[int, str]
) -> None:
    query = "SELECT header FROM event WHERE kind='receive' AND node='chirgaon' ORDER BY seq LIMIT 1"
    header = world.value(HUB, query)
    assert isinstance(header, bytes)
    said = msgspec.msgpack.decode(header)
    assert len(said) == 10
    said[field] = value
    assert world.sql(HUB, "UPDATE event SET header=? WHERE header=?", msgspec.msgpack.encode(said), header) == 1
    assert expected in world.codes()


def test_a_grant_that_is_given_twice_is_seen(world: Doctored) -> None:
    world.sql(
        HUB,
        "INSERT INTO stream SELECT node, 900, tag, file, item, NULL, log_end FROM stream WHERE tag='G' LIMIT 1",
    )
    assert (3, "granted_again") in world.codes()


def test_a_number_given_twice_is_seen(world: Doctored) -> None:
    other = world.value(HUB, "SELECT body FROM event WHERE kind='open' ORDER BY seq LIMIT 1")
    world.sql(HUB, "UPDATE event SET body=? WHERE kind='open'", other)
    assert (3, "number_again") in world.codes()


def test_terms_that_go_back_are_seen(world: Doctored) -> None:
    item = world.value(HUB, "SELECT item FROM stream WHERE node='chirgaon' AND tag='G' ORDER BY n DESC LIMIT 1")
    assert isinstance(item, bytes)
    said = msgspec.msgpack.decode(item)
    said[10], said[11] = 0, 1
    world.sql(HUB, "UPDATE stream SET item=? WHERE item=?", msgspec.msgpack.encode(said), item)
    assert (4, "terms_back") in world.codes()


@pytest.mark.parametrize("place", ["hub", "chirgaon", "moth"])
@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-1] + b"x")])
def test_a_spoilt_paper_is_seen(world: Doctored, place: str, spoil: Callable[[Path], object]) -> None:
    (paper,) = [path for path in (world.folder / place / "papers").rglob("*") if path.is_file()]
    spoil(paper)
    assert (2, "paper") in world.codes()
    assert (2, "paper") not in world.codes(papers_expected=False)


def test_a_log_that_begins_with_another_event_is_seen(world: Doctored) -> None:
    world.sql(HUB, f"DELETE FROM event WHERE subject={FIRST} AND pos=0")
    assert (4, "log_begin") in world.codes()


def test_what_a_screen_said_is_never_forgotten(world: Doctored) -> None:
    never = Acknowledged("moth", bytes(8), 1, "note", bytes(32))
    acknowledged = (*world.truth.acknowledged, never)
    assert {(2, "gone_at_writer"), (2, "gone_at_hub")} <= world.codes(acknowledged=acknowledged)
    assert world.codes(acknowledged=acknowledged, lost=(Excused("moth", bytes(8), 1),)) == set()


def test_a_cost_over_its_bound_is_seen(world: Doctored) -> None:
    assert world.codes(costs=(Cost("noop_bytes", 700, 700),)) == set()
    assert world.codes(costs=(Cost("noop_bytes", 701, 700),)) == {(7, "cost")}


def test_a_view_that_a_rebuild_does_not_give_is_seen(world: Doctored) -> None:
    rows: list[tuple[object, ...]] = [("a", 1), ("b", 2)]
    assert world.codes(dumps=(Dumps("moth", {"efile": rows}, {"efile": list(rows)}),)) == set()
    assert world.codes(dumps=(Dumps("moth", {"efile": rows}, {"efile": rows[:1]}),)) == {(8, "view")}
    assert world.codes(dumps=(Dumps("moth", {"efile": [*rows, rows[0]]}, {"efile": rows}),)) == {(8, "view")}
    assert world.codes(dumps=(Dumps("moth", {"efile": rows}, {}),)) == {(8, "view")}


def test_the_self_test_is_not_vain(world: Doctored) -> None:
    hub = read_hub(world.folder / "hub", STORAGE_KEY)
    assert list(chains.self_test(hub)) == []
    assert [found.code for found in chains.self_test(hub, lambda *_: "")] == ["blind"] * 4


def test_an_office_that_never_hears_that_it_lost_a_file_is_seen(world: Doctored) -> None:
    hub = open_hub(world.folder, papers_of(("moth", "chirgaon")), TestClock())
    with hub.db.writing():
        ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
        row = ledger.file(hub.db.value(f"SELECT {FIRST}"))
        assert row is not None
        ledger.force(row, "moth", "moth.head", "reason", "9")
        ledger.flush()
    hub.db.close()
    assert (1, "unnoticed") not in world.codes()
    world.sql(HUB, "DELETE FROM stream WHERE node='chirgaon' AND n=(SELECT max(n) FROM stream WHERE node='chirgaon')")
    assert (1, "unnoticed") in world.codes()


def test_the_paper_of_what_was_set_aside_is_kept(world: Doctored) -> None:
    epoch = world.value(MOTH, "SELECT epoch FROM node")
    assert isinstance(epoch, bytes)
    _set_aside(world, "older_term", "attach")
    excused = (Excused("moth", epoch, 1),)
    assert (6, "paper") not in world.codes(excused=excused)
    (paper,) = [path for path in (world.folder / "hub" / "papers").rglob("*") if path.is_file()]
    paper.unlink()
    assert (6, "paper") in world.codes(excused=excused)
    (paper,) = [path for path in (world.folder / "moth" / "papers").rglob("*") if path.is_file()]
    paper.unlink()
    assert (6, "paper") not in world.codes(excused=excused)
    assert (6, "paper") in world.codes()


@pytest.fixture(scope="module")
def weeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth, bytes]:
    """A world with a weeded file, and a note of it as it was before; its papers of before lie beside."""
    folder = tmp_path_factory.mktemp("weeded")
    district = make_district(folder)
    found = recorded_there(district)
    moth = district.units["moth"]
    (before,) = (bytes(body) for (body,) in moth.db.rows("SELECT body FROM event WHERE kind='note' AND node='moth'"))
    (epoch, seq), *_ = moth.db.rows("SELECT epoch, seq FROM event WHERE kind='attach' AND subject=?", found.file)
    letter = AttachedPaper("moth", sha256(LETTER).digest(), bytes(epoch), seq)
    shutil.copytree(folder / "hub" / "papers", folder / "before")
    weed_there(district, found)
    for _ in range(3):
        meet(district, "chirgaon", "moth")
    keys = {code: keys.signing_public for code, keys in district.papers.keys.items()}
    district.close()
    return folder, Truth("hub", keys, unspoken=(letter,)), before


def test_a_weeded_file_is_gone_and_its_order_is_not(weeded: tuple[Path, Truth, bytes], tmp_path: Path) -> None:
    shutil.copytree(weeded[0], tmp_path / "world")
    world, note = Doctored(tmp_path / "world", weeded[1]), weeded[2]
    stub = b"\xc1" + sha256(note).digest()
    assert world.codes() == set()
    assert world.sql(MOTH, "UPDATE event SET body=? WHERE body=?", note, stub) == 1
    assert world.codes() == {(2, "body_stays")}
    world.sql(MOTH, "UPDATE event SET body=? WHERE body=?", stub, note)
    shutil.copytree(world.folder / "before", world.folder / "hub" / "papers", dirs_exist_ok=True)
    assert world.codes() == {(2, "paper_stays")}
    order = world.value(HUB, "SELECT body FROM event WHERE kind='attach' AND length(body)>33")
    assert isinstance(order, bytes)
    world.sql(HUB, "UPDATE event SET body=? WHERE body=?", b"\xc1" + sha256(order).digest(), order)
    assert (2, "order_gone") in world.codes()


def test_a_body_that_is_gone_without_an_order_is_seen(world: Doctored) -> None:
    note = world.value(HUB, "SELECT body FROM event WHERE kind='note'")
    assert isinstance(note, bytes)
    world.sql(HUB, "UPDATE event SET body=? WHERE body=?", b"\xc1" + sha256(note).digest(), note)
    assert world.codes() == {(2, "stub_without_order")}


def test_each_thing_that_the_checker_can_say_is_provoked_here() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    rooms = [Path(__file__).parent / "checker.py", *(Path(__file__).parent / "checking").glob("*.py")]
    said = {code for room in rooms for code in re.findall(r'Violation\(\s*\w+, "(\w+)"', room.read_text("utf-8"))}
    assert len(said) > 40
    assert [code for code in sorted(said) if f'"{code}"' not in here] == []
