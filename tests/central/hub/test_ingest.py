"""Bundles in: taken whole or not at all, once, in order; what does not count is kept beside and holds nothing up."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from central.hub.unit import HubUnit
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle
from protocol.errors import PeerError
from protocol.journal import hash_event_id
from protocol.words import ZERO_HASH, EventId, Term
from tests.central.hub.pen import Pen, log_hash

NOTE = ev.Note(1, 1, "<p>x</p>")


def kept(hub: HubUnit) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the hub keeps of journals, files and streams."""
    tables = ("event", "efile", "stream", "aside", "epoch", "paper", "taken", "backlog")
    rows = {table: hub.db.rows(f"SELECT * FROM {table}") for table in tables}
    rows["node"] = hub.db.rows("SELECT code, epoch, head_seq, head_hash, stream_len, offered, cursor FROM node")
    rows["hub"] = hub.db.rows("SELECT life, epoch, head_seq, head_hash FROM hub")
    return rows


def asides(hub: HubUnit) -> list[tuple[str, int, str, str]]:
    return hub.db.rows("SELECT node, seq, kind, reason FROM aside ORDER BY node, epoch, seq")


def test_what_was_taken_is_there_verbatim_and_chained(hub: HubUnit, moth: Pen) -> None:
    file = moth.open()
    moth.write(file, NOTE)
    moth.meet()
    assert moth.acked == 2
    assert [(bytes(h), bytes(b)) for h, b in hub.db.rows("SELECT header, body FROM event ORDER BY seq")] == moth.pairs
    assert bytes(hub.db.value("SELECT log_hash FROM efile")) == log_hash(hub, file)


def test_the_same_bundle_twice_and_late_is_taken_once(hub: HubUnit, moth: Pen) -> None:
    file = moth.open()
    moth.send(file, "chirgaon")
    first = moth.up()
    moth.meet(first)
    before = kept(hub)
    for _ in range(2):
        moth.meet(first)
        assert kept(hub) == before
    moth.open("another")
    moth.meet()
    before = kept(hub)
    moth.meet(first)
    assert kept(hub) == before
    assert moth.acked == 4


@pytest.mark.parametrize("cut", range(6))
def test_bundles_that_overlap_join_on(hub: HubUnit, moth: Pen, cut: int) -> None:
    file = moth.open()
    for n in range(4):
        moth.write(file, ev.Note(n + 1, 1, f"<p>{n}</p>"))
    for base, upto in ((0, cut), (0, 5), (cut, 5), (2, 4), (0, 5)):
        moth.meet(moth.up(base, max(base, upto)))
    assert moth.acked == 5
    assert [seq for (seq,) in hub.db.rows("SELECT seq FROM event ORDER BY seq")] == [1, 2, 3, 4, 5]
    assert hub.db.value("SELECT log_len FROM efile") == 5
    assert asides(hub) == []


def test_a_gap_is_not_taken_and_the_answer_names_the_place(hub: HubUnit, moth: Pen) -> None:
    file = moth.open()
    for _ in range(3):
        moth.write(file, NOTE)
    moth.meet(moth.up(0, 1))
    before = kept(hub)
    gap = replace(moth.up(2, 4), life=0)
    moth.meet(gap)
    assert moth.acked == 1
    assert kept(hub) == before
    moth.meet()
    assert moth.acked == 4


def test_an_office_ahead_of_the_hub_in_its_own_life_has_to_prove_it(hub: HubUnit, moth: Pen) -> None:
    file = moth.open()
    moth.meet()
    moth.write(file, NOTE)
    moth.write(file, NOTE)
    before = kept(hub)
    assert isinstance(moth.say(moth.up(2, 3)), ms.Prove)
    assert isinstance(moth.say(replace(moth.up(), cursor=5)), ms.Prove)
    assert kept(hub) == before


def test_a_fork_stays_beside_whole_and_the_first_stays(hub: HubUnit, moth: Pen) -> None:
    file = moth.open()
    moth.write(file, NOTE)
    moth.meet()
    twin = Pen(hub, "moth", pairs=moth.pairs[:1], life=moth.life)
    twin.acked = 1
    twin.write(file, ev.Note(1, 1, "<p>another</p>"))
    twin.write(file, ev.Note(2, 1, "<p>and more</p>"))
    twin.meet()
    assert asides(hub) == [("moth", 2, "note", "fork"), ("moth", 3, "note", "fork")]
    assert bytes(hub.db.value("SELECT body FROM event WHERE seq=2")) == moth.pairs[1][1]
    assert bytes(hub.db.value("SELECT body FROM aside WHERE seq=2")) == twin.pairs[1][1]
    moth.write(file, ev.Note(2, 1, "<p>goes on</p>"))
    told = moth.meet()
    assert moth.acked == 3
    assert [item.reason for item in told if isinstance(item, ms.AsideItem)] == ["fork", "fork"]
    twin.meet(twin.up(0))
    assert len(asides(hub)) == 2


def test_a_fork_within_an_overlap_is_seen(hub: HubUnit, moth: Pen) -> None:
    file = moth.open()
    for n in range(3):
        moth.write(file, ev.Note(n + 1, 1, f"<p>{n}</p>"))
    moth.meet()
    twin = Pen(hub, "moth", pairs=moth.pairs[:2], life=moth.life)
    twin.write(file, ev.Note(2, 1, "<p>other</p>"))
    twin.meet(twin.up(0))
    assert asides(hub) == [("moth", 3, "note", "fork")]


def test_a_fork_from_what_a_log_has_stays_beside_and_is_named(hub: HubUnit, moth: Pen) -> None:
    """A recovered hub has the second event inside a log, not yet in a journal."""
    file = moth.open()
    moth.write(file, ev.Note(1, 1, "<p>seen by others</p>"))
    moth.write(file, ev.Note(2, 1, "<p>by nobody yet</p>"))
    moth.meet()
    hub.db.execute_sql("UPDATE event SET h=NULL WHERE seq=2")
    hub.db.execute_sql("DELETE FROM event WHERE seq=3")
    hub.db.execute_sql("UPDATE node SET head_seq=1, head_hash=(SELECT h FROM event WHERE seq=1) WHERE code='moth'")
    twin = Pen(hub, "moth", pairs=moth.pairs[:1], life=moth.life, acked=1)
    twin.write(file, ev.Note(1, 1, "<p>another</p>"))
    twin.write(file, ev.Note(2, 1, "<p>and more</p>"))
    answer = twin.say(twin.up())
    assert isinstance(answer, ms.Down)
    e = hash_event_id(EventId("moth", moth.epoch, 2), *moth.pairs[1])
    assert (answer.ack_seq, answer.payload.beyond) == (1, (2, e))
    assert asides(hub) == [("moth", 2, "note", "fork"), ("moth", 3, "note", "fork")]
    ticket = twin.say(twin.up(flags=ms.UP_STOPPED))
    assert isinstance(ticket, ms.Ticket)
    assert ticket.payload.beyond == (2, e)
    answer = moth.say(moth.up(1))
    assert isinstance(answer, ms.Down)
    assert (answer.ack_seq, answer.payload.beyond) == (3, None)
    assert bytes(hub.db.value("SELECT body FROM event WHERE seq=2")) == moth.pairs[1][1]


def test_events_of_a_closed_epoch_beyond_its_end_stay_beside(hub: HubUnit, moth: Pen) -> None:
    file = moth.open()
    moth.meet()
    old = Pen(hub, "moth", pairs=list(moth.pairs), life=moth.life, items=list(moth.items))
    old.write(file, ev.Release("chirgaon.head", "chirgaon"))
    head = bytes(hub.db.value("SELECT head_hash FROM node WHERE code='moth'"))
    opened = moth.say(ms.OpenEpoch("moth", "hub", moth.life, b"epoch-02", b"epoch-01", 1, head, 1))
    assert isinstance(opened, ms.Ticket)
    assert opened.epoch == b"epoch-02"
    before = hub.db.rows("SELECT holder, number FROM efile")
    answer = old.say(old.up(1))
    assert isinstance(answer, ms.Down)
    assert answer.epoch == b"epoch-02"
    assert asides(hub) == [("moth", 2, "release", "epoch_closed")]
    assert hub.db.rows("SELECT holder, number FROM efile") == before
    old.say(old.up(0))
    assert len(asides(hub)) == 1


def test_an_epoch_is_opened_only_on_what_is_open(hub: HubUnit, moth: Pen) -> None:
    """Rule 5.4, compare and swap: a request found weeks later closes nothing."""
    moth.open()
    moth.meet()
    head = bytes(hub.db.value("SELECT head_hash FROM node WHERE code='moth'"))
    right = ms.OpenEpoch("moth", "hub", moth.life, b"epoch-02", b"epoch-01", 1, head, 1)
    for wrong in (
        replace(right, closes=b"epoch-00"),
        replace(right, closes_seq=0),
        replace(right, closes_hash=ZERO_HASH),
        replace(right, epoch=b"epoch-01"),
    ):
        answer = moth.say(wrong)
        assert isinstance(answer, ms.Ticket)
        assert (answer.epoch, answer.head_seq) == (b"epoch-01", 1)
    assert hub.db.value("SELECT count(*) FROM epoch") == 1
    moth.say(right)
    again = moth.say(replace(right, epoch=b"epoch-03"))
    assert isinstance(again, ms.Ticket)
    assert again.epoch == b"epoch-02"


def test_an_epoch_that_the_hub_never_opened_has_to_be_proved(hub: HubUnit, moth: Pen) -> None:
    moth.open()
    moth.meet()
    before = kept(hub)
    clone = Pen(hub, "moth", epoch=b"epoch-77", life=moth.life)
    clone.open("clone")
    assert isinstance(clone.say(clone.up()), ms.Prove)
    assert kept(hub) == before


@pytest.mark.parametrize(
    "bad",
    [
        (b"\xc1", b"\x90"),
        (b"", b""),
        (b"\x90", b"\x90"),
        (ev.encode_header(ev.Header(1, "note", 0, 0, 0, 1, "p", "e", 1)), b"\x91\x01"),
        (ev.encode_header(ev.Header(1, "note", 99, 0, 0, 1, "p", "e", 1)), ev.encode_body(NOTE)),
        (ev.encode_header(ev.Header(1, "note", "no id", 0, 0, 1, "p", "e", 1)), ev.encode_body(NOTE)),
        (ev.encode_header(ev.Header(1, "note", 1, 0, 0, 1, "p" * 1100, "e", 1)), ev.encode_body(NOTE)),
        (
            ev.encode_header(ev.Header(1, "note", 1, 0, 0, 1, "p", "e", 1)),
            ev.encode_body(ev.Note(1, 1, "x" * (1 << 20))),
        ),
    ],
)
def test_a_bundle_with_garbage_leaves_nothing_at_all(hub: HubUnit, moth: Pen, bad: tuple[bytes, bytes]) -> None:
    file = moth.open()
    moth.meet()
    before = kept(hub)
    moth.write(file, NOTE)
    moth.write_bytes(*bad)
    moth.write(file, NOTE)
    with pytest.raises(PeerError):
        moth.meet()
    assert kept(hub) == before


def test_a_head_that_is_not_the_events_is_refused(hub: HubUnit, moth: Pen) -> None:
    moth.open()
    before = kept(hub)
    for wrong in (replace(moth.up(), head=bytes(32)), replace(moth.up(), head=b"")):
        with pytest.raises(BadBundle):
            moth.say(wrong)
    assert kept(hub) == before


def test_one_record_that_does_not_count_holds_nothing_up(hub: HubUnit, moth: Pen, chirgaon: Pen) -> None:
    """Rule 7.1: older term, does not join; each beside, told to its writer, all others ruled."""
    chirgaon.meet()
    first, second = moth.open("first"), moth.open("second")
    moth.send(first, "chirgaon")
    moth.write(first, NOTE)  # after the release
    moth.write("eraj.0000000000000001.1", NOTE)  # of a file nobody opened
    moth.write(second, NOTE, after=b"x" * 32)  # joins on to nothing
    moth.send(second, "chirgaon")
    told = moth.meet()
    assert moth.acked == len(moth.pairs)
    assert asides(hub) == [
        ("moth", 5, "note", "older_term"),
        ("moth", 6, "note", "does_not_join"),
        ("moth", 7, "note", "does_not_join"),
    ]
    assert [item.reason for item in told if isinstance(item, ms.AsideItem)] == [
        "older_term",
        "does_not_join",
        "does_not_join",
    ]
    grants = [item for item in chirgaon.meet() if isinstance(item, ms.Grant)]
    assert [grant.file for grant in grants] == [first, second]
    assert [grant.base for grant in grants] == [log_hash(hub, first), log_hash(hub, second)]


def test_a_release_gets_its_ruling_in_the_same_transaction(hub: HubUnit, moth: Pen, chirgaon: Pen) -> None:
    file = moth.open()
    moth.send(file, "chirgaon")
    moth.meet()
    assert hub.db.row("SELECT holder, number, cause, cause_node FROM efile") == ("chirgaon", 1, "release", "moth")
    (item,) = chirgaon.meet()
    assert isinstance(item, ms.Grant)
    assert (item.holder, item.post, item.term, item.start, item.count) == (
        "chirgaon",
        "chirgaon.head",
        Term(moth.life, 1),
        0,
        3,
    )
    assert [(entry.header, entry.body) for entry in chirgaon.logs[0]] == moth.pairs


@pytest.mark.parametrize(
    ("to_post", "to_node"),
    [("nowhere.head", "nowhere"), ("chirgaon.head", "eraj"), ("chirgaon.none", "chirgaon"), ("", "")],
)
def test_what_cannot_be_delivered_comes_back(hub: HubUnit, moth: Pen, to_post: str, to_node: str) -> None:
    file = moth.open()
    moth.write(file, ev.Send(to_post, to_node))
    moth.write(file, ev.Release(to_post, to_node))
    moth.meet()
    moth.meet()
    grant = moth.granted()
    assert (grant.holder, grant.cause, grant.number) == ("moth", "undelivered", 1)
    assert grant.base == log_hash(hub, file)
    assert hub.db.value("SELECT post FROM efile") == "moth.da1"
    moth.write(file, NOTE, term=grant.term, after=grant.base)
    moth.meet()
    assert asides(hub) == []
