"""The page of the post by stick."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.store.unit import Unit
from commons.mounting import asking
from commons.mounting.values import Owner, Telling, Told
from commons.stick import Stick
from tests.appliance.web.conftest import Browser, TestClock

SECONDS = 20
MINUTE_MS = 60_000


@pytest.fixture
def sticks(unit: Unit, tmp_path: Path) -> Path:
    """One stick, plugged in before the application begins."""
    root = tmp_path / "sticks"
    (root / "नीली").mkdir(parents=True)
    unit.settings = replace(unit.settings, sticks=str(root))
    return root


def ended(browser: Browser) -> str:
    """The page, once the stick may be pulled out or the work has failed."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        text = browser.get("/stick").text
        if 'data-stick="done"' in text or 'data-stick="failed"' in text:
            return text
        time.sleep(0.05)
    raise TimeoutError


def test_without_a_stick_it_says_what_to_do(assistant: Browser) -> None:
    assert "कोई स्टिक नहीं लगी है" in assistant.get("/stick").text
    assert 'href="/stick"' in assistant.get("/waiting").text


def test_one_button_takes_in_and_puts_out(sticks: Path, assistant: Browser, unit: Unit) -> None:
    assert "नीली" in assistant.get("/stick").text
    assistant.post("/stick", stick="नीली")
    assert "अब स्टिक निकाल सकते हैं" in ended(assistant)
    assert len(Stick(sticks / "नीली").bags(unit.settings.hub)) == 1


def test_a_stick_that_is_gone_is_told(sticks: Path, assistant: Browser) -> None:
    (sticks / "नीली").rmdir()
    answer = assistant.post("/stick", 409, stick="नीली")
    assert 'data-problem="stick.gone"' in answer.text


def test_a_stick_that_cannot_be_used_is_shown_with_its_reason(sticks: Path, assistant: Browser) -> None:
    (sticks / "नीली" / "PATRAVALI").symlink_to("/etc")
    assert "यह स्टिक काम की नहीं है" in assistant.get("/stick").text
    assistant.post("/stick", stick="नीली")
    assert 'data-problem="stick.unfit"' in ended(assistant)


TOLD = [
    (Told("लाल", "fault", "stick.file_system", "ntfs"), "NTFS"),
    (Told("लाल", "fault", "stick.locked"), "पासवर्ड"),
    (Told("लाल", "coming"), "खोली जा रही है"),
    (Told("लाल", "out"), "निकाल सकते हैं"),
    (Told("नीली", "here", "", "vfat", 8 << 30, read_only=True), "8.6 GB · इस पर लिखा नहीं जा सकता"),
    (Told("नीली", "here"), "केवल निकालें"),
]


def test_what_the_helper_tells_is_said_in_words(sticks: Path, assistant: Browser) -> None:
    for told, words in TOLD:
        asking.tell(sticks, Telling((told,)), Owner(os.geteuid(), os.getegid()))
        page = assistant.get("/stick").text
        assert words in page, told
        assert f'data-state="{told.state}"' in page


def test_every_page_tells_that_a_stick_is_in(sticks: Path, assistant: Browser) -> None:
    assert "data-plugged" in assistant.get("/inbox").text
    asking.tell(sticks, Telling((Told("नीली", "out"),)), Owner(os.geteuid(), os.getegid()))
    assert "data-plugged" not in assistant.get("/inbox").text


def test_a_stick_can_be_taken_out_without_more(sticks: Path, assistant: Browser) -> None:
    assistant.post("/stick/out", stick="नीली")
    assert list((sticks / "नीली").iterdir()) == []
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
    assistant.post("/stick", stick="नीली")
    assistant.post("/stick", stick="नीली")
    ended(assistant)
    assert len(Stick(sticks / "नीली").bags(unit.settings.hub)) == 1
