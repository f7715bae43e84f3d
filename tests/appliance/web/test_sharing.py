"""The screens of a shared line: a rest, limits by hour, metered mode."""

from __future__ import annotations

import re
from html import unescape

import pytest

from appliance.store.manners import read_manners
from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser, TestClock


def words(text: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", text))


def test_anyone_lets_the_line_rest_all_see_it_and_anyone_ends_it(
    assistant: Browser, officer: Browser, unit: Unit, clock: TestClock
) -> None:
    page = assistant.get("/waiting").text
    assert 'data-verb="pause"' in page
    assistant.post("/waiting/pause", minutes="60")
    page = officer.get("/waiting").text
    assert "data-paused" in page
    assert 'data-line="paused"' in page
    assert 'data-verb="pause"' not in page
    assert 'data-line="paused"' in officer.get("/inbox").text
    officer.post("/waiting/resume")
    assert read_manners(unit.db).pause_left_ms(clock.ms) == 0
    assert "data-paused" not in assistant.get("/waiting").text
    assert unit.huey.pending()


def test_a_rest_of_another_length_is_refused(assistant: Browser, unit: Unit) -> None:
    assistant.post("/waiting/pause", 400, minutes="100000")
    assert read_manners(unit.db).paused_until_ms == 0


def test_the_administrator_sets_limits_and_sees_them_drawn(officer: Browser, unit: Unit) -> None:
    assert 'href="/office/line"' in officer.get("/office").text
    page = officer.get("/office/line").text
    assert page.count('class="free"') == 24
    officer.post("/office/line", since=["10", "22"], until=["17", "6"], kbit=["64", "512"], metered="1")
    manners = read_manners(unit.db)
    assert manners.caps == dict.fromkeys(range(10, 17), 64) | dict.fromkeys([22, 23, *range(6)], 512)
    assert manners.metered
    page = officer.get("/office/line").text
    assert (page.count('class="free"'), page.count('class="limited"')) == (9, 15)
    assert "10:00" in words(page)
    assert re.search(r'name="metered"[^>]*checked', page)
    assert "data-metered" not in officer.get("/waiting").text


@pytest.mark.parametrize("kbit", ["4", "x", "<b>", "9" * 300])
def test_a_wrong_limit_keeps_what_was_typed_and_changes_nothing(officer: Browser, unit: Unit, kbit: str) -> None:
    page = officer.post("/office/line", 409, since=["10"], until=["17"], kbit=[kbit]).text
    assert "<b>" not in page.partition("pv-repair")[2].partition("</b>")[2].partition("<form")[0]
    assert 'value="10" selected' in page
    assert read_manners(unit.db).caps == {}


def test_others_may_not(assistant: Browser, unit: Unit) -> None:
    assistant.get("/office/line", 403)
    assistant.post("/office/line", 403, since=["10"], until=["17"], kbit=["8"])
    assert read_manners(unit.db).caps == {}
