"""A kind of a newer release: kept by the hub as it came, passed on, and shown where it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.desk import reading, verbs
from appliance.link.carry import exchange_all
from protocol import events as ev
from tests.central.hub.pen import Pen
from tests.support.district import District, actor, make_district
from tests.support.line import DirectLine


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path, ("moth", "chirgaon", "eraj"))
    yield made
    made.close()


def test_it_is_stored_passed_on_and_shown_as_needing_an_update(district: District) -> None:
    hub, chirgaon = district.hub, district.units["chirgaon"]
    moth = Pen(hub, "moth")
    file = moth.open("from tomorrow")
    header = msgspec.msgpack.encode(
        [2, "seal", 1, 0, 0, (district.clock.ms << 16) + 7, "moth.da1", "E1", 1, bytes(32), "more"]
    )
    header_without_after = msgspec.msgpack.encode(
        [2, "seal", 1, 0, 0, (district.clock.ms << 16) + 7, "moth.da1", "E1", 1]
    )
    assert ev.decode_header(header).kind == "seal"
    body = msgspec.msgpack.encode({"a": "map of tomorrow", "b": [1, 2, None]})
    moth.write_bytes(header_without_after, body)
    longer = msgspec.msgpack.encode(
        [*msgspec.msgpack.decode(ev.encode_body(ev.Note(1, 1, "<p>x</p>"))), "tomorrow's field"]
    )
    moth.write_bytes(
        ev.encode_header(ev.Header(2, "note", 1, 0, 0, (district.clock.ms << 16) + 8, "moth.da1", "E1", 1)), longer
    )
    moth.send(file, "chirgaon")
    moth.meet()
    assert moth.acked == 5
    assert hub.db.value("SELECT count(*) FROM aside") == 0
    line = DirectLine(hub, "chirgaon")
    exchange_all(chirgaon, line, line)
    (row,) = reading.inbox(chirgaon, "chirgaon.head")
    page = reading.file_page(chirgaon, actor("chirgaon.head"), row.file)
    assert page.needs_update
    assert [paragraph.html for paragraph in page.paragraphs] == ["<p>x</p>"]
    for database in (hub.db, chirgaon.db):
        kept = database.rows("SELECT header, body FROM event WHERE node='moth' ORDER BY seq")
        assert [(bytes(h), bytes(b)) for h, b in kept] == moth.pairs


def test_the_next_office_passes_it_on_in_its_turn(district: District) -> None:
    hub = district.hub
    moth = Pen(hub, "moth")
    file = moth.open()
    moth.write_bytes(
        msgspec.msgpack.encode([9, "seal", 1, 0, 0, district.clock.ms << 16, "moth.da1", "E1", 1]), b"\x01"
    )
    moth.send(file, "chirgaon")
    moth.meet()
    chirgaon, eraj = district.units["chirgaon"], district.units["eraj"]
    line = DirectLine(hub, "chirgaon")
    exchange_all(chirgaon, line, line)
    head = actor("chirgaon.head", ("moth", "chirgaon", "eraj"))
    verbs.receive(chirgaon, head, file)
    verbs.send(chirgaon, head, file, to_post="eraj.head", how="up")
    exchange_all(chirgaon, line, line)
    other = DirectLine(hub, "eraj")
    exchange_all(eraj, other, other)
    assert reading.file_page(eraj, actor("eraj.head", ("moth", "chirgaon", "eraj")), file).needs_update
    assert bytes(eraj.db.value("SELECT body FROM event WHERE kind='seal'")) == b"\x01"
    assert hub.db.value("SELECT holder FROM efile") == "eraj"
