"""The heart of a working day without a mouse, in Hindi: a file is opened, noted, sent up, given back with directions,
answered by a draft that is approved, issued and dispatched. Not one click.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen, Windows
from tests.support.pdf import letters_of, text_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

CLERK, OFFICER = "moth.da2", "moth.bdo"
SUBJECT = "कुंजियों से निपटाई गई पत्रावली"
NOTE = "सेवा-पुस्तिका की प्रविष्टि पूर्ण करने का प्रस्ताव है।"
DIRECTIONS = "कोषागार को पत्र का प्रारूप दें।"
REPLY = "सेवा-पुस्तिका सत्यापन हेतु भेजी जा रही है।"
MOST_TABS = 200


def test_the_heart_of_a_day_by_keys_alone(windows: Windows) -> None:
    clerk, officer = logged_in(windows, CLERK), logged_in(windows, OFFICER)
    file = it_is_opened_and_sent_up(clerk)
    it_is_given_back(officer, file)
    draft = a_reply_is_drafted(clerk, file)
    it_is_approved_issued_and_dispatched(officer, file, draft)


def logged_in(windows: Windows, post: str) -> Screen:
    role = windows.stage.role(post.split(".", maxsplit=1)[0])
    person = next(one for one in role.log_ins if one.post == post)
    screen = windows.at(role.url, "hi")
    screen.go("/login?lang=hi")
    keys = screen.page.keyboard
    keys.type(person.employee)
    keys.press("Tab")
    keys.type(person.password)
    press(screen, "Enter")
    expect(screen.verb("log-out").first).to_be_attached()
    if screen.page.locator("html").get_attribute("lang") != "hi":  # as another test has left this person
        screen.press("set-language")
    expect(screen.page.locator("html")).to_have_attribute("lang", "hi")
    if screen.page.locator("[data-first]").count():  # the page of the day, once a day
        press(screen, "Escape")
    return screen


def it_is_opened_and_sent_up(clerk: Screen) -> str:
    page, keys = clerk.page, clerk.page.keyboard
    press(clerk, "Alt+KeyN")
    keys.type(SUBJECT)
    press(clerk, "Control+Enter")
    file = page.url.rsplit("/", 1)[-1].partition("#")[0]
    tab_to(clerk, "[data-field=note]")
    keys.type(NOTE)
    tab_to(clerk, "[data-verb=confirm-note]")
    press(clerk, "Enter")
    expect(page.locator("article.pv-note:not(.draft)")).to_contain_text(NOTE)
    keys.press("F9")
    expect(page.locator("#to_post")).to_be_focused()
    expect(page.locator("#to_post")).to_have_value(OFFICER)
    press(clerk, "Control+Enter")
    expect(page.locator("[data-stage=delivered]")).to_be_visible()
    press(clerk, "Escape")
    expect(page.locator("h1")).to_have_text("आगत")
    expect(clerk.row(file)).to_have_count(0)
    return file


def it_is_given_back(officer: Screen, file: str) -> None:
    page, keys = officer.page, officer.page.keyboard
    chosen(officer, file)
    press(officer, "Enter")
    expect(page.locator("article.pv-note:not(.draft)")).to_contain_text(NOTE)
    keys.press("F9")
    keys.press("Shift+Tab")
    for _ in range(3):
        if page.locator("input[name=how][value=return]").is_checked():
            break
        keys.press("ArrowDown")
    expect(page.locator("#to_post")).to_have_value(CLERK)
    tab_to(officer, "#remarks")
    keys.type(DIRECTIONS)
    press(officer, "Control+Enter")
    expect(page.locator("[data-stage=delivered]")).to_be_visible()


def a_reply_is_drafted(clerk: Screen, file: str) -> str:
    page, keys = clerk.page, clerk.page.keyboard
    expect(clerk.row(file)).to_contain_text(DIRECTIONS)
    chosen(clerk, file)
    press(clerk, "Enter")
    tab_to(clerk, "[data-verb=drafts]")
    press(clerk, "Enter")
    tab_to(clerk, "[data-verb=new-draft]")
    press(clerk, "Enter")
    tab_to(clerk, "[data-field=note]")
    keys.press("Control+a")
    keys.type(REPLY)
    tab_to(clerk, "#to")
    keys.type("वरिष्ठ कोषाधिकारी,")
    keys.press("Enter")
    keys.type("झाँसी")
    press(clerk, "Control+Enter")
    expect(page.locator("h2 + [data-draft-state]")).to_have_text("अनुमोदनार्थ")
    draft = page.url.removeprefix(clerk.url)
    press(clerk, "Escape")
    press(clerk, "Escape")
    assert page.url.endswith(f"/files/{file}")
    keys.press("F9")
    press(clerk, "Control+Enter")
    return draft


def it_is_approved_issued_and_dispatched(officer: Screen, file: str, draft: str) -> None:
    page, keys = officer.page, officer.page.keyboard
    press(officer, "Escape")
    chosen(officer, file)
    press(officer, "Enter")
    tab_to(officer, "[data-verb=drafts]")
    press(officer, "Enter")
    tab_to(officer, f'a.subject[href="{draft}"]')
    press(officer, "Enter")
    for verb, state in (("approve", "स्वीकृत"), ("issue", "निर्गत")):
        tab_to(officer, f"[data-verb={verb}]")
        press(officer, "Enter")
        expect(page.locator("h2 + [data-draft-state]")).to_have_text(state)
    number = officer.hook("issue-number")
    tab_to(officer, "#carrier")
    keys.type("12/2026")
    press(officer, "Enter")
    expect(page.locator("[data-dispatch=post]")).to_contain_text("12/2026")
    letter = page.request.get(officer.url + (officer.verb("open-letter").get_attribute("href") or "")).body()
    assert number in text_of(letter)
    assert REPLY.replace(" ", "") in letters_of(letter)


def press(screen: Screen, key: str) -> None:
    """A key that leads to another page."""
    with screen.page.expect_navigation():
        screen.page.keyboard.press(key)


def chosen(screen: Screen, file: str) -> None:
    """Walk to the top of the inbox, then down until the file's row is the one the keys act on."""
    here = screen.page.locator("tr.is-here")
    expect(here).to_have_count(1)
    expect(screen.row(file)).to_be_visible()
    rows = screen.page.locator("[data-list] tr[data-file]").count()
    for key in ["ArrowUp"] * rows + ["ArrowDown"] * rows:
        if here.get_attribute("data-file") == file:
            return
        screen.page.keyboard.press(key)
    raise AssertionError(file)


def tab_to(screen: Screen, selector: str) -> None:
    """Press Tab until the control has the keyboard."""
    for _ in range(MOST_TABS):
        if screen.page.evaluate("(wished) => document.activeElement.matches(wished)", selector):
            return
        screen.page.keyboard.press("Tab")
    raise AssertionError(selector)
