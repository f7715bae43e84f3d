"""A believed node that writes nonsense harms itself at most: nothing reaches another node that stops it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.link.carry import exchange_all
from appliance.store.unit import Unit
from central.hub import recover
from central.hub.ledger import Ledger
from central.hub.post import take_items
from protocol import bag
from protocol import events as ev
from protocol import messages as ms
from protocol.bag import BadBag
from protocol.errors import PeerError
from protocol.journal import file_hash, hash_event_id
from protocol.words import ZERO_HASH, EventId, parse_event_id
from tests.central.hub.pen import Pen, log_hash
from tests.support.district import HUB_CODE, District, actor, make_district
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


def forged_report(pen: Pen, hub_life: int, file: str, worked: int = 0, *proofs: tuple[str, bytes, bytes]) -> ms.Report:
    """A report of a stream that the hub never said: this node holds the file, in a term above all."""
    header = ev.encode_header(
        ev.Header(ev.SCHEMA, "open", "", 0, 0, pen.hub.clock.now_ms() << 16, "moth.da1", "E1", 1, None)
    )
    body = ev.encode_body(ev.Open("F/1", "forged"))
    node, epoch, seq = parse_event_id(file)
    base = file_hash([hash_event_id(EventId(node, epoch, seq), header, body)])
    grant = ms.Grant(file, hub_life, 1_000_000, pen.code, f"{pen.code}.head", "force", "hub", 0, 0, 0, 1, base)
    raw = ms.encode_item(grant)
    parcel = ms.Parcel((raw,), ((ms.LogEntry(node, epoch, seq, header, body),),))
    return ms.Report(
        pen.code, HUB_CODE, hub_life, pen.epoch, 0, 1, ms.stream_chain(ZERO_HASH, raw), worked,
        pen.hub.clock.now_ms(), ms.ReportPayload(parcel, proofs=proofs),
    )  # fmt: skip


def standing(district: District) -> list[tuple[object, ...]]:
    """Who has which file in which term and with which log, and whether the hub works."""
    db = district.hub.db
    files = db.rows("SELECT file, holder, life, number, log_hash FROM efile ORDER BY file")
    return [*files, *db.rows("SELECT life, recovering, alarm FROM hub")]


def test_a_report_that_nobody_asked_for_changes_nothing(district: District) -> None:
    moth, file = sent(district)
    pen = Pen(district.hub, "eraj")
    pen.meet()
    before = standing(district)
    for worked in (0, pen.life, (1 << 62) - 1):
        try_to_say(pen, forged_report(pen, pen.life, file, worked))
        assert standing(district) == before
    works_on(district, moth)


def test_a_hub_that_recovers_believes_no_stream_without_its_own_word(district: District) -> None:
    """Neither a forged one, nor one with another office's proof, nor a bare claim to have worked in this life."""
    moth, file = sent(district)
    pen = Pen(district.hub, "eraj")
    pen.meet()
    seal = moth.db.row("SELECT letter, statement, signature FROM seal WHERE n=0") or ("", b"", b"")
    with district.hub.db.writing():
        ledger = Ledger(district.hub.db, district.hub.clock.now_ms(), district.hub.node_of_post)
        recover.begin(ledger, "test")
        life = ledger.hub.life
    before = standing(district)
    others = (seal[0], bytes(seal[1]), bytes(seal[2]))
    forged = (seal[0], bytes(seal[1]), bytes(64))
    for worked, proofs in ((0, ()), (life, ()), ((1 << 62) - 1, ()), (0, (others,)), (life, (forged,))):
        with pytest.raises(PeerError):
            pen.say(forged_report(pen, life, file, worked, *proofs))
        assert standing(district) == before


def try_to_say(pen: Pen, message: ms.Message) -> None:
    """As `try_to`, one message."""
    try:
        pen.say(message)
    except PeerError:
        return


def test_a_bag_without_a_word_of_its_office_is_not_answered_in_its_name(district: District) -> None:
    """Else whoever has a stick could end the right to take back what waits for an office (rule 3.1)."""
    sent(district)
    offered = district.hub.db.value("SELECT offered FROM node WHERE code='chirgaon'")
    with pytest.raises(BadBag):
        take_items(district.hub, "chirgaon", [], "stick")
    with pytest.raises(BadBag):
        take_items(district.hub, "chirgaon", bag.paper_parts(bytes(32), 4, [b"abcd"]), "neighbour")
    assert district.hub.db.value("SELECT offered FROM node WHERE code='chirgaon'") == offered
