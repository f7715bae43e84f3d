"""Bundles out: what is offered is marked before it leaves; what was never offered is taken back in place."""

from __future__ import annotations

import msgspec
import pytest

from central.hub import deliver, ingest
from central.hub.ledger import Ledger
from central.hub.unit import HubUnit
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle
from protocol.journal import chain_hashes
from protocol.words import ZERO_HASH, Term
from tests.central.hub.pen import Pen, log_hash

NOTE = ev.Note(1, 1, "<p>x</p>")


def offered(hub: HubUnit, node: str) -> tuple[int, int]:
    """(offered mark, length of the stream)."""
    row = hub.db.row("SELECT offered, stream_len FROM node WHERE code=?", node)
    assert row is not None
    return row[0], row[1]


def sent(moth: Pen, count: int = 1) -> list[str]:
    files = [moth.open(f"file {n}") for n in range(count)]
    for file in files:
        moth.send(file, "chirgaon")
    moth.meet()
    return files


def items(hub: HubUnit, node: str) -> list[ms.AnyItem | None]:
    return [
        ms.decode_item(bytes(raw)) for (raw,) in hub.db.rows("SELECT item FROM stream WHERE node=? ORDER BY n", node)
    ]


def test_a_ruling_is_not_an_offer_and_packing_is(hub: HubUnit, moth: Pen, chirgaon: Pen) -> None:
    sent(moth)
    assert offered(hub, "chirgaon") == (0, 1)
    chirgaon.say(chirgaon.up())  # the answer is lost
    assert offered(hub, "chirgaon") == (1, 1)
    assert hub.db.value("SELECT cursor FROM node WHERE code='chirgaon'") == 0


def test_what_was_lost_on_the_way_comes_again_the_same(moth: Pen, chirgaon: Pen) -> None:
    sent(moth, 3)
    first = chirgaon.say(chirgaon.up())
    again = chirgaon.say(chirgaon.up())
    assert isinstance(first, ms.Down)
    assert isinstance(again, ms.Down)
    assert again.payload.parcel == first.payload.parcel
    assert again.stream_hash == first.stream_hash
    assert chirgaon.meet() == [ms.decode_item(raw) for raw in first.payload.parcel.items]
    assert chirgaon.meet() == []


def test_a_budget_cuts_between_items_and_marks_only_what_went(hub: HubUnit, moth: Pen) -> None:
    sent(moth, 5)
    with hub.db.writing():
        ledger = Ledger(hub.db, 1, hub.node_of_post)
        run = deliver.offer(ledger, ingest.node_row(ledger, "chirgaon"), 0, 1)
        assert (len(run.parcel.items), run.more) == (1, True)
    assert offered(hub, "chirgaon") == (1, 5)
    with hub.db.writing():
        ledger = Ledger(hub.db, 1, hub.node_of_post)
        rest = deliver.offer(ledger, ingest.node_row(ledger, "chirgaon"), 1, 1 << 20)
        assert (len(rest.parcel.items), rest.base, rest.more) == (4, 1, False)
    stand = run.hash_after
    for raw in rest.parcel.items:
        stand = ms.stream_chain(stand, raw)
    assert rest.hash_after == stand
    assert bytes(hub.db.value("SELECT offered_hash FROM node WHERE code='chirgaon'")) == stand


def test_asked_back_before_it_was_offered_leaves_a_tombstone_in_place(hub: HubUnit, moth: Pen, chirgaon: Pen) -> None:
    first, second = sent(moth, 2)
    moth.write(first, ev.AskBack())
    moth.meet()
    grant = moth.granted()
    assert (grant.file, grant.holder, grant.cause, grant.term) == (first, "moth", "askback", Term(moth.life, 2))
    tombstone, other = chirgaon.meet()
    assert tombstone == ms.Tombstone()
    assert isinstance(other, ms.Grant)
    assert other.file == second
    assert [len(log) for log in chirgaon.logs] == [0, 3]
    assert grant.base == log_hash(hub, first)


def test_asked_back_after_it_was_offered_is_the_recipients_to_answer(hub: HubUnit, moth: Pen, chirgaon: Pen) -> None:
    (file,) = sent(moth)
    chirgaon.say(chirgaon.up())  # offered, and lost on the way
    asked = moth.write(file, ev.AskBack())
    moth.meet()
    assert hub.db.row("SELECT holder, number FROM efile") == ("chirgaon", 1)
    grant, call = chirgaon.meet()
    assert isinstance(grant, ms.Grant)
    assert call == ms.Call(file, moth.life, 1, "moth", "moth.da1", "back", asked)
    released = ev.Release("moth.da1", "moth", asked)
    chirgaon.write(file, released, post="", term=grant.term, after=grant.base)
    chirgaon.meet()
    moth.meet()
    back = moth.granted()
    assert (back.holder, back.cause, back.term, back.base) == (
        "moth",
        "answer",
        Term(moth.life, 2),
        log_hash(hub, file),
    )
    kinds = [kind for (kind,) in hub.db.rows("SELECT kind FROM event WHERE subject=? ORDER BY pos", file)]
    assert kinds == ["open", "send", "release", "release", "askback"]


def test_a_recipient_who_has_opened_it_says_by_whom(hub: HubUnit, moth: Pen, chirgaon: Pen) -> None:
    (file,) = sent(moth)
    chirgaon.meet()
    grant = chirgaon.granted()
    chirgaon.write(file, ev.Receive(), term=grant.term, after=grant.base)
    asked = moth.write(file, ev.AskBack())
    moth.meet()
    chirgaon.meet()
    chirgaon.write(file, ev.Answer(asked, "opened", "E1", "chirgaon.da1", 5), post="", term=grant.term)
    chirgaon.meet()
    refusals = [item for item in moth.meet() if isinstance(item, ms.RefusedItem)]
    assert [(item.cause, item.why, item.employee, item.node, item.at_hlc) for item in refusals] == [
        (asked, "opened", "E1", "chirgaon", 5)
    ]
    assert hub.db.row("SELECT holder, number FROM efile") == ("chirgaon", 1)


def test_the_sender_is_told_when_it_was_fetched_and_when_opened(moth: Pen, chirgaon: Pen) -> None:
    (file,) = sent(moth)
    chirgaon.meet()
    assert [item for item in moth.meet() if isinstance(item, ms.Status)] == []
    chirgaon.meet()
    (delivered,) = [item for item in moth.meet() if isinstance(item, ms.Status)]
    assert (delivered.file, delivered.stage, delivered.node, delivered.number) == (file, "delivered", "chirgaon", 0)
    grant = chirgaon.granted()
    chirgaon.write(file, ev.Receive(), term=grant.term, after=grant.base, hlc=9 << 30)
    chirgaon.meet()
    (opened,) = [item for item in moth.meet() if isinstance(item, ms.Status)]
    assert (opened.stage, opened.employee, opened.post, opened.at_hlc) == ("opened", "E1", "chirgaon.da1", 9 << 30)


def force(hub: HubUnit, file: str, node: str) -> None:
    with hub.db.writing():
        ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
        row = ledger.file(file)
        assert row is not None
        ledger.force(row, node, f"{node}.head", "by order", "E9")
        ledger.flush()


def test_force_moves_the_file_and_tells_the_former_holder(hub: HubUnit, moth: Pen, chirgaon: Pen, eraj: Pen) -> None:
    """Section 4: term + 1, a grant, a notice; what the former holder wrote meanwhile is set aside for ever."""
    (file,) = sent(moth)
    chirgaon.meet()
    old = chirgaon.granted()
    force(hub, file, "eraj")
    chirgaon.write(file, NOTE, term=old.term, after=old.base)
    chirgaon.write(file, ev.Release("moth.da1", "moth"), term=old.term)
    told = chirgaon.meet()
    notice = next(item for item in told if isinstance(item, ms.Grant))
    assert (notice.holder, notice.cause, notice.term) == ("eraj", "force", Term(moth.life, 2))
    assert [item.reason for item in told if isinstance(item, ms.AsideItem)] == ["older_term", "older_term"]
    eraj.meet()
    grant = eraj.granted()
    assert (grant.holder, grant.cause, grant.term, grant.post) == ("eraj", "force", Term(moth.life, 2), "eraj.head")
    assert grant.base == log_hash(hub, file) == notice.base
    last = eraj.logs[-1][-1]
    assert (last.node, ev.decode_body("force", last.body)) == ("hub", ev.Force("eraj", "eraj.head", "by order", "E9"))


def test_force_of_what_was_never_offered_leaves_a_tombstone(hub: HubUnit, moth: Pen, chirgaon: Pen, eraj: Pen) -> None:
    (file,) = sent(moth)
    force(hub, file, "eraj")
    assert chirgaon.meet() == [ms.Tombstone()]
    eraj.meet()
    assert eraj.granted().holder == "eraj"


def test_force_from_the_opening_office_is_told_to_it(hub: HubUnit, moth: Pen) -> None:
    file = moth.open()
    moth.meet()
    force(hub, file, "eraj")
    (notice,) = moth.meet()
    assert isinstance(notice, ms.Grant)
    assert (notice.holder, notice.cause) == ("eraj", "force")


def pull_up(pen: Pen, file: str) -> str:
    return pen.write(file, ev.PullUp(f"{pen.code}.head", "urgent"))


def test_a_pull_up_of_what_was_not_offered_goes_straight_up(moth: Pen, chirgaon: Pen, eraj: Pen) -> None:
    (file,) = sent(moth)
    eraj.meet()
    pull_up(eraj, file)
    eraj.meet()
    assert (eraj.granted().holder, eraj.granted().cause) == ("eraj", "pullup")
    assert chirgaon.meet() == [ms.Tombstone()]


def test_a_pending_pull_up_takes_the_file_wherever_it_was_going(
    hub: HubUnit, moth: Pen, chirgaon: Pen, eraj: Pen
) -> None:
    (file,) = sent(moth)
    chirgaon.meet()
    grant = chirgaon.granted()
    chirgaon.write(file, ev.Send("moth.head", "moth"), term=grant.term, after=grant.base)
    chirgaon.write(file, ev.Release("moth.head", "moth"), term=grant.term)
    eraj.meet()
    asked = pull_up(eraj, file)
    eraj.meet()
    moth_second = Pen(
        hub, "moth", pairs=moth.pairs, life=moth.life, acked=moth.acked, items=moth.items, cursor_hash=moth.cursor_hash
    )
    pull_up(moth_second, file)
    refused = [item for item in moth_second.meet() if isinstance(item, ms.RefusedItem)]
    assert [item.why for item in refused] == ["pull_up_pending"]
    chirgaon.meet()
    eraj.meet()
    grant = eraj.granted()
    assert (grant.file, grant.holder, grant.post, grant.cause) == (file, "eraj", "eraj.head", "pullup")
    assert grant.base == log_hash(hub, file)
    assert str(eraj.logs[-1][-1].seq) == asked.rsplit(".", 1)[1]
    assert [item for item in moth_second.meet() if isinstance(item, ms.Grant)] == []


@pytest.mark.parametrize("cursor", [0, 1, 2])
def test_a_ticket_carries_all_that_the_copy_lacks_and_counts_as_offered(
    hub: HubUnit, moth: Pen, chirgaon: Pen, cursor: int
) -> None:
    sent(moth, 3)
    chirgaon.open()
    chirgaon.meet()
    known = chirgaon.items[:cursor]
    stand = ZERO_HASH
    for raw in known:
        stand = ms.stream_chain(stand, raw)
    sent(moth, 1)
    copy = Pen(hub, "chirgaon", pairs=list(chirgaon.pairs), life=chirgaon.life, items=known, cursor_hash=stand)
    ticket = copy.say(copy.up(1, flags=ms.UP_STOPPED))
    assert isinstance(ticket, ms.Ticket)
    assert (ticket.epoch, ticket.head_seq, ticket.stream_count) == (b"epoch-01", 1, 4)
    assert len(ticket.payload.parcel.items) == 4 - cursor
    (chapter,) = ticket.payload.chapters
    assert chapter.pairs() == tuple(chirgaon.pairs)
    assert chapter.closed == -1
    assert offered(hub, "chirgaon") == (4, 4)
    for raw in ticket.payload.parcel.items:
        stand = ms.stream_chain(stand, raw)
    assert stand == ticket.stream_hash


def test_the_ticket_that_answers_an_opening_carries_only_the_rest(moth: Pen, chirgaon: Pen) -> None:
    sent(moth, 3)
    chirgaon.open()
    chirgaon.meet()
    head = chirgaon.up().base_hash
    opening = ms.OpenEpoch(
        "chirgaon", "hub", chirgaon.life, b"epoch-02", b"epoch-01", 1, head, 0,
        ms.OpenPayload((), ((b"epoch-01", 1, head),), 3, chirgaon.cursor_hash),
    )  # fmt: skip
    ticket = chirgaon.say(opening)
    assert isinstance(ticket, ms.Ticket)
    assert (ticket.epoch, ticket.head_seq, ticket.stream_count) == (b"epoch-02", 0, 3)
    assert ticket.payload.parcel.items == ()
    assert [(c.epoch, c.first, c.headers, c.closed) for c in ticket.payload.chapters] == [
        (b"epoch-01", 2, (), 1),
        (b"epoch-02", 1, (), -1),
    ]


def test_a_copy_with_events_that_the_hub_has_not_gets_its_whole_stream(hub: HubUnit, moth: Pen, chirgaon: Pen) -> None:
    sent(moth, 3)
    chirgaon.open()
    chirgaon.meet()
    other = Pen(hub, "chirgaon", life=chirgaon.life, items=chirgaon.items, cursor_hash=chirgaon.cursor_hash)
    other.open("another")
    head = chain_hashes("chirgaon", b"epoch-01", 1, ZERO_HASH, other.pairs)[1][-1]
    up = msgspec.structs.replace(other.up(0, 0, ms.UP_STOPPED), payload=ms.UpPayload(have=((b"epoch-01", 1, head),)))
    ticket = other.say(up)
    assert isinstance(ticket, ms.Ticket)
    assert len(ticket.payload.parcel.items) == ticket.stream_count == 3


@pytest.mark.parametrize("seq", [-1, 1 << 63])
def test_a_number_that_no_node_can_mean_is_refused(chirgaon: Pen, seq: int) -> None:
    has = ms.UpPayload(have=((bytes(8), seq, bytes(32)),))
    up = msgspec.structs.replace(chirgaon.up(0, 0, ms.UP_STOPPED), payload=has)
    with pytest.raises(BadBundle):
        chirgaon.say(up)
