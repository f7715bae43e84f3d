"""A reply in Hindi: drafted, saved as a version, approved, issued; its PDF has the number. Keyboard, axe, autosave."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import SOON, Windows
from tests.browser.test_screens import faults_here
from tests.support.pdf import letters_of, text_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_draft_version_approval_issue(windows: Windows) -> None:
    clerk = windows.person("moth.da1", "hi")
    page = clerk.page
    clerk.press("new-file")
    page.fill("#subject", "ग्राम बम्हौरी में हैंडपंप की मरम्मत")
    clerk.press("open-file")
    file = page.url.rsplit("/", 1)[-1].partition("#")[0]
    clerk.press("drafts")
    assert faults_here(clerk) == []
    page.select_option("#start", "hi letter")
    clerk.press("new-draft")
    page.fill("#to", "मुख्य विकास अधिकारी,\nझाँसी")
    page.fill("#copies", "ग्राम प्रधान, बम्हौरी")
    write = page.locator("[data-field=note]")
    write.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" शीघ्र।")
    expect(page.locator("#draft [name=version]")).to_have_value("2", timeout=SOON)
    assert faults_here(clerk) == []
    page.reload()
    expect(page.locator("[data-field=note]")).to_contain_text("शीघ्र")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    draft = page.url
    assert faults_here(clerk) == []
    clerk.press("revise")
    page.fill("#title", "हैंडपंप की मरम्मत के सम्बन्ध में")
    clerk.press("save-version")
    clerk.press("differences")
    expect(page.locator("[data-part=title] ins")).to_contain_text("सम्बन्ध")
    assert faults_here(clerk) == []
    clerk.go(f"/files/{file}")
    clerk.send("moth.bdo", "up", "अनुमोदनार्थ")
    approve_and_issue(windows, file, draft)


def approve_and_issue(windows: Windows, file: str, draft: str) -> None:
    officer = windows.person("moth.bdo", "hi")
    officer.go(f"/files/{file}")
    officer.page.goto(draft)
    officer.press("approve")
    assert faults_here(officer) == []
    officer.press("issue")
    number = officer.hook("issue-number")
    assert re.fullmatch(r"MOTH/I/\d{4}/\d{6}", number)
    assert faults_here(officer) == []
    address = officer.verb("open-letter").get_attribute("href") or ""
    pdf = officer.page.request.get(officer.url + address).body()
    assert number in text_of(pdf)
    assert "मुख्यविकासअधिकारी" in letters_of(pdf)
    officer.press("dispatch")
    officer.go("/issued")
    expect(officer.page.locator(f'tr[data-number="{number}"]')).to_be_visible()
    assert faults_here(officer) == []
    officer.go("/office/letterhead")
    assert faults_here(officer) == []
