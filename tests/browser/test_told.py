"""What a person is told: why a file is not pulled up, that an e-mail waits for a line, and what arrives while he works
elsewhere. In Hindi.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from provisioning.story.stage import Stage
from tests.browser.screen import LATER, SOON, Screen, Windows
from tests.browser.test_screens import faults_here
from tests.support.smtp import MailServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

ADDRESS = "pradhan@village.example"
HEAR = """() => {
  window.heard = [];
  const own = window.Notification;
  window.Notification = class extends own {
    constructor(title, options) { super(title, options); window.heard.push(options.body); }
  };
}"""


def opened(screen: Screen, subject: str) -> str:
    """A new file on the desk of who sits there; its address."""
    screen.go("/files/new")
    screen.page.fill("#subject", subject)
    screen.press("open-file")
    return "/files/" + screen.page.url.rsplit("/", 1)[-1].partition("#")[0]


@dataclass(frozen=True)
class Emailed:
    """A letter issued by e-mail while the mail server was away: its page, what was said of it, and the server since."""

    page: str
    said: str
    listed: str
    server: MailServer


@pytest.fixture(scope="module")
def emailed(chromium: Browser, stage: Stage, mail_port: int) -> Iterator[Emailed]:
    windows = Windows(chromium, stage)
    officer = windows.person("moth.bdo", "hi")
    page = officer.page
    opened(officer, "ई-मेल से भेजा जाने वाला उत्तर")
    officer.press("drafts")
    page.select_option("#start", "hi letter")
    officer.press("new-draft")
    page.fill("#to", "ग्राम प्रधान, नमूनापुर")
    officer.press("save-version")
    officer.press("approve")
    page.check("input[name=mode][value=email]")
    page.fill("#email", ADDRESS)
    officer.press("issue")
    said = page.locator("[data-mail]").inner_text()
    assert faults_here(officer) == []
    address, number = page.url, officer.hook("issue-number")
    officer.go("/issued")
    listed = page.locator(f'tr[data-number="{number}"]').inner_text()
    assert windows.close() == []
    server = MailServer(mail_port)
    yield Emailed(address, said, listed, server)
    server.close()


def test_a_letter_by_email_waits_for_the_line(emailed: Emailed) -> None:
    assert ADDRESS in emailed.said
    assert "ई-मेल लाइन की प्रतीक्षा में" in emailed.said
    assert "ई-मेल लाइन की प्रतीक्षा में" in emailed.listed
    assert "अभी प्रेषित नहीं" in emailed.listed


def test_why_a_file_is_not_pulled_up_is_said_with_what_was_typed(windows: Windows) -> None:
    clerk = windows.person("moth.da1", "hi")
    file = opened(clerk, "जो बीच में आगे चली गई")
    officer = windows.person("moth.bdo", "hi")
    officer.refusals = {422, 409}
    page = officer.page
    officer.go(file)
    page.locator("#pull-up summary").click()
    officer.press("pull-up")
    expect(page.locator("#why-reason")).to_contain_text("कारण नहीं लिखा")
    assert faults_here(officer) == []
    page.set_viewport_size({"width": 1366, "height": 768})
    page.fill("#pull-reason", "आज ही आख्या जानी है")
    clerk.send("moth.bdo", "up", "आदेशार्थ")
    expect(page.locator("#news")).not_to_be_empty(timeout=SOON)
    expect(page.locator("#pull-reason")).to_have_value("आज ही आख्या जानी है")  # though the page has renewed itself
    officer.press("pull-up")
    expect(page.locator("[data-problem=already_here]")).to_contain_text("यह पहले से आपके पटल पर है।")
    expect(officer.verb("receive")).to_be_visible()
    assert faults_here(officer) == []


def test_the_browser_tells_who_works_in_another_window(windows: Windows) -> None:
    subject = "दूसरी खिड़की में काम करते समय आई"
    clerk = windows.person("moth.acct", "hi")
    opened(clerk, subject)
    officer = windows.person("moth.ado-p", "hi")
    page = officer.page
    page.context.grant_permissions(["notifications"], origin=officer.url)
    page.add_init_script(f"({HEAR})()")
    officer.go("/inbox")
    expect(page.locator("body")).to_have_attribute("data-stream", "open")
    page.context.new_cdp_session(page).send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    page.context.new_page()  # he works there
    page.wait_for_function("() => !document.hasFocus()")
    clerk.send("moth.ado-p", "down", "आवश्यक कार्यवाही हेतु")
    expect(page.locator("#news")).to_contain_text(subject, timeout=SOON)
    heard = page.evaluate("() => window.heard")
    assert len(heard) == 1, heard
    assert subject in heard[0]
    assert "लेखाकार" in heard[0]


def test_the_email_leaves_when_the_server_is_there(windows: Windows, emailed: Emailed) -> None:
    officer = windows.person("moth.bdo", "hi")
    page = officer.page
    sent = page.locator("[data-mail-state=sent]").first
    for _ in range(int(LATER / 1000)):
        page.goto(emailed.page)
        if sent.is_visible():
            break
        page.wait_for_timeout(1000)
    expect(sent).to_have_text("ई-मेल भेजा गया")
    expect(page.locator("[data-dispatch=email]")).to_be_visible(timeout=SOON)
    assert len(emailed.server.manners.taken) == 1
    assert re.search(rb"^To: " + ADDRESS.encode(), emailed.server.manners.taken[0], re.MULTILINE)
