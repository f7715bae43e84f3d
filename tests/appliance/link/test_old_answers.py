"""Answers that come late, twice, in another order, or that cannot be true."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from appliance.desk import verbs
from appliance.link.speak import release_queued, speak
from appliance.link.take import take
from appliance.store.unit import Unit
from central.hub.exchange import exchange
from protocol import messages as ms
from protocol.bundle import Envelope
from protocol.errors import PeerError
from protocol.exchange import End, Heard, Role, hear
from tests.support.copies import meet
from tests.support.district import District, actor

CLERK = actor("moth.da1")


def asked(district: District, unit: Unit) -> Heard:
    """One exchange whose answer is in our hand and not yet taken in."""
    release_queued(unit)
    end = End(Role.NODE, unit.node, unit.sign, unit.verify)
    return hear(end, exchange(district.hub, end.say(speak(unit).message), "test").data)


def sent(district: District, subject: str = "s") -> str:
    moth = district.units["moth"]
    file = verbs.open_file(moth, CLERK, subject=subject, section="moth.dev", language="en")
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    meet(district, "moth")
    return file


def everything(unit: Unit) -> list[list[tuple[object, ...]]]:
    tables = ("node", "epoch", "event", "item", "efile", "movement", "outbox", "seal")
    return [unit.db.rows(f"SELECT * FROM {table}") for table in tables]


def test_an_answer_twice_is_taken_once(district: District) -> None:
    sent(district)
    chirgaon = district.units["chirgaon"]
    answer = asked(district, chirgaon)
    take(chirgaon, answer.message, answer.envelope)
    assert chirgaon.db.value("SELECT count(*) FROM item") == 1
    before = everything(chirgaon)
    take(chirgaon, answer.message, answer.envelope)
    assert everything(chirgaon) == before


def test_answers_in_the_other_order_lead_to_the_same(district: District) -> None:
    chirgaon = district.units["chirgaon"]
    first_file = sent(district, "first")
    first = asked(district, chirgaon)
    second_file = sent(district, "second")
    second = asked(district, chirgaon)
    for answer in (second, first, second, first):
        take(chirgaon, answer.message, answer.envelope)
    assert [file for (file,) in chirgaon.db.rows("SELECT file FROM item ORDER BY n")] == [first_file, second_file]
    assert chirgaon.db.value("SELECT mode FROM node") == "working"
    meet(district, "chirgaon", "moth")
    assert chirgaon.db.value("SELECT count(*) FROM efile WHERE phase='held'") == 2


def test_an_older_acknowledgement_takes_nothing_back_that_matters(district: District) -> None:
    moth = district.units["moth"]
    sent(district, "one")
    old = asked(district, moth)
    sent(district, "two")
    head = moth.db.value("SELECT head_seq FROM node")
    assert moth.db.value("SELECT acked_seq FROM node") == head
    take(moth, old.message, old.envelope)
    assert moth.db.value("SELECT mode FROM node") == "working"
    meet(district, "moth")
    assert moth.db.value("SELECT acked_seq FROM node") == head
    assert district.hub.db.value("SELECT count(*) FROM event WHERE node='moth'") == head


def test_items_that_do_not_join_on_are_not_taken(district: District) -> None:
    chirgaon = district.units["chirgaon"]
    sent(district, "one")
    sent(district, "two")
    answer = asked(district, chirgaon)
    down = answer.message
    assert isinstance(down, ms.Down)
    parcel = ms.Parcel(down.payload.parcel.items[1:], down.payload.parcel.logs[1:])
    later = replace(down, stream_base=1, count=1, payload=ms.DownPayload(parcel))
    before = everything(chirgaon)
    take(chirgaon, later, answer.envelope)
    assert everything(chirgaon) == before


@pytest.mark.parametrize("spoil", ["hash", "item", "log", "no logs", "swapped logs"])
def test_an_answer_that_cannot_be_true_changes_nothing(district: District, spoil: str) -> None:
    chirgaon = district.units["chirgaon"]
    sent(district, "one")
    sent(district, "two")
    answer = asked(district, chirgaon)
    down = answer.message
    assert isinstance(down, ms.Down)
    items, logs = down.payload.parcel.items, down.payload.parcel.logs
    entry = logs[0][1]
    spoiled = {
        "hash": replace(down, stream_hash=bytes(32)),
        "item": replace(down, payload=ms.DownPayload(ms.Parcel((items[1], items[0]), logs))),
        "log": replace(
            down,
            payload=ms.DownPayload(
                ms.Parcel(items, ((logs[0][0], replace(entry, body=entry.body + b"x"), logs[0][2]), logs[1]))
            ),
        ),
        "no logs": replace(down, payload=ms.DownPayload(ms.Parcel(items, ()))),
        "swapped logs": replace(down, payload=ms.DownPayload(ms.Parcel(items, (logs[1], logs[0])))),
    }[spoil]
    before = everything(chirgaon)
    with pytest.raises(PeerError):
        take(chirgaon, spoiled, answer.envelope)
    assert everything(chirgaon) == before
    take(chirgaon, down, answer.envelope)
    assert chirgaon.db.value("SELECT cursor FROM node") == 2


def test_a_ticket_for_an_office_that_works_has_no_effect(district: District) -> None:
    sent(district)
    moth = district.units["moth"]
    row = moth.db.row("SELECT life, epoch, head_seq, head_hash FROM node")
    assert row is not None
    ticket = ms.Ticket("hub", "moth", row[0], bytes(row[1]), 0, bytes(32), 0, bytes(32), 1)
    before = everything(moth)
    assert take(moth, ticket, Envelope("T", b"", b"", b"")).what == "ignored"
    assert everything(moth) == before


def test_a_lower_life_is_void_and_a_higher_one_in_an_ordinary_answer_stops_the_office(district: District) -> None:
    """Rules 6.3 and 6.8."""
    sent(district)
    chirgaon = district.units["chirgaon"]
    answer = asked(district, chirgaon)
    down = answer.message
    assert isinstance(down, ms.Down)
    before = everything(chirgaon)
    assert take(chirgaon, replace(down, life=down.life - 1), answer.envelope).what == "ignored"
    assert everything(chirgaon) == before
    assert take(chirgaon, replace(down, life=down.life + 1), answer.envelope).what == "stopped"
    assert chirgaon.db.value("SELECT mode FROM node") == "stopped"
    assert chirgaon.db.value("SELECT count(*) FROM item") == 0


def test_a_notice_of_a_life_that_is_over_is_not_reported_to(district: District) -> None:
    chirgaon = district.units["chirgaon"]
    life = chirgaon.db.value("SELECT life FROM node")
    old = ms.Notice("hub", "chirgaon", life - 1, 0, bytes(32), (), 1)
    assert not take(chirgaon, old, Envelope("V", b"", b"", b"")).again
    assert chirgaon.db.value("SELECT life FROM node") == life
    assert take(chirgaon, replace(old, life=life + 5), Envelope("V", b"", b"", b"")).again
    assert chirgaon.db.value("SELECT life FROM node") == life + 5
