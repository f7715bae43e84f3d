"""The search page in a real browser: by the keyboard, in Hindi, judged by axe; and without scripts on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.screen import LATER, PHONE, Windows
from tests.browser.test_screens import faults, faults_here

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SUBJECT = "ज़िला योजना से हैण्डपम्प रीबोर की सूची"
NOTE = "हैंडपंप रीबोर का प्रस्ताव। खण्ड के १२ ग्रामों की सूची पत्राचार में है।"


@pytest.mark.parametrize("language", ["hi", "en"])
def test_what_was_written_is_found_by_the_keyboard_alone(windows: Windows, letter: Path, language: str) -> None:
    assistant = windows.person("moth.ado-p", language)
    page = assistant.page
    assistant.go("/files/new")
    page.fill("#subject", f"{SUBJECT} {language}")
    page.set_input_files("#paper", letter)
    assistant.press("open-file")
    file = page.url.rsplit("/", 1)[-1]
    assistant.write(NOTE)
    assistant.press("confirm-note")

    page.keyboard.press("Escape")
    page.keyboard.press("Slash")
    page.keyboard.type("हैंडपंप 12")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found = page.locator(f'[data-found="{file}"]')
    expect(found.locator(".words mark")).to_have_text(["हैंडपंप", "१२"])
    expect(found.locator("h2 mark")).to_have_text(["हैण्डपम्प"])
    assert faults_here(assistant) == []
    page.set_viewport_size({"width": 1366, "height": 768})
    found.locator("ul a").first.click()
    expect(page.locator("#p1")).to_contain_text("हैंडपंप रीबोर")

    for path in ("/search", "/search?q=xyz&kind=note", "/search?kind=note&since=2020-01-01"):
        assert faults(assistant, path) == []
    assistant.refusals = {422}
    assert faults(assistant, "/search?q=a&since=31-31-2026") == []


def test_the_words_of_a_paper_are_found_once_the_queue_has_read_it(windows: Windows) -> None:
    assistant = windows.person("moth.ado-p", "en")
    page = assistant.page
    page.goto(assistant.url + "/files/new")
    page.fill("#subject", "Borewell estimates")
    page.set_input_files("#paper", {"name": "e.pdf", "mimeType": "application/pdf", "buffer": ENGLISH})
    assistant.press("open-file")
    file = page.url.rsplit("/", 1)[-1]
    hit = page.locator(f'[data-found="{file}"] mark', has_text="submersible")
    for _ in range(60):
        assistant.go("/search?q=submersible")
        if hit.count():
            break
        page.wait_for_timeout(500)
    expect(hit.first).to_be_visible(timeout=LATER)


def test_a_search_needs_no_script(windows: Windows) -> None:
    assistant = windows.person("moth.da1", "hi", scripts=False, size=PHONE)
    page = assistant.page
    assistant.go("/files/new")
    page.fill("#subject", "वृद्धावस्था पेंशन सत्यापन")
    assistant.press("open-file")
    file = page.url.rsplit("/", 1)[-1]
    page.fill("#q", "पेन्शन")
    with page.expect_navigation():
        page.press("#q", "Enter")
    expect(page.locator(f'[data-found="{file}"] h2 mark')).to_have_text(["पेंशन"])
    page.select_option("#kind", "note")
    assistant.press("search")
    expect(page.locator(f'[data-found="{file}"]')).to_have_count(0)
    expect(page.locator(".pv-empty")).to_be_visible()


ENGLISH = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 55>>stream\nBT /F 12 Tf 20 100 Td (A submersible pump of 1 HP) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
