"""A file whose day of review has come is weeded by keys alone; its page then says what went and what stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from appliance.config import open_unit
from appliance.desk.acting import finish, working_book
from appliance.store.book import Who
from protocol import events as ev
from provisioning.story.person import Attachment
from provisioning.story.stage import Stage
from tests.browser.screen import DESK, PHONE, Screen, Windows
from tests.browser.test_day_by_keys import press, tab_to
from tests.browser.test_screens import RULES, RUN, faults_here
from tests.support import scans
from tests.support.paper import pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

POST = "chirgaon.da2"
NOTE, PAPER = "छँटाई में जाने वाली टिप्पणी", "छँटाई-में-जाने-वाला.pdf"
NUMBER, REMARKS = "412/अभिलेख/2026, 20-11-2026", "सूची क्रम 7"
ORDER = "छँटाई-आदेश.pdf"
SAYS = {
    "hi": ("यह वापस नहीं हो सकता।", "आदेश PDF नहीं है।", "आदेश की संख्या बहुत लम्बी है।"),
    "en": ("This cannot be undone.", "The order is not a PDF.", "The number of the order is too long."),
}
"""What the form says, what of a photo, what of a long number."""


def due(stage: Stage, language: str) -> str:
    """The address of a file with a note and a paper, in the record as C since long, its day of review past."""
    clerk = stage.person("chirgaon", POST, language)
    clerk.enter()
    clerk.go("/files/new")
    clerk.press("open-file", Attachment("paper", PAPER, pdf(2)), subject=f"पुरानी मरम्मत {language}")
    file = clerk.address.rsplit("/", 1)[-1]
    clerk.press("confirm-note", text=NOTE)
    clerk.press("close")
    unit = open_unit(stage.plan.folder("chirgaon"))
    with unit.db.writing():
        book = working_book(unit)
        (closed,), *_ = unit.db.rows("SELECT header FROM event WHERE subject=? AND kind='close'", file)
        by = ev.decode_header(bytes(closed))
        finish(unit, book, book.write(file, ev.Record("C", "2026-01-15"), Who(by.post, by.employee, by.charge)))
    unit.db.close()
    return f"/files/{file}"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the signed order and a photo of it."""
    folder = tmp_path_factory.mktemp("order")
    (folder / ORDER).write_bytes(pdf(1))
    (folder / "आदेश.jpg").write_bytes(scans.photo())
    return folder


def choose(screen: Screen, path: Path) -> None:
    """The keyboard opens the computer's own list of files; there the file is chosen."""
    tab_to(screen, "#paper")
    with screen.page.expect_file_chooser() as chooser:
        screen.page.keyboard.press("Space")
    chooser.value.set_files(path)
    expect(screen.page.locator(".chosen:visible")).to_have_text(path.name)


def faults_wide_and_narrow(screen: Screen) -> list[str]:
    """What is wrong with the screen, judged by axe at both widths; it is left wide."""
    found = [*faults_here(screen), *(f"narrow {one}" for one in screen.page.evaluate(RUN, RULES))]
    screen.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return found


@pytest.mark.parametrize("language", ["hi", "en"])
def test_a_file_is_weeded_by_keys_alone(windows: Windows, papers: Path, language: str) -> None:
    file = due(windows.stage, language)
    screen = windows.person(POST, language)
    page = screen.page
    page.on("filechooser", lambda _: None)  # so that the list of files is the test's from the first key on
    form, not_pdf, too_long = SAYS[language]
    screen.go(file)
    expect(page.locator("#main")).to_contain_text(NOTE)
    tab_to(screen, "[data-verb=to-record]")
    press(screen, "Enter")
    expect(page.get_by_text(form)).to_be_visible()
    found = faults_wide_and_narrow(screen)
    screen.refusals = {422}

    weed(screen, papers / "आदेश.jpg", NUMBER, REMARKS)
    refused(screen, "weed_order_not_pdf", not_pdf, "#paper")
    expect(page.locator("#order_number")).to_have_value(NUMBER)
    expect(page.locator("#weed_remarks")).to_have_value(REMARKS)
    found += faults_wide_and_narrow(screen)

    weed(screen, papers / ORDER, NUMBER * 5, REMARKS)
    refused(screen, "weed_number_long", too_long, "#order_number")
    expect(page.locator("#order_number")).to_have_value(NUMBER * 5)
    expect(page.locator("[data-again]")).to_be_visible()
    found += faults_wide_and_narrow(screen)

    weed(screen, papers / ORDER, NUMBER, REMARKS)
    assert page.url == screen.url + file
    it_says_what_went_and_what_stays(screen)
    found += faults_wide_and_narrow(screen)
    assert found == []


def weed(screen: Screen, order: Path, number: str, remarks: str) -> None:
    """The form from its paper to its button, by keys."""
    keys = screen.page.keyboard
    screen.page.locator("h2#weed").evaluate("() => document.activeElement.blur()")
    choose(screen, order)
    for words in (number, remarks):
        keys.press("Tab")
        keys.press("Control+a")
        keys.type(words)
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    expect(screen.verb("weed")).to_be_focused()
    press(screen, "Enter")


def refused(screen: Screen, code: str, words: str, field: str) -> None:
    """The sentence stands at the field; the page is there, and so is the keyboard."""
    expect(screen.page.locator(f'[data-problem="{code}"]')).to_contain_text(words)
    expect(screen.page.locator(f'[data-problem="{code}"]')).to_be_in_viewport()
    expect(screen.page.locator(field)).to_be_focused()


def it_says_what_went_and_what_stays(screen: Screen) -> None:
    assert screen.hook("state") == "weeded"
    main = screen.page.locator("#main")
    for words in (NUMBER, REMARKS):
        expect(screen.page.locator("[data-weeded]")).to_contain_text(words)
    expect(main).to_contain_text(ORDER)
    for gone in (NOTE, PAPER):
        expect(main).not_to_contain_text(gone)


def test_a_clerk_at_a_phone_weeds_too(windows: Windows, papers: Path) -> None:
    file = due(windows.stage, "hi")
    screen = windows.person(POST, "hi", size=PHONE)
    page = screen.page
    screen.go(f"{file}/cover#record")
    page.set_input_files("#paper", papers / ORDER)
    page.fill("#order_number", NUMBER)
    page.check("[name=sure]")
    screen.press("weed")
    expect(page.locator("[data-weeded]")).to_contain_text(NUMBER)
    where = page.locator(".pv-send h2").bounding_box()
    assert where is not None
    assert where["x"] < 20
