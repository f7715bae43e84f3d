"""The office's address and the words about a second bearer of its name shut nobody out, in either language."""

from __future__ import annotations

import time

import pytest

from appliance.discovery.kept import FILE, keep
from appliance.discovery.values import Presence, Seen, Sighting
from tests.browser.screen import Windows
from tests.browser.test_screens import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
KEY = "ab" * 32


@pytest.mark.parametrize("language", ["hi", "en"])
def test_the_address_is_shown_drawn_and_found_from_the_administration(windows: Windows, language: str) -> None:
    folder = windows.stage.plan.folder("moth")
    now = time.time_ns() // 1_000_000
    copy = Sighting(Seen("x", "moth", "0.1.0", KEY, 443, ("10.77.0.3",)), now, now)
    stranger = Sighting(Seen("y", "moth", addresses=("10.77.0.66",)), now, now, here=False)
    addresses = ("10.77.0.2", "fd00:1111:2222:3333:4444:5555:6666:7777")
    keep(folder, Presence("moth", "block-moth.local", 443, KEY, addresses, "", now, (copy, stranger)))
    try:
        screen = windows.person("moth.bdo", language)
        found = faults(screen, "/address") + faults(screen, "/office")
        screen.page.click("[data-verb=address]")
        screen.page.wait_for_url("**/address")
        assert screen.page.inner_text("[data-office-address]") == "https://10.77.0.2/"
        assert screen.page.locator("[data-double=clone][data-here]").count() == 1
        assert screen.page.locator("[data-code] svg").bounding_box()
        assert screen.page.locator("[data-doubles] a").count() == 1
        screen.page.click("[data-doubles] a")
        assert found == []
    finally:
        (folder / FILE).unlink()
