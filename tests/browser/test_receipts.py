"""Letters in Chromium: diarised, acknowledged, filed and sent by keys alone; scanned by a phone; many at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.screen import PHONE, Screen, Windows
from tests.browser.test_screens import faults_here
from tests.support.scans import pdf, photo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

POST = "chirgaon.acct"


def payload(name: str, content: bytes, kind: str = "application/pdf") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def focused(screen: Screen) -> str:
    return str(screen.page.evaluate("() => document.activeElement.id"))


def faults_at(screen: Screen) -> list[str]:
    """What is wrong with the screen that is shown; its size is what it was."""
    size = screen.page.viewport_size
    found = faults_here(screen)
    assert size
    screen.page.set_viewport_size(size)
    return found


def type_into(screen: Screen, field: str, text: str) -> None:
    """Tab on until the field has the keyboard, then type."""
    for _ in range(40):
        if focused(screen) == field:
            break
        screen.page.keyboard.press("Tab")
    assert focused(screen) == field
    screen.page.keyboard.type(text)


def diarise(screen: Screen, subject: str, letter_no: str) -> str:
    """By keys alone; the receipt's id."""
    page, keys = screen.page, screen.page.keyboard
    screen.go("/inbox")
    keys.press("Alt+KeyR")
    page.wait_for_url("**/receipts/new")
    assert focused(screen) == "letter_no"
    keys.type(letter_no)
    type_into(screen, "subject", subject)
    type_into(screen, "sender", "ग्राम प्रधान, उदाहरणपुर")
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"/files/chirgaon\."))
    return page.url.rsplit("/", 1)[-1]


def test_a_letter_is_diarised_acknowledged_put_in_a_file_and_another_sent_by_keys_alone(windows: Windows) -> None:
    screen = windows.person(POST, "hi")
    page, keys = screen.page, screen.page.keyboard
    screen.go("/files/new")
    keys.type("डाक की पत्रावली")
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"/files/chirgaon\."))
    file = page.url.rsplit("/", 1)[-1]

    screen.refusals.add(422)
    screen.go("/receipts/new")
    keys.type("१/२०२६")
    type_into(screen, "letter_date", "31-12-2099")
    type_into(screen, "subject", "हैंडपंप की मरम्मत के संबंध में")
    type_into(screen, "sender", "ग्राम प्रधान")
    page.set_input_files("#paper", payload("पत्र.pdf", pdf("letter", 2)))
    keys.press("Control+Enter")
    expect(page.locator("[data-problem=letter_date_other_calendar]")).to_be_visible()
    assert focused(screen) == "letter_date"
    expect(page.locator("#subject")).to_have_value("हैंडपंप की मरम्मत के संबंध में")
    expect(page.locator("[data-scan]")).to_contain_text("पत्र.pdf")
    assert faults_at(screen) == []
    page.fill("#letter_date", "")
    page.focus("#letter_date")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/files/chirgaon\."))
    receipt = page.url.rsplit("/", 1)[-1]
    assert page.locator("[data-diary]").get_attribute("data-diary", timeout=5000)
    assert faults_at(screen) == []

    with page.context.expect_page() as opened:
        keys.press("F8")
    answer = page.request.get(opened.value.url)
    assert answer.body().startswith(b"%PDF-")
    opened.value.close()

    put_by_keys(screen, file, "डाक की")
    expect(page.locator("body")).to_contain_text("पत्र.pdf")
    screen.go(f"/files/{receipt}")
    expect(page.locator("[data-state=filed]")).to_be_visible()

    second = diarise(screen, "सड़क की मरम्मत", "2/2026")
    keys.press("F9")
    assert focused(screen) == "to_post"
    keys.press("Control+Enter")
    page.wait_for_load_state()
    expect(screen.verb("pull-back").first).to_be_visible()
    screen.go("/sent")
    expect(screen.row(second)).to_be_visible()


def put_by_keys(screen: Screen, file: str, words: str) -> None:
    """From the page of a receipt into a file on the desk."""
    page, keys = screen.page, screen.page.keyboard
    keys.press("F7")
    assert focused(screen) == "put-words"
    keys.type(words)
    choice = page.locator(f'#put-files input[value="{file}"]')
    expect(choice).to_be_checked()
    screen.verb("put").focus()
    keys.press("Enter")
    page.wait_for_url(f"**/files/{file}#c")


def test_a_phone_puts_its_pages_on_the_receipt_that_showed_the_code(windows: Windows) -> None:
    desk = windows.person(POST, "hi")
    receipt = diarise(desk, "बिना स्कैन का पत्र", "3/2026")
    desk.press("phone-code")
    expect(desk.page.locator("[data-code] svg path").last).to_be_visible()
    assert faults_at(desk) == []
    address = desk.page.locator("[data-code-address]").text_content() or ""
    assert address.startswith(desk.url + "/phone/")

    phone = windows.at(desk.url, "hi", size=PHONE)
    phone.refusals.add(404)
    phone.page.goto(address)
    expect(phone.page.locator("body")).not_to_contain_text("बिना स्कैन का पत्र")
    assert faults_at(phone) == []
    phone.press("phone-begin")
    assert phone.page.url.endswith("/phone")
    expect(desk.page.locator("[data-phone=opened]")).to_be_visible()
    for number in range(1, 4):
        with phone.page.expect_navigation():
            phone.page.set_input_files("#photo", payload(f"{number}.jpg", photo(f"page {number}"), "image/jpeg"))
        expect(phone.page.locator("[data-photo]")).to_have_count(number)
    first = phone.page.locator("[data-photo]").first.get_attribute("data-photo")
    with phone.page.expect_navigation():
        phone.page.locator("[data-verb=photo-later]").first.click()
    assert phone.page.locator("[data-photo]").nth(1).get_attribute("data-photo") == first
    assert faults_at(phone) == []
    phone.press("phone-finish")
    expect(phone.page.locator("[data-phone=finished]")).to_be_visible()
    assert faults_at(phone) == []
    desk.page.wait_for_url(f"**/files/{receipt}*")
    expect(desk.page.locator("body")).to_contain_text("scan-")

    late = windows.at(desk.url, "hi", size=PHONE)
    late.refusals.add(404)
    late.page.goto(address)
    expect(late.page.locator("[data-problem=phone_over]")).to_be_visible()


def test_scans_are_dropped_and_diarised_one_after_the_other_without_the_mouse(windows: Windows) -> None:
    screen = windows.person(POST, "hi")
    page, keys = screen.page, screen.page.keyboard
    screen.refusals.add(422)
    screen.go("/receipts/bulk")
    assert faults_at(screen) == []
    papers = [payload(f"{number}.pdf", pdf(f"bulk {number}")) for number in range(3)]
    page.set_input_files("#papers", [*papers, payload("no.exe", b"MZ no paper")])
    expect(page.locator("[data-drop-list]")).to_contain_text("no.exe", timeout=30_000)
    screen.go("/receipts/bulk")
    assert screen.hook("left") == "3"
    assert faults_at(screen) == []
    screen.go("/receipts/bulk")
    keys.press("F8")
    page.wait_for_load_state()
    expect(page.locator("[data-scan]")).to_contain_text("1.pdf")
    for left in ("2", "1", ""):
        assert focused(screen) == "letter_no"
        keys.type(f"B/{left or 0}")
        type_into(screen, "subject", "एक साथ आया पत्र")
        type_into(screen, "sender", "प्रेषक")
        with page.expect_navigation():
            keys.press("Enter" if left else "Control+Enter")
        expect(page.locator("[data-saved]")).to_be_visible()
        expect(page.locator(f'[data-left="{left}"]')).to_have_count(1 if left else 0)
    expect(page.locator("[data-drop]")).to_be_visible()


def test_the_list_and_the_forms_are_fit_for_all_in_both_languages(windows: Windows) -> None:
    for language in ("hi", "en"):
        screen = windows.person(POST, language)
        diarise(screen, "सूची का पत्र", f"L/{language}")
        for path in ("/receipts", "/receipts?which=all", "/receipts?q=xyz", "/receipts/new"):
            screen.go(path)
            assert faults_at(screen) == [], (language, path)


def test_a_letter_is_diarised_without_scripts(windows: Windows) -> None:
    screen = windows.person(POST, "hi", scripts=False)
    screen.go("/receipts/new")
    screen.page.fill("#subject", "बिना स्क्रिप्ट")
    screen.page.fill("#sender", "प्रेषक")
    screen.page.set_input_files("#paper", payload("a.pdf", pdf("without")))
    screen.press("diarise")
    expect(screen.page.locator("h1")).to_have_text("बिना स्क्रिप्ट")
    expect(screen.page.locator("body")).to_contain_text("a.pdf")
