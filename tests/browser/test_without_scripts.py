"""The core of the work in a browser that runs no script: pages, links and forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from provisioning.story.acts import DIRECTIONS, NOTES, REMARKS, SUBJECT
from tests.browser.screen import PHONE, Windows

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_file_goes_up_and_comes_back_without_scripts(windows: Windows, letter: Path) -> None:
    language = "hi"
    assistant = windows.person("moth.da2", language, scripts=False, size=PHONE)
    page = assistant.page
    assistant.go("/files/new")
    page.fill("#subject", SUBJECT[language])
    page.set_input_files("#paper", letter)
    assistant.press("open-file")
    file = page.url.rsplit("/", 1)[-1]
    assistant.write(NOTES[language][0] + "\n- मेड़ की लम्बाई\n- प्राक्कलन की प्रति")
    assistant.press("save-yellow")
    expect(page.locator("textarea[name=text]")).to_have_value(NOTES[language][0] + "\n- मेड़ की लम्बाई\n- प्राक्कलन की प्रति")
    assistant.press("confirm-note")
    expect(page.locator("article.pv-note li")).to_have_text(["मेड़ की लम्बाई", "प्राक्कलन की प्रति"])
    assistant.send("", "up", REMARKS[language])
    expect(page.locator("[data-stage]").first).to_have_attribute("data-stage", "delivered")

    officer = windows.person("moth.bdo", language, scripts=False)
    officer.page.check(f'input[name=file][value="{file}"]')
    officer.press("receive")
    expect(officer.row(file)).not_to_have_class("new")
    officer.page.check(f'input[name=file][value="{file}"]')
    officer.press("open")
    officer.write(NOTES[language][1])
    officer.press("confirm-note")
    expect(officer.page.locator("article.pv-note:not(.draft)")).to_have_count(2)
    officer.refusals = {422}
    officer.send("", "return", "")
    expect(officer.page.locator("[data-problem=directions_missing]")).to_be_visible()
    expect(officer.page.locator("#to_post")).to_have_value("moth.da2")
    officer.send("", "return", DIRECTIONS[language])

    assistant.go("/inbox")
    expect(assistant.row(file)).to_contain_text(DIRECTIONS[language])
    assistant.press("log-out")
    assistant.go(f"/files/{file}")
    expect(page.locator("#password")).to_be_visible()
