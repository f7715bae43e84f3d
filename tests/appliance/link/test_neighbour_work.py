"""What the thread does by itself, and long conversations through a neighbour: a restored office, a year's backlog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.discovery import kept
from appliance.discovery.values import Presence, Seen, Sighting
from appliance.link.carry import note_line
from appliance.link.carrying import may_carry
from appliance.link.manners import LinePaused
from appliance.link.neighbour import TooLargeForNeighbour, hand_over
from appliance.link.neighbour_choice import Neighbour
from appliance.link.neighbour_way import NextDoor
from appliance.link.neighbour_work import NeighbourPost
from appliance.store.book import Book, Who
from appliance.store.manners import write_limits, write_pause
from appliance.store.unit import Unit
from protocol import events as ev
from tests.support.copies import copy, meet, put_back
from tests.support.district import District, actor, papers_of
from tests.support.neighbour_line import DirectNeighbour
from tests.support.neighbours import OFFICES, open_office, serve_office
from tests.support.server import serve_hub

CLERK = actor("moth.da1")


@pytest.fixture
def moth(tmp_path: Path) -> Iterator[Unit]:
    unit = open_office(tmp_path, "moth")
    yield unit
    unit.db.close()


def send(unit: Unit, to: str = "chirgaon.head") -> str:
    file = verbs.open_file(unit, CLERK, subject="s", section="moth.dev", language="en")
    verbs.send(unit, CLERK, file, to_post=to, how="up")
    return file


def sees(unit: Unit, *offices: str) -> None:
    """As the discovery process keeps it."""
    keys = papers_of(OFFICES).keys
    others = tuple(
        Sighting(Seen(f"block-{code}", code, "1", keys[code].fingerprint, 443, ("10.0.0.7",)), 0, 0) for code in offices
    )
    kept.keep(unit.folder, Presence(unit.node, f"block-{unit.node}.local", 443, "", ("10.0.0.2",), others=others))


def test_it_finds_who_carries_and_writes_down_who_did(moth: Unit, tmp_path: Path) -> None:
    send(moth)
    sees(moth, "chirgaon", "bamaur")
    with (
        serve_hub(tmp_path, TEST_OFFICES=",".join(OFFICES)) as hub,
        serve_office(tmp_path, "chirgaon", hub.url) as near,
    ):

        def way(unit: Unit, one: Neighbour) -> NextDoor:
            return NextDoor(unit, one.office, near.url if one.office == "chirgaon" else "http://127.0.0.1:9")

        NeighbourPost(moth, way).look()
    state = reading.line_state(moth).neighbour
    assert state is not None
    assert (state.office, state.tried, state.trouble) == ("chirgaon", "chirgaon", "")
    assert moth.db.value("SELECT acked_seq=head_seq FROM node") == 1


def test_with_a_line_nobody_is_asked_and_with_nobody_there_it_says_so(moth: Unit) -> None:
    file = send(moth)
    sees(moth)
    line = open_office(moth.folder.parent, "moth", "https://10.0.0.9")
    note_line(line, up=True, trouble="")
    NeighbourPost(line).look()
    assert line.db.value("SELECT tried_ms FROM neighbour") is None
    note_line(line, up=False, trouble="")
    NeighbourPost(line).look()
    state = reading.line_state(line).neighbour
    assert state is not None
    assert (state.office, state.trouble) == ("", "neighbour.nobody")
    assert reading.file_page(line, CLERK, file).state == "queued"
    line.db.close()


def test_an_office_that_does_not_want_it_asks_nobody(moth: Unit) -> None:
    unwilling = open_office(moth.folder.parent, "moth", neighbour=False)
    thread = NeighbourPost(unwilling)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    unwilling.db.close()


def test_a_line_that_is_to_be_spared_carries_for_nobody(moth: Unit) -> None:
    line = open_office(moth.folder.parent, "moth", "https://10.0.0.9")
    note_line(line, up=True, trouble="")
    assert may_carry(line) == ""
    write_limits(line.db, {}, metered=True)
    assert may_carry(line) == "neighbour.resting"
    write_limits(line.db, dict.fromkeys(range(24), 16), metered=False)
    assert may_carry(line) == "neighbour.resting"
    write_limits(line.db, dict.fromkeys(range(24), 64), metered=False)
    assert may_carry(line) == ""
    write_pause(line.db, line.clock.now_ms() + 60_000, "moth.head")
    assert may_carry(line) == "neighbour.resting"
    line.db.close()


def test_an_office_whose_line_is_to_rest_hands_nothing_over(district: District) -> None:
    moth = district.units["moth"]
    file = send(moth)
    write_pause(moth.db, moth.clock.now_ms() + 60_000, "moth.head")
    with pytest.raises(LinePaused):
        hand_over(moth, DirectNeighbour(district.hub, moth))
    assert reading.file_page(moth, CLERK, file).state == "queued"


def test_a_restored_office_recovers_in_one_visit(district: District) -> None:
    place = copy(district, "moth")
    file = send(district.units["moth"])
    meet(district, "moth", "chirgaon")
    moth = put_back(district, "moth", place)
    hand_over(moth, DirectNeighbour(district.hub, moth))
    assert moth.db.value("SELECT mode FROM node") == "working"
    assert moth.db.row("SELECT 1 FROM event WHERE subject=?", file) is not None
    send(moth)
    hand_over(moth, DirectNeighbour(district.hub, moth))
    assert moth.db.value("SELECT acked_seq=head_seq FROM node") == 1
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0


def test_a_long_backlog_goes_in_several_bags(district: District) -> None:
    moth = district.units["moth"]
    file = verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    for _ in range(12):
        verbs.save_yellow(moth, CLERK, file, f"<p>{'अआइ ' * 10_000}</p>", 0)
        verbs.confirm_note(moth, CLERK, file)
    carrier = DirectNeighbour(district.hub, moth)
    hand_over(moth, carrier)
    assert carrier.turns > 2
    assert moth.db.value("SELECT acked_seq=head_seq FROM node") == 1


def test_what_is_too_large_for_a_bag_is_not_released(district: District) -> None:
    moth = district.units["moth"]
    file = send(moth)
    other = verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    with moth.db.writing():
        book = Book(moth.db, moth.clock.now_ms())
        book.write(other, ev.Note(1, 1, "<p>" + "x" * 500_000 + "</p>"), Who(CLERK.post, CLERK.employee, CLERK.charge))
        book.flush()
    carrier = DirectNeighbour(district.hub, moth)
    with pytest.raises(TooLargeForNeighbour):
        hand_over(moth, carrier)
    assert carrier.turns == 0
    assert reading.file_page(moth, CLERK, file).state == "queued"


@pytest.mark.parametrize("lost_at", [1, 2])
def test_a_lost_answer_is_made_good_by_the_next_visit(district: District, lost_at: int) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file = send(moth)
    with pytest.raises(Exception, match="neighbour"):
        hand_over(moth, DirectNeighbour(district.hub, moth, lost_at=lost_at))
    assert reading.file_page(moth, CLERK, file).state == ("queued" if lost_at == 1 else "released")
    hand_over(moth, DirectNeighbour(district.hub, moth))
    hand_over(chirgaon, DirectNeighbour(district.hub, chirgaon))
    assert chirgaon.db.value("SELECT phase FROM efile WHERE file=?", file) == "held"
    assert district.hub.db.value("SELECT stream_len FROM node WHERE code='chirgaon'") == 1
