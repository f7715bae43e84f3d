"""A believed node that writes nonsense harms itself at most: nothing reaches another node that stops it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.link.carry import exchange_all
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.errors import PeerError
from tests.central.hub.pen import Pen, log_hash
from tests.support.district import District, actor, make_district
from tests.support.line import DirectLine

OFFICES = ("moth", "chirgaon", "eraj")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path, OFFICES)
    yield made
    made.close()


def meet(district: District, unit: Unit) -> None:
    line = DirectLine(district.hub, unit.node)
    exchange_all(unit, line, line)


def sent(district: District) -> tuple[Unit, str]:
    """Moth sends a file to Chirgaon, whose part is played by a pen."""
    moth, clerk = district.units["moth"], actor("moth.da1", OFFICES)
    file = verbs.open_file(moth, clerk, subject="s", section="moth.dev", language="en")
    verbs.send(moth, clerk, file, to_post="chirgaon.head", how="up")
    meet(district, moth)
    return moth, file


def works_on(district: District, unit: Unit) -> None:
    """The office still exchanges, in both directions."""
    clerk = actor(f"{unit.node}.da1", OFFICES)
    verbs.open_file(unit, clerk, subject="later", section=f"{unit.node}.dev", language="en")
    meet(district, unit)
    assert reading.line_state(unit).waiting_movements == 0
    assert unit.db.value("SELECT acked_seq = head_seq FROM node")
    assert unit.db.value("SELECT cursor FROM node") == district.hub.db.value(
        "SELECT stream_len FROM node WHERE code=?", unit.node
    )


def try_to(pen: Pen) -> None:
    """The hub takes it or refuses it as the peer's fault; it does not break over it."""
    try:
        pen.meet()
    except PeerError:
        return


def test_a_time_beyond_all_bounds_does_not_reach_the_sender(district: District) -> None:
    moth, file = sent(district)
    pen = Pen(district.hub, "chirgaon")
    pen.meet()
    grant = pen.granted()
    pen.write(file, ev.Receive(), term=grant.term, after=grant.base, hlc=1 << 63)
    try_to(pen)
    meet(district, moth)
    works_on(district, moth)


def test_a_send_with_a_time_beyond_all_bounds_is_the_peers_fault(district: District) -> None:
    pen = Pen(district.hub, "chirgaon")
    file = pen.open()
    pen.write(file, ev.Send("eraj.head", "eraj"), hlc=1 << 63)
    pen.write(file, ev.Release("eraj.head", "eraj"), hlc=1 << 63)
    try_to(pen)
    works_on(district, district.units["eraj"])


@pytest.mark.parametrize(
    "cause",
    [
        "",
        "moth",
        "moth.x",
        "moth.0011223344556677.99",
        "nobody.0011223344556677.1",
        "moth.00112233445566zz.1",
        "....",
        "chirgaon.6570.1",
    ],
)
def test_an_answer_to_what_was_never_asked_does_not_reach_anybody(district: District, cause: str) -> None:
    moth, file = sent(district)
    pen = Pen(district.hub, "chirgaon")
    pen.meet()
    grant = pen.granted()
    pen.write(file, ev.Answer(cause, "opened", "E", "p", 1 << 62), term=grant.term)
    try_to(pen)
    meet(district, moth)
    works_on(district, moth)


@pytest.mark.parametrize(
    "cause", ["x", "moth.x.y", "moth.0011223344556677.99", "nobody.0011223344556677.1", "...", "a.zz.1"]
)
def test_a_release_that_names_a_call_which_never_was_is_the_peers_fault(district: District, cause: str) -> None:
    moth, file = sent(district)
    pen = Pen(district.hub, "chirgaon")
    pen.meet()
    grant = pen.granted()
    pen.write(file, ev.Release("moth.da1", "moth", cause), term=grant.term, after=grant.base)
    try_to(pen)
    meet(district, moth)
    works_on(district, moth)
    assert bytes(district.hub.db.value("SELECT log_hash FROM efile WHERE file=?", file)) == log_hash(district.hub, file)


def test_a_release_cannot_draw_an_event_of_another_file_into_this_one(district: District) -> None:
    """Only a call's cause (an ask back or a pull up of this very file) joins with the release that answers it."""
    moth, file = sent(district)
    pen = Pen(district.hub, "chirgaon")
    pen.meet()
    grant = pen.granted()
    other = pen.open("another file")
    beside = pen.write(other, ev.AskBack())  # stands beside the log of its own file
    pen.write(file, ev.Release("moth.da1", "moth", beside), term=grant.term, after=grant.base)
    try_to(pen)
    meet(district, moth)
    works_on(district, moth)
    assert bytes(district.hub.db.value("SELECT log_hash FROM efile WHERE file=?", file)) == log_hash(district.hub, file)


def test_a_paper_with_a_hash_that_is_none_is_the_peers_fault(district: District) -> None:
    pen = Pen(district.hub, "chirgaon")
    file = pen.open()
    pen.write(file, ev.Attach(b"short", -5, "n" * 500, "x/y", -3, -7))
    pen.send(file, "eraj")
    try_to(pen)
    works_on(district, district.units["eraj"])


def test_a_post_or_employee_that_nobody_knows_is_shown_as_it_is(district: District) -> None:
    pen, eraj = Pen(district.hub, "chirgaon"), district.units["eraj"]
    file = pen.open()
    pen.write(file, ev.Note(1, 1, "<script>alert(1)</script><p onclick=x>y</p>"), post="nobody")
    pen.write(file, ev.Note(-4, 1 << 40, "<p>z</p>"))
    pen.send(file, "eraj")
    try_to(pen)
    works_on(district, eraj)
    reading.inbox(eraj, "eraj.head")
    if eraj.db.value("SELECT count(*) FROM efile WHERE file=?", file):
        page = reading.file_page(eraj, actor("eraj.head", OFFICES), file)
        assert not any("<script" in paragraph.html or "onclick" in paragraph.html for paragraph in page.paragraphs)
