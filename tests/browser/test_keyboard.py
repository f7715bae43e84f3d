"""The inbox and a file by the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from provisioning.story.stage import Stage
from tests.browser.screen import Screen, Windows

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SUBJECTS = ("पहली पत्रावली", "दूसरी पत्रावली", "तीसरी पत्रावली")


@pytest.fixture(scope="module")
def files(stage: Stage) -> list[str]:
    """Three files on the desk of Chirgaon's accountant."""
    accountant = stage.person("chirgaon", "chirgaon.acct", "hi")
    accountant.enter()
    found = []
    for subject in SUBJECTS:
        accountant.go("/files/new")
        accountant.press("open-file", subject=subject)
        found.append(accountant.address.rsplit("/", 1)[-1])
    return found


def focused(screen: Screen, attribute: str) -> str | None:
    found = screen.page.evaluate("(name) => document.activeElement.getAttribute(name)", attribute)
    return None if found is None else str(found)


def test_the_inbox_and_a_file_are_walked_by_keys_alone(windows: Windows, files: list[str]) -> None:
    screen = windows.person("chirgaon.acct", "hi")
    page, keys = screen.page, screen.page.keyboard
    rows = page.locator("tr[data-file]")
    names = [name for name in rows.evaluate_all("(rows) => rows.map((row) => row.dataset.file)") if name]
    assert set(files) <= set(names)
    here = page.locator("tr.is-here")
    expect(here).to_have_attribute("data-file", names[0])
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    expect(here).to_have_attribute("data-file", names[1])
    keys.press("Space")
    expect(here.locator("input[type=checkbox]")).to_be_checked()
    keys.press("Space")
    expect(here.locator("input[type=checkbox]")).not_to_be_checked()

    keys.press("F2")
    expect(page.locator("dialog#keys")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    keys.press("Slash")
    assert focused(screen, "name") == "q"
    keys.type("पत्रावली")
    keys.press("Escape")
    expect(here).to_have_attribute("data-file", names[1])

    keys.press("Enter")
    page.wait_for_url(f"**/files/{names[1]}")
    keys.press("F9")
    assert focused(screen, "id") == "to_post"
    keys.press("Escape")
    keys.press("Escape")
    page.wait_for_url("**/inbox")
    keys.press("Alt+KeyN")
    page.wait_for_url("**/files/new")
    assert focused(screen, "id") == "subject"
    keys.type("कुंजियों से खोली पत्रावली")
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"/files/chirgaon\."))
    expect(page.locator("h1")).to_have_text("कुंजियों से खोली पत्रावली")


def test_tab_leads_through_every_control_in_the_order_of_the_page_and_shows_where_it_is(
    windows: Windows, files: list[str]
) -> None:
    screen = windows.person("chirgaon.acct", "en")
    for path in ("/inbox", f"/files/{files[0]}"):
        screen.go(path)
        screen.page.evaluate("() => document.activeElement.blur()")
        screen.page.keyboard.press("Tab")
        assert focused(screen, "href") == "#main"
        seen = [walk(screen)]
        while len(seen) < 90:
            screen.page.keyboard.press("Tab")
            now = walk(screen)
            if now["tag"] in {"BODY", "IFRAME"} or now["number"] == seen[0]["number"]:
                break
            seen.append(now)
        assert len(seen) > 15, path
        numbers = [int(str(step["number"])) for step in seen]
        assert numbers == sorted(numbers), path
        hidden = [step for step in seen if not step["shown"]]
        assert hidden == [], path


WALK = """() => {
  const one = document.activeElement;
  const all = [...document.querySelectorAll("*")];
  const style = getComputedStyle(one);
  return {
    tag: one.tagName, number: all.indexOf(one), text: one.textContent.trim().slice(0, 30),
    shown: one.getClientRects().length > 0 && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""


def walk(screen: Screen) -> dict[str, object]:
    found: dict[str, object] = screen.page.evaluate(WALK)
    return found
