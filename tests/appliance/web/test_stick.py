"""The page of the post by stick."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.store.unit import Unit
from commons.mounting.values import Told
from commons.stick import Stick
from tests.appliance.web.conftest import Browser, TestClock
from tests.support.sticks import BLUE, check_told_in_words, page_ended, tell

MINUTE_MS = 60_000


@pytest.fixture
def sticks(unit: Unit, tmp_path: Path) -> Path:
    """One stick, plugged in before the application begins."""
    root = tmp_path / "sticks"
    (root / BLUE).mkdir(parents=True)
    unit.settings = replace(unit.settings, sticks=str(root))
    return root


def ended(browser: Browser) -> str:
    return page_ended(lambda: browser.get("/stick").text)


def test_without_a_stick_it_says_what_to_do(assistant: Browser) -> None:
    assert "कोई स्टिक नहीं लगी है" in assistant.get("/stick").text
    assert 'href="/stick"' in assistant.get("/waiting").text


def test_one_button_takes_in_and_puts_out(sticks: Path, assistant: Browser, unit: Unit) -> None:
    assert BLUE in assistant.get("/stick").text
    assistant.post("/stick", stick=BLUE)
    assert "अब स्टिक निकाल सकते हैं" in ended(assistant)
    assert len(Stick(sticks / BLUE).bags(unit.settings.hub)) == 1


def test_a_stick_that_is_gone_is_told(sticks: Path, assistant: Browser) -> None:
    (sticks / BLUE).rmdir()
    answer = assistant.post("/stick", 409, stick=BLUE)
    assert 'data-problem="stick.gone"' in answer.text


def test_a_stick_that_cannot_be_used_is_shown_with_its_reason(sticks: Path, assistant: Browser) -> None:
    (sticks / BLUE / "PATRAVALI").symlink_to("/etc")
    assert "यह स्टिक काम की नहीं है" in assistant.get("/stick").text
    assistant.post("/stick", stick=BLUE)
    assert 'data-problem="stick.unfit"' in ended(assistant)


def test_what_the_helper_tells_is_said_in_words(sticks: Path, assistant: Browser) -> None:
    check_told_in_words(sticks, lambda: assistant.get("/stick").text)


def test_every_page_tells_that_a_stick_is_in(sticks: Path, assistant: Browser) -> None:
    assert "data-plugged" in assistant.get("/inbox").text
    tell(sticks, Told(BLUE, "out"))
    assert "data-plugged" not in assistant.get("/inbox").text


def test_a_stick_can_be_taken_out_without_more(sticks: Path, assistant: Browser) -> None:
    assistant.post("/stick/out", stick=BLUE)
    assert list((sticks / BLUE).iterdir()) == []
    assert 'data-problem="stick.gone"' in assistant.post("/stick/out", 409, stick="../नीली").text


@pytest.mark.usefixtures("sticks")
def test_the_session_ends_although_the_page_stays_open(assistant: Browser, clock: TestClock) -> None:
    """The page asks how far it is, every few seconds: that is nobody at work."""
    assert 'hx-get="/stick/now"' in assistant.get("/stick").text
    for _ in range(14):
        clock.ms += MINUTE_MS
        assistant.get("/stick/now")
    clock.ms += 2 * MINUTE_MS
    assistant.get("/stick", 303)


def test_two_presses_are_one(sticks: Path, assistant: Browser, unit: Unit) -> None:
    assistant.post("/stick", stick=BLUE)
    assistant.post("/stick", stick=BLUE)
    ended(assistant)
    assert len(Stick(sticks / BLUE).bags(unit.settings.hub)) == 1
