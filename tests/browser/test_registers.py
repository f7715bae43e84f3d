"""The registers in a browser, in Hindi: every page judged by axe, found from the rail, taken as PDF."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.screen import PHONE, Windows
from tests.browser.test_screens import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

REGISTERS = (
    "pendency", "held", "lent", "court", "rti", "vip", "grievance", "diary", "files", "movement", "issue", "disposal",
    "out", "review",
)  # fmt: skip


def test_the_registers_shut_nobody_out_and_lead_to_the_work(windows: Windows) -> None:
    clerk = windows.person("moth.ado-p", "hi")
    page = clerk.page
    clerk.go("/files/new")
    page.fill("#subject", "पंजी में दिखने वाली पत्रावली")
    clerk.press("open-file")
    number = page.locator("[data-number]").first.inner_text() if page.locator("[data-number]").count() else ""
    clerk.go("/inbox")
    clerk.press("registers")
    expect(page.locator("h1")).to_have_text("पंजियाँ")
    found = [*faults(clerk, "/registers")]
    for register in REGISTERS:
        found += faults(clerk, f"/registers/{register}")
    assert found == []

    page.set_viewport_size({"width": 1366, "height": 768})
    clerk.go("/registers/pendency")
    total = page.locator('td.c-total a[href$="post=moth.ado-p"]')
    count = total.inner_text()
    with page.expect_navigation():
        total.click()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", count)
    expect(page.locator("table[data-register=held]")).to_contain_text("पंजी में दिखने वाली पत्रावली")
    assert number in page.locator("table[data-register=held]").inner_text()
    with page.expect_download() as taken:
        page.locator('[data-take="pdf"]').click()
    assert taken.value.path().read_bytes().startswith(b"%PDF-")
    assert taken.value.suggested_filename.startswith("held_")
    expect(page.locator("[data-made-now]")).to_have_count(0)


def test_what_takes_long_is_said_to_be_in_the_making(windows: Windows) -> None:
    clerk = windows.person("moth.ado-p", "hi")
    page = clerk.page
    clerk.go("/registers/movement")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/registers/movement/xlsx*", hold)
    taking = page.locator('[data-take="xlsx"]')
    with page.expect_download():
        taking.click()
        expect(page.locator("[data-made-now]")).to_contain_text("बन रहा है")
        expect(taking).to_have_attribute("aria-busy", "true")
        held[0].continue_()
    expect(page.locator("[data-made-now]")).to_have_count(0)


def test_a_day_that_is_none_stays_as_it_was_typed(windows: Windows) -> None:
    clerk = windows.person("moth.ado-p", "hi")
    clerk.refusals = {422}
    page = clerk.page
    clerk.go("/registers/movement?since=32-13-2026")
    expect(page.locator("#since")).to_have_value("32-13-2026")


def test_a_register_needs_no_script(windows: Windows) -> None:
    clerk = windows.person("moth.ado-p", "hi", scripts=False, size=PHONE)
    clerk.go("/registers/files")
    clerk.page.fill("#words", "ऐसा कुछ नहीं है")
    clerk.press("narrow")
    expect(clerk.page.locator(".pv-empty")).to_be_visible()
    expect(clerk.page.locator("#words")).to_have_value("ऐसा कुछ नहीं है")
