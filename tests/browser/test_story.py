"""The story of one file, seen and pressed in a browser, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from provisioning.story.acts import DIRECTIONS, NOTES, REMARKS, SUBJECT
from tests.browser.picture import dark_share
from tests.browser.screen import LATER, SOON, Screen, Windows

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

CLOCK = re.compile(r"\d\d:\d\d")
WRITING = ("save-yellow", "confirm-note", "attach", "send", "pull-back", "receive")


@pytest.mark.parametrize("language", ["hi", "en"])
def test_a_file_goes_to_another_office_with_the_line_cut_in_between(
    windows: Windows, letter: Path, language: str
) -> None:
    assistant = windows.person("moth.da1", language)
    file = opens_a_file(assistant, letter)
    up_to_the_bdo(windows, assistant, file)
    to_the_cdo_and_back(windows, assistant, file)
    with_the_line_cut(windows, assistant, file)
    with_the_line_back(windows, assistant, file)
    at_the_hub(windows, language)


def opens_a_file(assistant: Screen, letter: Path) -> str:
    page = assistant.page
    assistant.press("new-file")
    page.fill("#subject", SUBJECT[assistant.language])
    page.set_input_files("#paper", letter)
    expect(page.locator("[data-chosen]")).to_have_text(letter.name)
    assistant.press("open-file")
    file = page.url.rsplit("/", 1)[-1].partition("#")[0]
    expect(page.locator("[data-state]").first).to_have_attribute("data-state", "desk")
    expect(page.locator("h1")).to_have_text(SUBJECT[assistant.language])
    assistant.write(NOTES[assistant.language][0])
    expect(page.locator("[data-saved]")).to_have_text(CLOCK, timeout=SOON)
    expect(page.locator("article.pv-note")).to_have_count(0)
    assistant.press("confirm-note")
    expect(page.locator("article.pv-note:not(.draft)")).to_have_text(
        re.compile(re.escape(NOTES[assistant.language][0]))
    )
    assert page.locator("[data-field=note]").inner_text().strip() == ""
    return file


def up_to_the_bdo(windows: Windows, assistant: Screen, file: str) -> None:
    language = assistant.language
    officer = windows.person("moth.bdo", language)
    expect(officer.row(file)).to_have_count(0)
    officer.mark()
    assistant.send("", "up", REMARKS[language])
    expect(officer.row(file)).to_be_visible(timeout=SOON)
    assert officer.is_marked(), "the inbox was loaded again"
    expect(officer.row(file)).to_contain_text(REMARKS[language])
    expect(officer.row(file)).to_have_class(re.compile("new"))
    officer.row(file).locator("a.subject").click()
    expect(officer.page.locator("h1")).to_have_text(SUBJECT[language])
    expect(assistant.page.locator("[data-stage=opened]")).to_contain_text(CLOCK, timeout=SOON)
    officer.write(NOTES[language][1])
    officer.press("confirm-note")
    expect(officer.page.locator("article.pv-note:not(.draft)")).to_have_count(2)
    officer.send("jhansi-hq.cdo", "up", REMARKS[language])
    expect(officer.page.locator("[data-stage]")).to_be_visible()


def to_the_cdo_and_back(windows: Windows, assistant: Screen, file: str) -> None:
    language = assistant.language
    chief = windows.person("jhansi-hq.cdo", language)
    expect(chief.row(file)).to_be_visible(timeout=SOON)
    chief.row(file).locator("a.subject").click()
    for note in NOTES[language][:2]:
        expect(chief.page.locator("#main")).to_contain_text(note)
    assistant.go("/inbox")
    expect(assistant.row(file)).to_have_count(0)
    chief.page.check("input[name=how][value=return]")
    expect(chief.page.locator("#to_post")).to_have_value("moth.da1")
    chief.send("", "return", DIRECTIONS[language])
    expect(assistant.row(file)).to_be_visible(timeout=SOON)
    expect(assistant.row(file)).to_contain_text(DIRECTIONS[language])
    assistant.row(file).locator("a.subject").click()


def with_the_line_cut(windows: Windows, assistant: Screen, file: str) -> None:
    language, page = assistant.language, assistant.page
    switch_line(windows, language, "down")
    assistant.write(NOTES[language][2])
    assistant.press("confirm-note")
    assistant.send("chirgaon.bdo", "down", REMARKS[language])
    expect(page.locator("[data-stage]").first).to_have_attribute("data-stage", "waiting")
    bar = page.locator("#line")
    expect(bar).to_have_attribute("data-line", "down", timeout=SOON)
    expect(bar).to_have_attribute("data-waiting", "1", timeout=SOON)
    expect(bar).to_contain_text(CLOCK)
    expect(page.locator("[data-state]").first).to_have_attribute("data-state", "queued")
    assistant.press("pull-back")
    expect(page.locator("[data-state]").first).to_have_attribute("data-state", "desk")
    expect(bar).to_have_attribute("data-waiting", "0")
    assistant.send("chirgaon.bdo", "down", REMARKS[language])
    expect(page.locator("[data-stage]").first).to_have_attribute("data-stage", "waiting")
    expect(bar).to_have_attribute("data-waiting", "1")
    assistant.go("/waiting")
    expect(assistant.row(file)).to_have_count(1)
    assistant.go(f"/files/{file}")


def with_the_line_back(windows: Windows, assistant: Screen, file: str) -> None:
    language, page = assistant.language, assistant.page
    far = windows.person("chirgaon.bdo", language)
    expect(far.row(file)).to_have_count(0)
    far.mark()
    switch_line(windows, language, "up")
    expect(page.locator("[data-stage]").first).to_have_attribute("data-stage", "delivered", timeout=LATER)
    expect(page.locator("#line")).to_have_attribute("data-line", "up", timeout=SOON)
    expect(page.locator("#line")).to_have_attribute("data-waiting", "0", timeout=SOON)
    expect(far.row(file)).to_be_visible(timeout=SOON)
    assert far.is_marked(), "the inbox was loaded again"
    far.row(file).locator("a.subject").click()
    expect(far.page.locator("h1")).to_have_text(SUBJECT[language])
    for note in NOTES[language]:
        expect(far.page.locator("#main")).to_contain_text(note)
    expect(far.page.locator("img.pv-image-paper")).to_be_visible(timeout=SOON)
    assert dark_share(far.page, "img.pv-image-paper") > 0.002, "the paper is not drawn"
    expect(page.locator("[data-stage]").first).to_have_attribute("data-stage", "opened", timeout=SOON)
    steps = page.locator("[data-stage=opened]")
    expect(steps).to_contain_text(CLOCK)
    expect(steps).to_contain_text(windows.stage.role("chirgaon").log_ins[4].name_hi)
    page.reload()
    expect(page.locator("#main")).to_contain_text(NOTES[language][2])
    expect(page.locator("[data-state]").first).to_have_attribute("data-state", "away")
    for verb in WRITING:
        expect(assistant.verb(verb)).to_have_count(0)
    assistant.press("movement")
    stays = [page.locator(f"[data-stay={kind}]").count() for kind in ("desk", "line")]
    far.press("movement")
    assert stays == [far.page.locator(f"[data-stay={kind}]").count() for kind in ("desk", "line")]


def at_the_hub(windows: Windows, language: str) -> None:
    watcher = windows.person("jhansi-hq.dm", language, node="jhansi-hub")
    for node in ("moth", "chirgaon", "jhansi-hq"):
        cells = watcher.page.locator(f'tr[data-node="{node}"] td')
        expect(cells).to_have_count(6)
        said = cells.all_inner_texts()
        assert CLOCK.search(said[2]), said
        assert said[3:5] == ["0", "0"], said
        assert re.fullmatch(r"[+−]?\d+ \S+", said[5]), said


def switch_line(windows: Windows, language: str, to: str) -> None:
    demo = windows.at(windows.stage.plan.page_url, language)
    demo.go(f"/?lang={language}")
    office = demo.page.locator("section[data-node=moth]")
    with demo.page.expect_navigation():
        office.locator(f'[data-verb="line-{to}"]').click()
    expect(office).to_have_attribute("data-line", to)
