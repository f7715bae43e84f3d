"""The hub put back to a copy (custody section 6), with real offices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.desk.values import Actor, Stage
from appliance.link.speak import speak
from central.hub.exchange import exchange
from protocol import messages as ms
from protocol.exchange import End, Role, hear
from tests.support.copies import copy, meet, put_hub_back
from tests.support.district import HUB_CODE, District, actor, make_district

OFFICES = ("moth", "chirgaon", "eraj")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path, OFFICES)
    meet(made, *OFFICES)
    yield made
    made.close()


def act(post: str) -> Actor:
    return actor(post, OFFICES)


def sent(district: District, subject: str = "s") -> str:
    moth = district.units["moth"]
    file = verbs.open_file(moth, act("moth.da1"), subject=subject, section="moth.dev", language="en")
    verbs.send(moth, act("moth.da1"), file, to_post="chirgaon.head", how="up")
    return file


def settle(district: District) -> None:
    for _ in range(4):
        meet(district, *OFFICES)


def who_holds(district: District) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, unit in district.units.items():
        for (file,) in unit.db.rows("SELECT file FROM efile WHERE phase IN ('held','queued')"):
            found.setdefault(file, []).append(code)
    return found


def agree(district: District) -> None:
    """The hub and the offices name one holder of each file, with one term and one log."""
    hub_says = {
        file: (holder, life, number, bytes(h))
        for file, holder, life, number, h in district.hub.db.rows(
            "SELECT file, holder, life, number, log_hash FROM efile"
        )
    }
    assert who_holds(district) == {file: [holder] for file, (holder, *_) in hub_says.items()}
    for file, (holder, *rest) in hub_says.items():
        row = district.units[holder].db.row("SELECT life, number, log_hash FROM efile WHERE file=?", file)
        assert row is not None
        assert [row[0], row[1], bytes(row[2])] == rest
    assert district.hub.db.value("SELECT recovering FROM hub") == 0


def test_nothing_is_ruled_acknowledged_or_delivered_before_all_have_reported(district: District) -> None:
    place = copy(district, HUB_CODE)
    file = sent(district)
    meet(district, "moth")
    hub = put_hub_back(district, place)
    sent(district, "after")
    before = hub.db.value("SELECT count(*) FROM event"), hub.db.value("SELECT count(*) FROM stream")
    for code in ("moth", "chirgaon", "moth", "chirgaon"):
        meet(district, code)
        assert hub.db.value("SELECT recovering FROM hub") == 1
    assert (hub.db.value("SELECT count(*) FROM event"), hub.db.value("SELECT count(*) FROM stream")) == before
    assert district.units["moth"].db.value("SELECT acked_seq < head_seq FROM node")
    settle(district)
    agree(district)
    assert hub.db.value("SELECT holder FROM efile WHERE file=?", file) == "chirgaon"


def test_what_was_delivered_in_the_lost_life_stays_where_it_is(district: District) -> None:
    place = copy(district, HUB_CODE)
    file = sent(district)
    meet(district, "moth", "chirgaon")
    chirgaon = district.units["chirgaon"]
    verbs.receive(chirgaon, act("chirgaon.head"), file)
    verbs.save_yellow(chirgaon, act("chirgaon.head"), file, "<p>written in the lost life</p>", 0)
    verbs.confirm_note(chirgaon, act("chirgaon.head"), file)
    meet(district, "chirgaon")
    put_hub_back(district, place)
    settle(district)
    agree(district)
    page = reading.file_page(chirgaon, act("chirgaon.head"), file)
    assert [paragraph.html for paragraph in page.paragraphs] == ["<p>written in the lost life</p>"]
    verbs.send(chirgaon, act("chirgaon.head"), file, to_post="eraj.head", how="up")
    settle(district)
    agree(district)
    assert who_holds(district)[file] == ["eraj"]


def test_a_grant_of_the_copy_that_was_pulled_back_in_the_lost_life_is_a_tombstone(district: District) -> None:
    file = sent(district)
    meet(district, "moth")
    place = copy(district, HUB_CODE)
    verbs.pull_back(district.units["moth"], act("moth.da1"), file)
    meet(district, "moth")
    assert who_holds(district)[file] == ["moth"]
    put_hub_back(district, place)
    settle(district)
    agree(district)
    assert who_holds(district)[file] == ["moth"]


def test_the_life_only_ever_grows(district: District) -> None:
    place = copy(district, HUB_CODE)
    lives = [district.units["moth"].db.value("SELECT life FROM node")]
    for step_ms in (-10 * 86_400_000, -60_000, 0):
        district.clock.ms += step_ms
        put_hub_back(district, place)
        settle(district)
        lives.append(district.units["moth"].db.value("SELECT life FROM node"))
        agree(district)
    assert lives == sorted(set(lives))


def test_a_set_back_that_nobody_announced_is_noticed_by_an_office_ahead(district: District) -> None:
    """Rule 6.7."""
    place = copy(district, HUB_CODE)
    file = sent(district)
    settle(district)
    life = district.hub.db.value("SELECT life FROM hub")
    hub = put_hub_back(district, place, announced=False)
    settle(district)
    assert hub.db.value("SELECT life FROM hub") > life
    assert hub.db.value("SELECT alarm FROM hub") == "set_back"
    agree(district)
    assert who_holds(district)[file] == ["chirgaon"]


def test_an_answer_of_the_former_life_that_comes_late_has_no_effect(district: District) -> None:
    """Rule 6.3."""
    chirgaon = district.units["chirgaon"]
    place = copy(district, HUB_CODE)
    sent(district)
    meet(district, "moth")
    end = End(Role.NODE, "chirgaon", chirgaon.sign, chirgaon.verify)
    late = hear(end, exchange(district.hub, end.say(speak(chirgaon).message), "stick").data)
    assert isinstance(late.message, ms.Down)
    assert late.message.count == 1
    put_hub_back(district, place)
    meet(district, "chirgaon")
    from appliance.link.take import take

    before = chirgaon.db.rows("SELECT * FROM node"), chirgaon.db.rows("SELECT * FROM item")
    assert take(chirgaon, late.message, late.envelope).what == "ignored"
    assert (chirgaon.db.rows("SELECT * FROM node"), chirgaon.db.rows("SELECT * FROM item")) == before
    settle(district)
    agree(district)


def test_the_senders_list_tells_the_truth_afterwards(district: District) -> None:
    file = sent(district)
    settle(district)
    place = copy(district, HUB_CODE)
    verbs.receive(district.units["chirgaon"], act("chirgaon.head"), file)
    meet(district, "chirgaon")
    put_hub_back(district, place)
    settle(district)
    (row,) = reading.sent(district.units["moth"], "moth.da1")
    assert row.stage is Stage.OPENED
    agree(district)
