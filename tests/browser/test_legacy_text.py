"""Text of an old font, pasted: offered changed, and nothing of it lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen, Windows

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

OLD = "dk;kZy; [k.M fodkl vf/kdkjh\nxzke iapk;r dh tkap vk[;k fuEukuqlkj gSA"
NEW = "कार्यालय खण्ड विकास अधिकारी\nग्राम पंचायत की जांच आख्या निम्नानुसार है।"
PASTE = """([selector, text, html]) => {
  const field = document.querySelector(selector);
  field.focus();
  const data = new DataTransfer();
  data.setData("text/plain", text);
  if (html) data.setData("text/html", html);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  if (field.dispatchEvent(event)) document.execCommand("insertText", false, text); // what a browser does by itself
}"""


def paste(screen: Screen, selector: str, text: str, html: str = "") -> None:
    screen.page.evaluate(PASTE, [selector, text, html])


def test_pasted_old_text_is_offered_changed_and_can_be_put_back(windows: Windows) -> None:
    screen = windows.person("moth.da1", "hi")
    screen.go("/files/new")
    subject, offer = screen.page.locator("#subject"), screen.page.locator("[data-legacy]")
    subject.fill("पहले का ")
    paste(screen, "#subject", OLD)
    expect(offer).to_be_visible()
    expect(subject).to_have_value("पहले का " + OLD)
    expect(offer.locator("[data-legacy-before]")).to_have_text(OLD)
    expect(offer.locator("[data-legacy-after]")).to_have_text(NEW)
    screen.page.keyboard.press("Alt+KeyC")
    expect(subject).to_have_value("पहले का " + NEW)
    screen.verb("legacy-back").click()
    expect(subject).to_have_value("पहले का " + OLD)
    expect(offer).to_be_hidden()


def test_in_the_note_too_and_a_named_font_makes_one_word_enough(windows: Windows) -> None:
    screen = windows.person("moth.da1", "hi")
    screen.go("/files/new")
    screen.page.fill("#subject", "पुराना पाठ")
    screen.press("open-file")
    note = screen.page.locator("[data-field=note]")
    paste(screen, "[data-field=note]", OLD)
    screen.verb("legacy-take").click()
    expect(note.locator("p")).to_have_text(NEW.split("\n"))
    expect(screen.page.locator("[data-saved]")).to_contain_text(":", timeout=8000)
    screen.verb("legacy-leave").click()
    screen.page.fill("#remarks", "")
    paste(screen, "#remarks", "fLFkfr", "<span style=\"font-family:'Kruti Dev 010'\">fLFkfr</span>")
    expect(screen.page.locator("[data-legacy-after]")).to_have_text("स्थिति")
    screen.verb("legacy-leave").click()
    expect(screen.page.locator("#remarks")).to_have_value("fLFkfr")
    screen.page.reload()
    expect(note.locator("p")).to_have_text(NEW.split("\n"))


def test_english_and_unicode_hindi_are_left_alone(windows: Windows) -> None:
    screen = windows.person("moth.da1", "hi")
    screen.go("/files/new")
    asked: list[int] = []
    screen.page.on("response", lambda answer: asked.append(answer.status) if "/typing/legacy" in answer.url else None)
    with screen.page.expect_response("**/typing/legacy"):
        paste(screen, "#subject", "Please find enclosed the report of the inspection for your approval.")
    paste(screen, "#subject", NEW)
    expect(screen.page.locator("#subject")).to_have_value(
        "Please find enclosed the report of the inspection for your approval." + NEW
    )
    assert asked == [204]
    expect(screen.page.locator("[data-legacy]")).to_be_hidden()


def test_the_page_changes_old_text_without_scripts(windows: Windows) -> None:
    screen = windows.person("moth.da1", "hi", scripts=False)
    screen.go("/typing")
    screen.press("legacy")
    screen.page.fill("#text", OLD)
    screen.press("legacy-change")
    expect(screen.page.locator("[data-field=after]")).to_have_value(NEW)
    expect(screen.page.locator("#text")).to_have_value(OLD)
