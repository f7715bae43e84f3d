"""What the district keeps of a weeded file, and for how long it keeps what it packed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import record, verbs
from central.store.check import check_hub
from protocol import messages as ms
from tests.support.copies import meet
from tests.support.district import District, make_district
from tests.support.weeding import DAY_MS, HEAD, THERE, note, order_of, put_away, recorded_there, weed_there, worked_on


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path)
    meet(made, "moth", "chirgaon")
    yield made
    made.close()


def packed(district: District) -> int:
    return sum(path.is_file() for path in (district.hub.folder / "bundles").rglob("*"))


def fetched_large(district: District) -> str:
    """A file with notes so long that its delivery is fetched, not answered."""
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file, _, _ = worked_on(moth)
    source = random.Random("large")
    for _ in range(12):
        note(moth, HEAD, file, source.randbytes(9000).hex())
    verbs.send(moth, HEAD, file, to_post=THERE.post, how="up")
    meet(district, "moth", "chirgaon")
    assert packed(district) == 1
    verbs.receive(chirgaon, THERE, file)
    return file


def test_what_was_packed_goes_with_the_file(district: District) -> None:
    file, chirgaon = fetched_large(district), district.units["chirgaon"]
    meet(district, "chirgaon")
    verbs.close(chirgaon, THERE, file, "")
    record.put_in_record(chirgaon, THERE, file, retention="C", review="2026-11-30")
    meet(district, "chirgaon")
    district.hub.db.run("UPDATE answer SET at_ms=?", district.clock.ms + 30 * DAY_MS)
    district.clock.ms += 30 * DAY_MS
    assert packed(district) == 1
    record.weed(chirgaon, THERE, file, order=order_of(chirgaon), order_number="1")
    meet(district, "chirgaon")
    assert packed(district) == 0


def test_what_was_packed_stays_for_a_day(district: District) -> None:
    fetched_large(district)
    meet(district, "moth")
    assert packed(district) == 1
    district.clock.ms += DAY_MS + 60_000
    meet(district, "moth")
    assert packed(district) == 0


def test_who_had_the_file_is_told_once_and_who_had_not_is_not(tmp_path: Path) -> None:
    made = make_district(tmp_path, ("moth", "chirgaon", "eraj"))
    try:
        meet(made, "moth", "chirgaon", "eraj")
        moth = made.units["moth"]
        file, _, _ = worked_on(moth)
        put_away(moth, HEAD, file, made.clock)
        record.weed(moth, HEAD, file, order=order_of(moth), order_number="1")
        meet(made, "moth", "chirgaon", "eraj", "moth")
        assert made.hub.db.value("SELECT count(*) FROM stream WHERE tag='W'") == 0
        assert check_hub(made.hub) == []
    finally:
        made.close()


def test_the_word_names_the_order_and_the_holder(district: District) -> None:
    found = recorded_there(district)
    weed_there(district, found)
    meet(district, "chirgaon", "moth", "chirgaon")
    rows = district.hub.db.rows("SELECT node, item FROM stream WHERE tag='W'")
    assert [node for node, _ in rows] == ["moth"]
    item = ms.decode_item(bytes(rows[0][1]))
    assert isinstance(item, ms.Weeded)
    assert (item.file, item.order_number, item.node) == (found.file, "12/2027", "chirgaon")
