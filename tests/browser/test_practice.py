"""Practice in Hindi: a role by one click, some work, the sample put back; and the help in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from appliance.web.helps import topics
from provisioning.demo.plan import PRACTICE_NODE
from tests.browser.screen import LATER, Windows
from tests.browser.test_screens import faults_here

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SUBJECT = "अभ्यास की अपनी पत्रावली"


def test_practice_is_entered_by_a_role_and_put_back(windows: Windows) -> None:
    real = windows.at(windows.stage.role("moth").url, "hi")
    real.go("/login?lang=hi")
    link = real.verb("practice").get_attribute("href")
    role = windows.stage.role(PRACTICE_NODE)
    assert link == role.url
    me = windows.at(role.url, "hi")
    me.go("/login?lang=hi")
    expect(me.page.locator("[data-practice]")).to_contain_text("यहाँ का कुछ भी असली नहीं है")
    assert faults_here(me) == []
    with me.page.expect_navigation():
        me.page.click('[data-role="abhyas.da1"]')
    me.go("/files/new")
    me.page.fill("#subject", SUBJECT)
    me.press("open-file")
    me.write("यह अभ्यास है।")
    me.press("confirm-note")
    expect(me.page.locator("[data-practice]")).to_be_visible()
    me.go("/inbox")
    expect(me.page.get_by_text(SUBJECT)).to_be_visible()
    me.press("reset-practice")
    assert faults_here(me) == []
    me.refusals.add(401)  # a list that asks by itself while the sample changes
    me.press("confirm-reset")
    expect(me.page.locator("[data-role]").first).to_be_visible(timeout=LATER)
    with me.page.expect_navigation():
        me.page.click('[data-role="abhyas.da1"]')
    expect(me.page.get_by_text(SUBJECT)).to_have_count(0)


@pytest.mark.parametrize("language", ["hi", "en"])
def test_help_is_reached_by_a_key_and_can_be_read(windows: Windows, language: str) -> None:
    me = windows.person("moth.da1", language)
    me.go("/receipts")
    with me.page.expect_popup() as popup:
        me.page.keyboard.press("F1")
    assert popup.value.url.endswith("/help/receipts")
    popup.value.close()
    me.go("/help")
    assert faults_here(me) == []
    for word in topics()["hi" if language == "hi" else "en"]:
        me.go(f"/help/{word}")
        assert faults_here(me) == [], word
