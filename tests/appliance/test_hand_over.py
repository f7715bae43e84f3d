"""A file moves between offices: the whole way through desk, store, link and hub, without a socket."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.desk.refused import Refused
from appliance.desk.values import PullBack, Stage
from appliance.link.carry import exchange_all
from appliance.link.https import LineDown
from tests.support.district import District, actor, make_district
from tests.support.line import DirectLine
from tests.support.paper import pdf

PDF = pdf()


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path)
    yield made
    made.close()


@pytest.fixture
def lines(district: District) -> dict[str, DirectLine]:
    return {code: DirectLine(district.hub, code) for code in district.units}


def meet(district: District, lines: dict[str, DirectLine], *codes: str) -> None:
    for code in codes:
        district.clock.ms += 1000
        exchange_all(district.units[code], lines[code], lines[code])


def opened(district: District) -> str:
    unit, da = district.units["moth"], actor("moth.da1")
    file = verbs.open_file(unit, da, subject="हैंडपंप मरम्मत", section="moth.dev", language="hi")
    verbs.attach(unit, da, file, name="पत्र.pdf", media_type="application/pdf", stream=io.BytesIO(PDF))
    verbs.save_yellow(unit, da, file, "कृपया देखें।", 0)
    assert verbs.confirm_note(unit, da, file) == 1
    return file


def test_a_file_goes_there_and_is_opened(district: District, lines: dict[str, DirectLine]) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file = opened(district)
    verbs.send(moth, actor("moth.da1"), file, to_post="chirgaon.head", how="up", remarks="आदेशार्थ")
    assert reading.sent(moth, "moth.da1")[0].stage is Stage.WAITING
    meet(district, lines, "moth")
    assert reading.sent(moth, "moth.da1")[0].stage is Stage.AT_DISTRICT
    meet(district, lines, "chirgaon")
    (row,) = reading.inbox(chirgaon, "chirgaon.head")
    assert (row.file, row.unread, row.remarks) == (file, True, "आदेशार्थ")
    meet(district, lines, "chirgaon", "moth")
    assert reading.sent(moth, "moth.da1")[0].stage is Stage.DELIVERED
    verbs.receive(chirgaon, actor("chirgaon.head"), file)
    meet(district, lines, "chirgaon", "moth")
    sent = reading.sent(moth, "moth.da1")[0]
    assert (sent.stage, sent.opened_by) == (Stage.OPENED, "100")
    there = reading.file_page(chirgaon, actor("chirgaon.head"), file)
    here = reading.file_page(moth, actor("moth.da1"), file)
    assert [p.html for p in there.paragraphs] == ["<p>कृपया देखें।</p>"]
    assert there.papers[0].here
    assert b"".join(chirgaon.papers.open(bytes.fromhex(there.papers[0].sha256))) == PDF
    assert here.may == frozenset()
    assert {"note", "send", "return"} <= there.may
    with pytest.raises(Refused) as refused:
        verbs.park(moth, actor("moth.da1"), file, "x")
    assert refused.value.code == "away"


def test_what_waits_here_is_taken_back_alone(district: District, lines: dict[str, DirectLine]) -> None:
    moth = district.units["moth"]
    file = opened(district)
    lines["moth"].up = False
    verbs.send(moth, actor("moth.da1"), file, to_post="chirgaon.head", how="up")
    with pytest.raises(LineDown):
        meet(district, lines, "moth")
    assert verbs.pull_back(moth, actor("moth.da1"), file) is PullBack.TAKEN_BACK
    lines["moth"].up = True
    meet(district, lines, "moth", "chirgaon")
    assert reading.inbox(district.units["chirgaon"], "chirgaon.head") == []
    assert [row.file for row in reading.inbox(moth, "moth.da1")] == [file]


def test_asked_back_before_it_was_offered(district: District, lines: dict[str, DirectLine]) -> None:
    moth = district.units["moth"]
    file = opened(district)
    verbs.send(moth, actor("moth.da1"), file, to_post="chirgaon.head", how="up")
    meet(district, lines, "moth")
    assert verbs.pull_back(moth, actor("moth.da1"), file) is PullBack.ASKED
    meet(district, lines, "moth", "chirgaon")
    assert [row.file for row in reading.inbox(moth, "moth.da1")] == [file]
    assert reading.sent(moth, "moth.da1")[0].stage is Stage.TAKEN_BACK
    assert reading.inbox(district.units["chirgaon"], "chirgaon.head") == []


def test_asked_back_after_it_was_delivered_unopened(district: District, lines: dict[str, DirectLine]) -> None:
    moth = district.units["moth"]
    file = opened(district)
    verbs.send(moth, actor("moth.da1"), file, to_post="chirgaon.head", how="up")
    meet(district, lines, "moth", "chirgaon")
    verbs.pull_back(moth, actor("moth.da1"), file)
    meet(district, lines, "moth", "chirgaon", "moth")
    assert [row.file for row in reading.inbox(moth, "moth.da1")] == [file]
    assert reading.inbox(district.units["chirgaon"], "chirgaon.head") == []


def test_asked_back_after_it_was_opened(district: District, lines: dict[str, DirectLine]) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file = opened(district)
    verbs.send(moth, actor("moth.da1"), file, to_post="chirgaon.head", how="up")
    meet(district, lines, "moth", "chirgaon")
    verbs.receive(chirgaon, actor("chirgaon.head"), file)
    verbs.pull_back(moth, actor("moth.da1"), file)
    meet(district, lines, "moth", "chirgaon", "moth")
    sent = reading.sent(moth, "moth.da1")[0]
    assert (sent.stage, sent.reason, sent.opened_by) == (Stage.OPENED, "opened", "100")
    assert [row.file for row in reading.inbox(chirgaon, "chirgaon.head")] == [file]


def test_there_and_back_with_directions(district: District, lines: dict[str, DirectLine]) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file = opened(district)
    verbs.send(moth, actor("moth.da1"), file, to_post="chirgaon.head", how="up")
    meet(district, lines, "moth", "chirgaon")
    head = actor("chirgaon.head")
    verbs.receive(chirgaon, head, file)
    verbs.save_yellow(chirgaon, head, file, "<p>स्पष्ट करें</p>", 0)
    verbs.confirm_note(chirgaon, head, file)
    with pytest.raises(Refused):
        verbs.send(chirgaon, head, file, to_post="moth.da1", how="return")
    page = reading.file_page(chirgaon, head, file)
    verbs.send(chirgaon, head, file, to_post=page.return_to, how="return", remarks="प्रस्तर 1 स्पष्ट करें")
    meet(district, lines, "chirgaon", "moth")
    (row,) = reading.inbox(moth, "moth.da1")
    assert (row.how, row.remarks) == ("return", "प्रस्तर 1 स्पष्ट करें")
    verbs.receive(moth, actor("moth.da1"), file)
    verbs.save_yellow(moth, actor("moth.da1"), file, "<p>उत्तर</p>", 0)
    assert verbs.confirm_note(moth, actor("moth.da1"), file) == 3
    assert [stay.kind for stay in reading.movements(moth, file)] == ["desk", "line", "desk", "line", "desk"]
