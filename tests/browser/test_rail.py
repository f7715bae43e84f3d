"""The rail of the office on a phone: five entries below, all others behind one of them. With and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.screen import PHONE, Windows
from tests.browser.test_screens import faults_here

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_has_five_entries_and_the_rest_behind_more(windows: Windows, *, scripts: bool) -> None:
    screen = windows.person("moth.bdo", "hi", scripts=scripts, size=PHONE)
    page = screen.page
    screen.go("/inbox")
    entries = page.locator("#rail > a:visible, #rail summary:visible")
    assert [words.split("\n")[0] for words in entries.all_inner_texts()] == [
        "आगत",
        "मेरा दिन",
        "प्रेषित",
        "सभी पत्रावलियाँ",
        "और",
    ]
    assert page.evaluate("() => document.querySelector('#rail').getBoundingClientRect().height") < 64
    screen.verb("more").click()
    for verb in ("new-file", "new-receipt", "registers", "issued", "take-over"):
        expect(screen.verb(verb)).to_be_visible()
    if scripts:
        assert faults_here(screen) == []
    screen.press("registers")
    expect(page.locator("h1")).to_have_text("पंजियाँ")
    expect(screen.verb("registers")).to_have_count(0)
