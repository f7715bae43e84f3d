"""What arrives is told at once, by a stream or without one; several rows go at once by the keyboard alone. In Hindi."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from provisioning.story.stage import Stage
from tests.browser.screen import SOON, Screen, Windows
from tests.browser.test_screens import AXE, RULES, RUN

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

FROM, TO = "chirgaon.acct", "chirgaon.bdo"


def new_file(stage: Stage, subject: str) -> str:
    accountant = stage.person("chirgaon", FROM, "hi")
    accountant.enter()
    accountant.go("/files/new")
    accountant.press("open-file", subject=subject)
    return accountant.address.rsplit("/", 1)[-1]


def faults(screen: Screen) -> list[str]:
    screen.page.evaluate(AXE)
    return [str(fault) for fault in screen.page.evaluate(RUN, RULES)]


@pytest.mark.parametrize("blocked", [False, True])
def test_an_arrival_shows_itself_without_loading_the_page(windows: Windows, stage: Stage, *, blocked: bool) -> None:
    subject = f"तुरंत दिखने वाली {'दूसरी' if blocked else 'पहली'} पत्रावली"
    file = new_file(stage, subject)
    officer = windows.person(TO, "hi")
    if blocked:
        officer.page.route("**/events", lambda route: route.abort())
    officer.go("/inbox")
    expect(officer.page.locator("body")).to_have_attribute("data-stream", "closed" if blocked else "open")
    officer.mark()
    before = int(officer.hook("inbox"))
    clerk = windows.person(FROM, "hi")
    clerk.go(f"/files/{file}")
    clerk.send(TO, "up", "आदेशार्थ")
    expect(officer.row(file)).to_be_visible(timeout=SOON if blocked else 3_000)
    expect(officer.page.locator("[data-inbox]").first).to_have_text(str(before + 1))
    expect(officer.page.locator("#news")).to_contain_text(subject)
    expect(officer.page).to_have_title(re.compile(r"^\(\d+\) "))
    assert officer.is_marked()
    assert faults(officer) == []


def test_several_rows_are_sent_by_keys_alone_and_each_is_told(windows: Windows, stage: Stage) -> None:
    files = [new_file(stage, f"एक साथ {n}") for n in ("एक", "दो")]
    clerk = windows.person(FROM, "hi")
    clerk.go("/inbox")
    keys, page = clerk.page.keyboard, clerk.page
    keys.press("Alt+KeyA")
    for file in files:
        expect(clerk.row(file).locator("input[type=checkbox]")).to_be_checked()
    keys.press("F8")
    expect(page.locator("#reason")).to_be_focused()
    assert faults(clerk) == []
    keys.type("उत्तर की प्रतीक्षा")
    with page.expect_navigation():
        keys.press("Control+Enter")
    for file in files:
        expect(page.locator(f'[data-told="done"][data-file="{file}"]')).to_be_visible()
    assert faults(clerk) == []
    keys.press("Escape")
    page.wait_for_url("**/inbox")
    with page.expect_navigation():
        keys.press("Alt+KeyL")
    clerk.go("/parked")
    for file in files:
        expect(clerk.row(file)).to_be_visible()
    expect(page.locator("table.dense")).to_be_visible()
    assert faults(clerk) == []
    for path in ("/summary", "/unfinished", "/sent"):
        clerk.go(path)
        assert faults(clerk) == []
