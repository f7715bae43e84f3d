"""A phone without a log-in: it can do one thing, for one receipt, for a quarter of an hour."""

from __future__ import annotations

import io
import logging
import re

import pytest
import segno
from flask import Flask

from appliance.desk import phone as desk_phone
from appliance.desk import verbs
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from tests.appliance.web.conftest import ASSISTANT, Browser, TestClock
from tests.appliance.web.test_receipts import form, scan
from tests.support.scans import pdf, photo

ACTOR = Actor(ASSISTANT, "moth.da", 2)


@pytest.fixture
def receipt(assistant: Browser) -> str:
    """Id of a receipt without a scan."""
    return assistant.post("/receipts", **form(assistant)).headers["Location"].rsplit("/", 1)[-1]


@pytest.fixture
def code(unit: Unit, assistant: Browser, receipt: str) -> str:
    """A code that stands on the assistant's screen."""
    return desk_phone.show_code(unit, ACTOR, token_of(assistant), receipt)


def token_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("pv-moth")
    assert cookie
    return cookie.value


@pytest.fixture
def phone(app: Flask, code: str) -> Browser:
    """A phone that has begun."""
    browser = Browser(app)
    page = browser.get(f"/phone/{code}").text
    assert "MOTH/D/" in page
    assert "हैंडपंप" not in page
    browser.post(f"/phone/{code}")
    browser.get("/phone")
    return browser


def take(phone: Browser, words: str, status: int = 303, **more: str) -> None:
    phone.post("/phone/photos", status, photo=(io.BytesIO(photo(words)), f"{words}.jpg", "image/jpeg"), **more)


def ids(phone: Browser) -> list[str]:
    return re.findall(r'data-photo="([0-9a-f]+)"', phone.get("/phone").text)


def test_the_code_is_a_drawing_of_the_address_and_only_its_hash_is_kept(
    assistant: Browser, unit: Unit, receipt: str
) -> None:
    page = assistant.post(f"/receipts/{receipt}/phone", 200).text
    address = re.search(r"data-code-address>(http://localhost/phone/([A-Za-z0-9_-]{43}))<", page)
    assert address
    drawn = segno.make_qr(address.group(1), error="m").svg_inline(
        border=3, omitsize=True, lineclass=None, svgclass=None, light="#fff"
    )
    assert drawn in page
    assert "style=" not in page
    kept = unit.db.rows("SELECT * FROM phone")
    assert address.group(2) not in repr(kept)


def test_pages_are_taken_again_moved_removed_and_become_one_paper(
    assistant: Browser, phone: Browser, receipt: str, unit: Unit
) -> None:
    for words in ("one", "two", "three"):
        take(phone, words)
    one, two, three = ids(phone)
    phone.post(f"/phone/photos/{three}", do="earlier")
    assert ids(phone) == [one, three, two]
    phone.post(f"/phone/photos/{one}", do="later")
    phone.post(f"/phone/photos/{one}", do="later")
    assert ids(phone) == [three, two, one]
    phone.post(f"/phone/photos/{two}", do="remove")
    before = phone.get(f"/phone/photos/{one}").data
    take(phone, "one-again", instead=one)
    assert ids(phone) == [three, one]
    assert phone.get(f"/phone/photos/{one}").data != before
    state = assistant.get(f"/receipts/{receipt}/phone/state").text
    assert 'data-phone="opened"' in state
    phone.post("/phone/finish")
    assert 'data-phone="finished"' in phone.get("/phone").text
    answer = assistant.get(f"/receipts/{receipt}/phone/state")
    assert answer.headers["HX-Redirect"] == f"/files/{receipt}#c"
    page = verbs_page(unit, receipt)
    assert page == [(2, ASSISTANT, "application/pdf")]
    assert unit.db.value("SELECT count(*) FROM photo") == 0
    take(phone, "late", 404)
    phone.post("/phone/finish", 404)


def verbs_page(unit: Unit, receipt: str) -> list[tuple[int, str, str]]:
    from appliance.desk.reading import file_page

    papers = file_page(unit, ACTOR, receipt).papers
    return [(paper.pages, paper.attached_by, paper.media_type) for paper in papers]


def test_a_code_opens_for_one_phone_and_looking_does_not_use_it_up(app: Flask, code: str) -> None:
    for _ in range(3):
        Browser(app).get(f"/phone/{code}")
    first, second = Browser(app), Browser(app)
    first.get(f"/phone/{code}")
    second.get(f"/phone/{code}")
    first.post(f"/phone/{code}")
    second.post(f"/phone/{code}", 404)
    second.get(f"/phone/{code}", 404)
    second.get("/phone", 404)
    first.get("/phone")


@pytest.mark.parametrize("how", ["time", "close", "log out", "new code"])
def test_it_is_over(assistant: Browser, phone: Browser, clock: TestClock, unit: Unit, receipt: str, how: str) -> None:
    take(phone, "one")
    kept = unit.db.value("SELECT sha256 FROM photo")
    if how == "time":
        for _ in range(16):
            clock.ms += 60_000
            assistant.get("/inbox")
    elif how == "close":
        assistant.post(f"/receipts/{receipt}/phone/close")
    elif how == "log out":
        assistant.post("/logout")
    else:
        assistant.post(f"/receipts/{receipt}/phone", 200)
    phone.get("/phone", 404)
    take(phone, "two", 404)
    phone.post("/phone/finish", 404)
    if how in ("close", "new code"):
        assert not unit.papers.has(bytes(kept))


def test_a_phone_sees_nothing_else_of_the_office(phone: Browser, receipt: str) -> None:
    for path in (f"/files/{receipt}", "/inbox", "/receipts", f"/receipts/{receipt}/acknowledgement"):
        assert "/login" in phone.get(path, 303).headers["Location"]
    phone.get("/phone/photos/abc", 404)


def test_what_is_no_photo_is_refused_and_the_pages_stay(phone: Browser) -> None:
    take(phone, "one")
    for content, name in ((pdf("x"), "x.pdf"), (b"MZ nothing", "a.jpg"), (b"", "b.jpg")):
        page = phone.post("/phone/photos", 409, photo=(io.BytesIO(content), name, "image/jpeg")).text
        assert "data-problem=" in page
        assert "data-photo=" in page
    phone.post("/phone/photos", 409)


def test_nothing_is_finished_without_a_page_and_nothing_for_a_receipt_that_left(
    phone: Browser, unit: Unit, receipt: str
) -> None:
    assert 'data-problem="no_photos"' in phone.post("/phone/finish", 409).text
    take(phone, "one")
    verbs.send(unit, ACTOR, receipt, to_post="moth.bdo", how="up")
    page = phone.post("/phone/finish", 409).text
    assert "data-problem=" in page
    assert "data-photo=" in page
    verbs.pull_back(unit, ACTOR, receipt)
    phone.post("/phone/finish")
    assert len(verbs_page(unit, receipt)) == 1


def test_a_code_is_shown_only_by_who_holds_the_receipt(officer: Browser, receipt: str) -> None:
    officer.post(f"/receipts/{receipt}/phone", 409)
    officer.post("/receipts/moth.none/phone", 404)


def test_neither_code_nor_secret_is_written_to_the_log(
    app: Flask, code: str, phone: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    take(phone, "one")
    phone.post("/phone/finish")
    Browser(app).get(f"/phone/{code}", 404)
    cookie = phone.client.get_cookie("pv-phone-moth")
    assert cookie
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "phone_finished" in said
    assert code not in said
    assert cookie.value not in said


def test_a_letter_with_a_scan_of_its_own_takes_more_pages(assistant: Browser, unit: Unit, app: Flask) -> None:
    answer = assistant.post("/receipts", **form(assistant, paper=scan(pdf("first", 2))))
    receipt = answer.headers["Location"].rsplit("/", 1)[-1]
    code = desk_phone.show_code(unit, ACTOR, token_of(assistant), receipt)
    phone = Browser(app)
    phone.get(f"/phone/{code}")
    phone.post(f"/phone/{code}")
    phone.get("/phone")
    take(phone, "more")
    phone.post("/phone/finish")
    assert [pages for pages, _, _ in verbs_page(unit, receipt)] == [2, 1]
