"""A superior draws a file up: within the office at once, from another office by the district's ruling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.desk.pull_up import PullUp, pull_up, superiors_of
from appliance.desk.refused import Refused
from appliance.desk.values import Actor, FilePage, Stage
from appliance.link.carry import exchange_all
from appliance.store.check import check_unit
from appliance.store.unit import Unit
from tests.appliance.store.test_rebuild import same_when_rebuilt
from tests.support.district import District, actor, make_district
from tests.support.line import DirectLine

HEAD, DA1, DA2, THERE = actor("moth.head"), actor("moth.da1"), actor("moth.da2"), actor("chirgaon.head")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path)
    yield made
    made.close()


@pytest.fixture
def moth(district: District) -> Unit:
    return district.units["moth"]


def new_file(unit: Unit, who: Actor = DA1) -> str:
    return verbs.open_file(unit, who, subject="हैंडपंप की मरम्मत", section="moth.dev", language="hi")


def meet(district: District, *codes: str) -> None:
    for code in codes:
        district.clock.ms += 1000
        line = DirectLine(district.hub, code)
        exchange_all(district.units[code], line, line)


def page(unit: Unit, who: Actor, file: str) -> FilePage:
    return reading.file_page(unit, who, file)


def refusal(unit: Unit, who: Actor, file: str, reason: str = "देखना है") -> str:
    with pytest.raises(Refused) as refused:
        pull_up(unit, who, file, reason)
    return refused.value.code


def test_a_superior_draws_a_file_from_a_desk_and_the_yellow_note_stays_with_its_writer(moth: Unit) -> None:
    file = new_file(moth)
    verbs.save_yellow(moth, DA1, file, "<p>अधूरा</p>", 0)
    assert "pull_up" in page(moth, HEAD, file).may
    assert pull_up(moth, HEAD, file, "  आज ही\nदेखना है ") is PullUp.DRAWN
    (row,) = reading.inbox(moth, HEAD.post)
    assert (row.file, row.how, row.from_post, row.remarks, row.unread) == (
        file, "pulled_up", DA1.post, "आज ही देखना है", False,
    )  # fmt: skip
    assert reading.inbox(moth, DA1.post) == []
    theirs, mine = page(moth, DA1, file).yellow, page(moth, HEAD, file).yellow
    assert (theirs.html if theirs else "", mine) == ("<p>अधूरा</p>", None)
    stays = reading.movements(moth, file)
    assert [(stay.post, stay.how, stay.remarks) for stay in stays] == [
        (DA1.post, "open", ""), (HEAD.post, "pulled_up", "आज ही देखना है"),
    ]  # fmt: skip
    verbs.save_yellow(moth, HEAD, file, "<p>ठीक</p>", 0)
    assert verbs.confirm_note(moth, HEAD, file) == 1
    same_when_rebuilt(moth)
    assert check_unit(moth) == []


@pytest.mark.parametrize("far", [False, True])
def test_what_was_sent_and_not_yet_opened_or_gone_is_drawn_and_its_sender_is_told(moth: Unit, *, far: bool) -> None:
    file = new_file(moth)
    verbs.send(moth, DA1, file, to_post=THERE.post if far else DA2.post, how="down")
    pull_up(moth, HEAD, file, "देखना है")
    (sent,) = reading.sent(moth, DA1.post)
    assert (sent.stage, sent.reason, sent.can_pull_back) == (Stage.MOVED_BY_ORDER, "pulled_up", False)
    assert page(moth, HEAD, file).state == "desk"
    assert refused_to_write(moth, DA2, file) == "not_holder"
    same_when_rebuilt(moth)


def refused_to_write(unit: Unit, who: Actor, file: str) -> str:
    with pytest.raises(Refused) as refused:
        verbs.close(unit, who, file, "")
    return refused.value.code


def test_a_queued_file_that_was_drawn_does_not_leave_with_the_next_carrier(district: District, moth: Unit) -> None:
    file = new_file(moth)
    verbs.send(moth, DA1, file, to_post=THERE.post, how="down")
    pull_up(moth, HEAD, file, "देखना है")
    meet(district, "moth", "chirgaon", "moth")
    assert reading.inbox(district.units["chirgaon"], THERE.post) == []
    assert page(moth, HEAD, file).state == "desk"
    verbs.send(moth, HEAD, file, to_post=THERE.post, how="down")
    meet(district, "moth", "chirgaon")
    assert [row.file for row in reading.inbox(district.units["chirgaon"], THERE.post)] == [file]


def test_who_is_not_above_draws_nothing(moth: Unit) -> None:
    file = new_file(moth)
    assert refusal(moth, DA2, file) == "not_superior"
    assert refusal(moth, HEAD, file, " \n ") == "reason_missing"
    assert refusal(moth, HEAD, file, "क" * 1001) == "remarks_too_long"
    assert "pull_up" not in page(moth, DA2, file).may
    pull_up(moth, HEAD, file, "देखना है")
    assert refusal(moth, HEAD, file) == "already_here"
    assert refusal(moth, DA1, file) == "not_superior"
    verbs.close(moth, HEAD, file, "")
    assert refusal(moth, HEAD, file) == "already_here"


def test_a_graded_file_of_another_chain_is_not_drawn(moth: Unit) -> None:
    file = verbs.open_file(moth, DA1, subject="गुप्त", section="moth.dev", language="hi", grading="confidential")
    assert refusal(moth, HEAD, file) == "graded"


def test_from_another_office_it_is_asked_for_and_comes_with_what_was_written_there(
    district: District, moth: Unit
) -> None:
    there = district.units["chirgaon"]
    file = new_file(moth)
    verbs.send(moth, DA1, file, to_post=THERE.post, how="down")
    meet(district, "moth", "chirgaon")
    verbs.receive(there, THERE, file)
    verbs.save_yellow(there, THERE, file, "<p>देखा</p>", 0)
    verbs.confirm_note(there, THERE, file)
    verbs.save_yellow(there, THERE, file, "<p>अधूरा</p>", 0)
    meet(district, "chirgaon", "moth")
    assert pull_up(moth, HEAD, file, "देखना है") is PullUp.ASKED
    found = page(moth, DA1, file).pull_up
    assert found is not None
    assert (found.post, found.reason, found.why) == (HEAD.post, "देखना है", "")
    assert refusal(moth, HEAD, file) == "pull_up_pending"
    same_when_rebuilt(moth)
    assert page(moth, HEAD, file).pull_up == found
    meet(district, "moth", "chirgaon", "moth")
    after = page(moth, HEAD, file)
    assert (after.state, after.holder_post, len(after.paragraphs), after.pull_up) == ("tray", HEAD.post, 1, None)
    (row,) = reading.inbox(moth, HEAD.post)
    assert (row.how, row.unread) == ("pulled_up", True)
    here = page(there, THERE, file)
    assert (here.state, here.holder_node) == ("away", "moth")
    assert here.yellow is not None
    assert [stay.how for stay in reading.movements(there, file)][-1] == "pulled_up"
    for unit in (moth, there):
        same_when_rebuilt(unit)


def test_a_refusal_of_the_district_is_shown_with_where_the_file_is(district: District, moth: Unit) -> None:
    there, clerk = district.units["chirgaon"], actor("chirgaon.da1")
    file = verbs.open_file(there, clerk, subject="सड़क", section="chirgaon.dev", language="hi")
    verbs.send(there, clerk, file, to_post=DA1.post, how="down")
    meet(district, "chirgaon", "moth", "chirgaon")
    verbs.receive(moth, DA1, file)
    verbs.send(moth, DA1, file, to_post=clerk.post, how="return", remarks="पूरा करें")
    meet(district, "moth")
    pull_up(there, THERE, file, "यहाँ चाहिए")  # it is on its way to this very office
    meet(district, "chirgaon", "moth", "chirgaon")
    after = page(there, THERE, file)
    assert (after.state, after.pull_up) == ("tray", None)
    assert after.holder_post in (THERE.post, clerk.post)


def test_the_line_of_superiors_is_the_directorys(moth: Unit) -> None:
    assert superiors_of(moth.directory(), DA1.post) == (HEAD.post,)
    assert superiors_of(moth.directory(), HEAD.post) == ()
    assert superiors_of(moth.directory(), "moth.nobody") == ()
