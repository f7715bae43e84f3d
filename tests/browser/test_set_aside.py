"""A fork, a file moved by order and a restored office, at the screens of the district and of the offices concerned."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as NotYet
from playwright.sync_api import expect

from appliance.config import open_unit
from appliance.desk import verbs
from appliance.desk.values import Actor
from appliance.link.carry import carry
from appliance.link.https import HttpsCarrier
from appliance.store.unit import Unit
from provisioning.story.stage import Stage, free_ports, staged
from tests.browser.screen import LATER, PHONE, Screen, Windows
from tests.browser.test_screens import faults_here
from tests.support.pdf import text_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

TRUE, APART = "जाँच आख्या के अनुसार भुगतान उचित है।", "स्थल पर कार्य अधूरा मिला, भुगतान रोका जाए।"
REASON = "दोनों टिप्पणियाँ एक ही दिन की हैं; दूसरी भी अभिलेख पर रहे"
WHO = {"chirgaon": ("1007", "chirgaon.da2", 7), "moth": ("1002", "moth.da2", 2)}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A demonstration of this file's own: what happens here is not for the others' figures."""
    with staged(free_ports(tmp_path_factory.mktemp("aside") / "data")) as running:
        yield running


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Where copies of offices are put."""
    return tmp_path


def judge(screen: Screen) -> list[str]:
    """What axe and the eye for width find, of the screen that is shown."""
    return faults_here(screen)


def opened(screen: Screen, subject: str) -> str:
    """A new file's path; the district has it."""
    screen.go("/files/new")
    screen.page.fill("#subject", subject)
    screen.press("open-file")
    return str(screen.page.url[len(screen.url) :])


def confirm(screen: Screen, file: str, words: str) -> None:
    """A green note."""
    screen.go(file)
    screen.write(words)
    screen.press("confirm-note")
    expect(screen.page.locator("#main")).to_contain_text(words)


def acknowledged(stage: Stage, office: str) -> None:
    """Wait until the district has all that the office has written."""
    unit = open_unit(stage.plan.folder(office))
    person = stage.person(office, WHO[office][1], "hi")
    person.wait(lambda: unit.db.value("SELECT count(*) FROM outbox") == 0, LATER / 1000)
    unit.db.close()


def copied(stage: Stage, office: str, to: Path) -> Unit:
    """The office as it is now, as a second machine that speaks to the district directly."""
    unit = open_unit(stage.plan.folder(office))
    unit.db.value("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(stage.plan.folder(office), to / office)
    unit.db.close()
    return open_unit(to / office, {"hub_url": stage.role("jhansi-hub").url})


def write_at(clone: Unit, office: str, file: str, words: str) -> None:
    """The second machine has a note, and its line."""
    who = Actor(*WHO[office])
    verbs.save_yellow(clone, who, file, f"<p>{words}</p>", 0)
    verbs.confirm_note(clone, who, file)
    carry(clone, HttpsCarrier(clone.settings.hub_url, clone.incoming))


def until(screen: Screen, path: str, selector: str) -> None:
    """Load a page until it shows something: news comes with an exchange."""
    for _ in range(40):
        screen.go(path)
        with suppress(NotYet):
            screen.page.locator(selector).first.wait_for(state="attached", timeout=1000)
            return
    raise AssertionError(selector)


@pytest.mark.parametrize("language", ["hi", "en"])
def test_the_district_compares_a_fork_and_the_office_writes_it_again(
    windows: Windows, copies: Path, language: str
) -> None:
    stage = windows.stage
    clerk = windows.person("chirgaon.da2", language)
    file = opened(clerk, f"ग्राम पंचायत नमूनापुर में खड़ंजा निर्माण की जाँच {language}")
    acknowledged(stage, "chirgaon")
    clone = copied(stage, "chirgaon", copies)
    confirm(clerk, file, TRUE)
    acknowledged(stage, "chirgaon")
    write_at(clone, "chirgaon", file.removeprefix("/files/"), APART)
    clone.db.close()

    head = windows.person("jhansi-hq.dm", language, node="jhansi-hub")
    row = f'tr[data-group="{file.removeprefix("/files/")}"][data-reason=fork]'
    until(head, "/aside", row)
    found = judge(head)
    head.page.locator(row).locator("[data-verb=compare]").click()
    sides = head.page.locator(".pv-sides section")
    expect(sides.nth(0)).to_contain_text(TRUE)
    expect(sides.nth(1)).to_contain_text(APART)
    expect(sides.nth(0)).not_to_contain_text(APART)
    found += judge(head)
    head.page.check("input[name=how][value=replay]")
    head.page.fill("#reason", REASON)
    head.page.check("[name=sure]")
    head.press("decide")
    expect(head.page.locator("[data-decided=replay]")).to_have_attribute("data-done", "no")
    expect(head.page.locator("form [name=how]")).to_have_count(0)
    found += judge(head)
    decision = head.page.url

    until(clerk, file, "[data-asked]")
    found += judge(clerk)
    clerk.press("left-out")
    expect(clerk.page.locator("[data-decided=replay]")).to_contain_text(REASON)
    expect(clerk.page.locator("[data-decided=replay]")).to_contain_text(APART)
    found += judge(clerk)
    clerk.page.check("[name=sure]")
    clerk.press("write-again")
    expect(clerk.page.locator("#main")).to_contain_text(APART)
    expect(clerk.page.locator("[data-asked]")).to_have_count(0)
    found += judge(clerk)
    until(head, decision.removeprefix(head.url), "[data-decided=replay][data-done=yes]")
    assert found == []


@pytest.mark.parametrize("language", ["hi", "en"])
def test_an_office_that_finds_itself_set_back_writes_again_in_one_step(
    windows: Windows, copies: Path, language: str
) -> None:
    """A second machine's notes reach the district first: this one stops, is given them, and has its own apart."""
    stage = windows.stage
    clerk = windows.person("moth.da2", language)
    file = opened(clerk, f"आदर्शपुर विद्यालय की चहारदीवारी {language}")
    acknowledged(stage, "moth")
    clone = copied(stage, "moth", copies)
    stage.line("moth", "down")
    confirm(clerk, file, APART)
    write_at(clone, "moth", file.removeprefix("/files/"), TRUE)
    clone.db.close()
    stage.line("moth", "up")
    until(clerk, file, "[data-set-aside]")
    expect(clerk.page.locator("#main")).to_contain_text(TRUE)
    found = judge(clerk)
    clerk.press("restored")
    expect(clerk.page.locator("[data-restored=ended]")).to_be_visible()
    expect(clerk.page.locator(f'[data-left-out="{file.removeprefix("/files/")}"]')).to_contain_text(APART)
    expect(clerk.row(file.removeprefix("/files/"))).to_be_visible()
    found += judge(clerk)
    clerk.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    clerk.page.check("[name=sure]")
    clerk.press("write-again")
    expect(clerk.verb("write-again")).to_have_count(0)
    found += judge(clerk)
    clerk.go(file)
    expect(clerk.page.locator("#main")).to_contain_text(APART)
    expect(clerk.page.locator("[data-set-aside]")).to_have_count(0)
    assert found == []


@pytest.mark.parametrize("language", ["hi", "en"])
def test_custody_is_moved_by_order_and_the_old_holder_reads_why(windows: Windows, language: str) -> None:
    stage = windows.stage
    clerk = windows.person("chirgaon.da2", language)
    file = opened(clerk, f"बाढ़ राहत सामग्री का वितरण {language}")
    acknowledged(stage, "chirgaon")
    stage.line("chirgaon", "down")
    confirm(clerk, file, APART)

    head = windows.person("jhansi-hq.cdo", language, node="jhansi-hub")
    head.go("/files")
    found = judge(head)
    with head.page.expect_navigation():
        head.row(file.removeprefix("/files/")).locator("[data-verb=order]").click()
    expect(head.page.locator("[data-holder=chirgaon]")).to_be_visible()
    found += judge(head)
    head.page.select_option("#to_post", "jhansi-hq.da1")
    head.page.fill("#reason", "चिरगाँव की मशीन बाढ़ में डूब गई")
    head.press("look-at-order")
    found += judge(head)
    head.page.check("[name=sure]")
    head.press("order-now")
    expect(head.page.locator('[data-ordered="jhansi-hq.da1"]')).to_be_visible()
    expect(head.page.locator("[data-holder=jhansi-hq]")).to_be_visible()

    stage.line("chirgaon", "up")
    until(clerk, file, "[data-ordered]")
    expect(clerk.page.locator("[data-set-aside]")).to_be_visible()
    expect(clerk.page.locator(".pv-notesheet")).not_to_contain_text(APART)
    found += judge(clerk)
    clerk.press("left-out")
    expect(clerk.page.locator("[data-left-out]")).to_contain_text(APART)
    found += judge(clerk)

    row = f'tr[data-group="{file.removeprefix("/files/")}"][data-reason=older_term]'
    until(head, "/aside", row)
    head.page.locator(row).locator("[data-verb=compare]").click()
    head.page.check("input[name=how][value=annexe]")
    head.page.fill("#reason", REASON)
    head.page.check("[name=sure]")
    head.press("decide")

    assistant = windows.person("jhansi-hq.da1", language)
    until(assistant, f"{file}/left-out", "[data-decided=annexe] [data-entry]")
    assistant.go(file)  # which opens it
    assistant.press("left-out")
    found += judge(assistant)
    assistant.page.check("[name=sure]")
    assistant.press("annexe")
    paper = assistant.page.locator("[data-paper]").get_attribute("data-paper")
    answer = assistant.page.request.get(f"{assistant.url}/papers/{paper}?file={file.removeprefix('/files/')}")
    assert "स्थल" in text_of(answer.body())
    assert found == []
