"""The office administers itself, in Hindi and with the keyboard: a new person is at work the same hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from commons.clock import Clock
from commons.web.showing import day as shown_day
from provisioning.demo.roles import LogIn
from tests.browser.screen import Screen, Windows
from tests.browser.test_screens import faults, faults_here

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

CODE, NAME, OWN = "JHS/2231", "नवागत नमूना", "नदी नाव संयोग"


def in_days(days: int) -> str:
    return shown_day(Clock().now_ms() + int(timedelta(days=days).total_seconds() * 1000))


def test_a_new_person_is_at_work_the_same_hour(windows: Windows) -> None:
    head = windows.person("chirgaon.bdo", "hi")
    head.press("administer")
    head.press("new-post")
    page = head.page
    page.fill("#name_hi", "नाज़िर")
    page.fill("#name_en", "Nazir")
    page.fill("#word", "nazir")
    page.fill("#mark", "NZR")
    page.select_option("#superior", "chirgaon.bdo")
    head.press("add-post")
    head.press("new-person")
    by_keyboard(head)
    expect(page.locator("[data-unconfirmed=employee]")).to_be_visible()
    head.press("new-charge")
    page.select_option("#post", "chirgaon.nazir")
    head.press("add-charge")
    head.press("make-slip")
    first = page.locator("[data-slip]").inner_text()
    assert faults_here(head) == []

    new = windows.at(head.url, "hi")
    new.log_in(LogIn(CODE, first, "chirgaon.nazir", NAME, NAME, "", ""))
    assert new.page.url.endswith("/password")
    assert faults_here(new) == []
    new.page.fill("#old", first)
    new.page.fill("#new", OWN)
    new.page.fill("#again", OWN)
    new.press("change-password")
    assert new.page.url.endswith("/inbox")
    new.press("new-file")
    new.page.fill("#subject", "नज़ारत का सामान")
    new.page.select_option("#grading", "confidential")
    new.press("open-file")
    file = new.page.url.rsplit("/", 1)[-1].partition("#")[0]
    assert [*faults(new, f"/files/{file}/grading"), *faults(new, f"/files/{file}/movement")] == []
    head.go("/files")
    expect(head.row(file).locator("[data-veiled]")).to_be_visible()
    head.refusals = {403}
    head.go(f"/files/{file}")
    assert head.hook("problem") == "graded"


def by_keyboard(head: Screen) -> None:
    """The form for a person without the mouse."""
    head.page.focus("#name")
    for text in (NAME, CODE, "98000 00001"):
        head.page.keyboard.type(text)
        head.page.keyboard.press("Tab")
    with head.page.expect_navigation():
        head.page.keyboard.press("Control+Enter")


def test_leave_and_who_stands_in(windows: Windows) -> None:
    head = windows.person("chirgaon.bdo", "hi")
    head.go("/office")
    head.press("new-leave")
    head.page.select_option("#post", "chirgaon.acct")
    head.page.fill("#employee", "1009")
    head.page.fill("#until", in_days(5))
    head.press("add-leave")
    expect(head.page.locator('tr[data-post="chirgaon.acct"] [data-unconfirmed=charge]')).to_be_visible()

    clerk = windows.person("chirgaon.da1", "hi")
    clerk.press("new-file")
    clerk.page.fill("#subject", "बिल का भुगतान")
    clerk.press("open-file")
    file = clerk.page.url.rsplit("/", 1)[-1].partition("#")[0]
    option = clerk.page.locator('#to_post option[value="chirgaon.acct"]').first
    expect(option).to_contain_text("अवकाश पर")
    expect(option).to_contain_text("देख रहे हैं")
    clerk.send("chirgaon.acct", "down", "भुगतान हेतु")

    link = windows.person("chirgaon.ado-p", "hi")
    with link.page.expect_navigation():
        link.page.select_option("#as-post", "chirgaon.acct")
    link.go("/inbox")
    expect(link.page.locator("[data-stands-in]")).to_be_visible()
    assert faults_here(link) == []
    expect(link.row(file)).to_be_visible()
    link.go(f"/files/{file}")
    link.go(f"/files/{file}/movement")
    expect(link.page.locator("[data-link-officer]")).to_be_visible()


@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_screen_of_the_administration_shuts_anybody_out(windows: Windows, language: str) -> None:
    head = windows.person("jhansi-hq.dm", language)
    paths = ("", "/people/new", "/people/1014", "/posts/new", "/sections/new", "/charges/new", "/leave/new", "/channel")
    found = [fault for path in paths for fault in faults(head, f"/office{path}")]
    found += faults(head, "/password")
    head.refusals = {422}
    head.go("/office/people/new")
    head.page.fill("#name", "नमूना")
    head.page.fill("#code", "999941057058")
    head.press("add-person")
    assert head.hook("problem") == "aadhaar"
    assert found + faults_here(head) == []
