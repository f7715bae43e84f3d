"""The note sheet's editor, phrases and links, and opinions, in a browser: by keys, by hand, without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.screen import SOON, Screen, Windows
from tests.browser.test_screens import faults, faults_here

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

CLOCK = re.compile(r"\d\d:\d\d")
READ = "() => document.querySelector('form[data-yellow]').editor.read()"
PASTE = """(rich) => {
  const data = new DataTransfer();
  data.setData("text/html", rich);
  data.setData("text/plain", "x");
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(".write").dispatchEvent(event);
}"""
FROM_WORD = (Path(__file__).parent / "from_word.html").read_text(encoding="utf-8")


def opened(windows: Windows, post: str, subject: str, letter: Path | None = None, language: str = "hi") -> Screen:
    screen = windows.person(post, language)
    screen.go("/files/new")
    screen.page.fill("#subject", subject)
    if letter is not None:
        screen.page.set_input_files("#paper", letter)
    screen.press("open-file")
    return screen


def test_a_note_is_written_formatted_and_undone_by_keys_alone(windows: Windows, letter: Path) -> None:
    screen = opened(windows, "moth.da1", "कुंजियों से टिप्पणी", letter)
    page, keys = screen.page, screen.page.keyboard
    page.locator(".write").focus()
    keys.type("बजट ")
    keys.press("Control+b")
    keys.type("उपलब्ध")
    keys.press("Control+b")
    keys.type(" है।")
    keys.press("Enter")
    keys.press("F8")
    expect(page.locator("#phrase-words")).to_be_focused()
    keys.type("आदेशार्थ प्रस्तुत")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator(".write")).to_be_focused()
    assert page.evaluate(READ) == "<p>बजट <b>उपलब्ध</b> है।</p><p>आदेशार्थ प्रस्तुत।</p>"
    keys.press("Control+z")
    assert page.evaluate(READ) == "<p>बजट <b>उपलब्ध</b> है।</p>"
    keys.press("Control+y")
    keys.press("Alt+KeyL")
    expect(page.locator("#references [data-insert]").first).to_be_focused()
    keys.press("Enter")
    assert page.evaluate(READ).endswith("<p>आदेशार्थ प्रस्तुत। पृ० 1</p>")
    keys.press("F8")
    keys.press("Escape")
    expect(page.locator("#phrases")).to_be_hidden()
    expect(page.locator(".write")).to_be_focused()
    keys.press("Control+a")
    keys.press("Control+i")
    assert page.evaluate(READ).startswith("<p><em>बजट ")
    keys.press("Control+i")
    assert "<em>" not in page.evaluate(READ)
    expect(page.locator("[data-saved]")).to_have_text(CLOCK, timeout=SOON)
    screen.press("confirm-note")
    link = page.locator("article.pv-note a.pv-ref")
    expect(link).to_have_text("पृ० 1")
    expect(link).to_have_attribute("href", re.compile(r"\?c=1#c$"))
    assert faults_here(screen) == []


def test_lists_and_tables_are_made_and_taken_apart(windows: Windows) -> None:
    screen = opened(windows, "moth.da1", "सूची और तालिका")
    page, keys = screen.page, screen.page.keyboard
    page.locator(".write").click()
    keys.type("एक")
    page.click("[data-act=list]")
    keys.press("Enter")
    keys.type("दो")
    assert page.evaluate(READ) == "<ul><li>एक</li><li>दो</li></ul>"
    page.click("[data-act=numbers]")
    assert page.evaluate(READ) == "<ol><li>एक</li><li>दो</li></ol>"
    page.click("[data-act=numbers]")
    assert page.evaluate(READ) == "<ol><li>एक</li></ol><p>दो</p>"
    page.click("[data-act=table]")
    for word in ("क", "ख", "ग", "1"):
        keys.type(word)
        keys.press("Tab")
    page.click("[data-act=row-out]")
    page.click("[data-act=column-out]")
    table = "<table><tbody><tr><th>क</th><th>ग</th></tr><tr><td></td><td></td></tr></tbody></table>"
    assert page.evaluate(READ).endswith(table)
    page.click("[data-act=column]")
    assert page.evaluate(READ).count("<th>") == 3
    for _ in range(12):
        keys.press("Control+z")
    assert "<table>" not in page.evaluate(READ)


def test_what_is_pasted_from_word_comes_clean_and_runs_nothing(windows: Windows) -> None:
    screen = opened(windows, "moth.da1", "वर्ड से")
    page = screen.page
    page.locator(".write").click()
    page.evaluate(PASTE, FROM_WORD)
    assert page.evaluate(READ) == (
        "<p><b>कार्यवृत्त</b></p><p>बैठक में <b>तीन कार्य</b> <b>तय</b> हुए।</p><ol><li>नाली</li><li>खड़ंजा</li></ol>"
        "<table><tbody><tr><td>मद</td><td>राशि</td></tr></tbody></table><p>अंत</p>"
    )
    assert page.locator(".write [style], .write [class], .write a, .write img").count() == 0
    assert page.evaluate("() => window.hurt") is None


def test_of_two_tabs_neither_text_is_lost_and_after_a_log_out_the_text_comes_back(windows: Windows) -> None:
    first = opened(windows, "moth.acct", "दो खिड़कियाँ")
    address = first.page.url
    first.write("पहली खिड़की")
    expect(first.page.locator("[data-saved]")).to_have_text(CLOCK, timeout=SOON)
    second = windows.person("moth.acct", "hi")
    second.refusals = {409, 401, 403}
    second.page.goto(address)
    first.write(" में और")
    expect(first.page.locator("[data-saved]")).to_have_text(CLOCK, timeout=SOON)
    first.page.reload()
    expect(first.page.locator(".write")).to_contain_text("और")
    second.write("दूसरी ")
    expect(second.page.locator("[data-trouble]")).to_be_visible(timeout=SOON)
    expect(second.page.locator(".write")).to_contain_text("दूसरी")
    second.page.click("[data-mine]")
    expect(second.page.locator("[data-saved]")).to_have_text(CLOCK, timeout=SOON)
    second.page.context.clear_cookies()
    second.write(" सत्र के बाद लिखा")
    expect(second.page.locator("[data-login]")).to_be_visible(timeout=SOON)
    second.page.click("[data-login]")
    person = next(one for one in windows.stage.role("moth").log_ins if one.post == "moth.acct")
    second.page.fill("#employee", person.employee)
    second.page.fill("#password", person.password)
    second.press("log-in")
    expect(second.page.locator(".write")).to_contain_text("सत्र के बाद लिखा")
    second.wrongs = [wrong for wrong in second.wrongs if "Error Code 401" not in wrong]  # htmx tells of its own poll


@pytest.mark.parametrize("language", ["hi", "en"])
def test_opinions_are_asked_answered_and_taken_in_with_two_offices(
    windows: Windows, letter: Path, language: str
) -> None:
    asker = opened(windows, "moth.da2", "राय के लिए पत्रावली " + language, letter, language)
    page, keys = asker.page, asker.page.keyboard
    file = page.url
    keys.press("Alt+KeyO")
    page.wait_for_url("**/opinions/new")
    page.check('input[value="moth.bdo"]')
    page.check('input[value="chirgaon.bdo"]')
    page.check("input[name=paper]")
    page.locator(".write").click()
    keys.type("क्या सहमत हैं?")
    assert faults_here(asker) == []
    page.set_viewport_size({"width": 1366, "height": 768})
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"#opinions$"))
    expect(page.locator("[data-opinion-state=asked]")).to_have_count(2)

    for post, words in (("moth.bdo", "बजट उपलब्ध है।"), ("chirgaon.bdo", "हम सहमत हैं।")):
        adviser = windows.person(post, language)
        row = adviser.page.locator("tr[data-file]", has_text="राय के लिए पत्रावली " + language)
        expect(row).to_be_visible(timeout=60_000)
        row.locator("a.subject").click()
        expect(adviser.page.locator(".pv-question")).to_contain_text("क्या सहमत हैं?")
        expect(adviser.page.locator("[data-paper]")).to_be_visible(timeout=60_000)
        adviser.write(words)
        expect(adviser.page.locator("[data-saved]")).to_have_text(CLOCK, timeout=SOON)
        assert faults_here(adviser) == []
        adviser.press("answer-opinion")
        adviser.page.wait_for_url("**/inbox")

    for n in (1, 2):
        page.goto(file)
        button = asker.verb("admit-opinion").first
        for _ in range(60):
            if button.is_visible():
                break
            page.wait_for_timeout(1000)
            page.reload()
        asker.press("admit-opinion")
        expect(page.locator("article.pv-note.opinion")).to_have_count(n)
    expect(page.locator("article.pv-note.opinion").last).to_contain_text("हम सहमत हैं।")
    assert faults_here(asker) == []
    assert faults(asker, "/phrases") == []


def test_without_scripts_a_phrase_is_chosen_and_an_opinion_asked_and_given(windows: Windows) -> None:
    asker = windows.person("moth.da1", "hi", scripts=False, size=(360, 740))
    page = asker.page
    asker.go("/files/new")
    page.fill("#subject", "बिना स्क्रिप्ट राय")
    asker.press("open-file")
    page.fill("textarea[name=text]", "पहली पंक्ति")
    page.select_option("#phrase", "hi-03")
    asker.press("add-phrase")
    expect(page.locator("textarea[name=text]")).to_have_value("पहली पंक्ति\nअनुमोदनार्थ प्रस्तुत।")
    asker.press("discard-yellow")
    asker.press("ask-opinion")
    page.fill("textarea[name=text]", "आपकी राय?")
    page.check('input[value="moth.acct"]')
    asker.press("ask")
    adviser = windows.person("moth.acct", "hi", scripts=False)
    adviser.page.locator("a.subject", has_text="बिना स्क्रिप्ट राय").click()
    adviser.page.fill("textarea[name=text]", "ठीक है।")
    adviser.press("answer-opinion")
    asker.go("/inbox")
    page.locator("a.subject", has_text="बिना स्क्रिप्ट राय").first.click()
    asker.press("admit-opinion")
    expect(page.locator("article.pv-note.opinion")).to_contain_text("ठीक है।")
