"""A file's life beside its notes, in Hindi: opened under heads, its cover changed, out on paper and back by scan."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.screen import Screen, Windows
from tests.browser.test_screens import faults, faults_here
from tests.support.paper import pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

POST = "chirgaon.da1"


def scan(name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": pdf(2)}


def opened(screen: Screen, subject: str, head: str) -> str:
    """A new file, by keys where a person would use them; its address."""
    screen.go("/files/new")
    field = screen.page.locator("#subject")
    expect(field).to_be_focused()
    screen.page.keyboard.type(subject)
    expect(field).to_have_value(subject)
    screen.page.select_option("#head", head)
    screen.page.keyboard.press("Control+Enter")
    screen.page.wait_for_url(re.compile(r"/files/chirgaon\."))
    return "/files/" + screen.page.url.rsplit("/", 1)[-1]


def test_opened_under_heads_changed_out_on_paper_and_back(windows: Windows) -> None:
    screen = windows.person(POST, "hi")
    page = screen.page
    other = opened(screen, "पुराना हैंडपंप प्रकरण", "DEV-01")
    file = opened(screen, "हैंडपंप मरम्मत का प्राक्कलन", "DEV-01")
    screen.press("cover")
    expect(page.locator("[data-number]")).to_contain_text("CHIRGAON/DEV-01/")
    page.locator("main details summary").first.click()
    page.fill("#category", "पेयजल")
    page.fill("#earlier", "12/2019")
    screen.press("amend")
    expect(page.locator("[data-change]")).to_have_count(1)
    page.fill("#find", "पुराना हैंडपंप")
    screen.press("find-file")
    screen.press("link")
    expect(page.locator('[data-link="link"]')).to_have_count(1)
    assert faults_here(screen) == []

    screen.press("out")
    page.fill("#to", "ग्रामीण अभियन्त्रण विभाग, झाँसी")
    page.fill("#due", "24-12-2099")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("[data-slip]")).to_contain_text("CHIRGAON/S/")
    package = page.request.get(f"{screen.url}{file}/out/package.pdf")
    assert package.body().startswith(b"%PDF")
    assert faults_here(screen) == []
    screen.go("/out")
    expect(screen.row(file.rsplit("/", 1)[-1])).to_contain_text("ग्रामीण अभियन्त्रण विभाग")
    assert faults_here(screen) == []
    screen.go(file)
    assert screen.hook("state") == "out"
    screen.press("out")
    page.set_input_files("#paper", [scan("मत.pdf"), scan("मापन.pdf")])
    screen.press("back-paper")
    assert screen.hook("state") == "desk"
    expect(page.locator("#main")).to_contain_text("मापन.pdf")
    screen.go(f"{other}/cover")
    expect(page.locator('[data-linked-from="link"]')).to_have_count(1)


@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_screen_of_covers_shuts_anybody_out(windows: Windows, language: str) -> None:
    screen = windows.person("chirgaon.bdo", language)
    found = [
        fault
        for path in ("/files/new", "/files/take-over", "/heads", "/out", "/record")
        for fault in faults(screen, path)
    ]
    screen.go("/files/take-over")
    screen.page.fill("#own_number", f"क-12/2014/{language}")
    screen.page.fill("#subject", "पुरानी पत्रावली")
    screen.page.set_input_files("#paper", [scan("पुरानी.pdf")])
    screen.press("take-over-file")
    file = "/files/" + screen.page.url.rsplit("/", 1)[-1]
    screen.page.locator("#park summary").click()
    screen.press("close")
    found += faults(screen, f"{file}/cover")
    screen.go(f"{file}/cover")
    screen.page.check('input[name=retention][value="B"]')
    screen.page.fill("#review", "24-11-2049")
    screen.press("record")
    found += faults(screen, "/record") + faults(screen, file)
    screen.go(f"{file}/cover#record")
    screen.press("reopen")
    assert found == []
