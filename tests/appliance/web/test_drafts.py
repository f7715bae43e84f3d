"""Drafts on the screens, without scripts: from a starting text to a numbered letter as PDF."""

from __future__ import annotations

import re
from typing import Any

from appliance.desk import draft_page, verbs
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser
from tests.support.pdf import claims_of, letters_of, text_of

CLERK, OFFICER = Actor("E101", "moth.da", 2), Actor("E001", "moth.bdo", 1)
FIELDS = {
    "form": "letter",
    "language": "hi",
    "title": "हैंडपंप की मरम्मत",
    "to": "मुख्य विकास अधिकारी,\nझाँसी\n\nजिला पंचायत राज अधिकारी",
    "reference": "पत्र संख्या 12",
    "text": "हैंडपंप की मरम्मत कराने का कष्ट करें।",
    "copies": "ग्राम प्रधान",
    "enclosure_words": "सूची",
}
NASTY = "</textarea><script>alert(1)</script>\"'&<b>x"
WRITING = re.compile(r'name="version" value="(\d+)"')


def begin(browser: Browser, file: str, start: str = "hi letter") -> str:
    return str(browser.post(f"{file}/drafts/new", start=start).headers["Location"])


def save(browser: Browser, at: str, verb: str = "", status: int = 303, **fields: object) -> str:
    found = WRITING.search(browser.get(at).text)
    assert found
    answer = browser.post(at + verb, status, **{**FIELDS, "version": found.group(1), **fields})
    return str(answer.headers.get("Location", "")) if status == 303 else answer.text


def approve(officer: Browser, unit: Unit, file: str, draft: str) -> None:
    verbs.send(unit, CLERK, file.rpartition("/")[2], to_post="moth.bdo", how="up")
    officer.get(file)
    officer.post(f"{draft}/decide", version=1, yes="1")


def test_from_a_starting_text_to_a_numbered_letter(assistant: Browser, officer: Browser, file: str, unit: Unit) -> None:
    at = begin(assistant, file)
    assert "कृपया संदर्भ ग्रहण" in assistant.get(at).text
    assert save(assistant, at, "/preview") == f"{at}/preview.pdf"
    preview = assistant.get(f"{at}/preview.pdf").data
    assert letters_of(preview).count("प्रारूप") >= 1
    draft = save(assistant, at, "/version")
    page = assistant.get(draft).text
    assert 'data-draft-state="draft"' in page
    assert 'data-verb="approve"' not in page
    assert 'data-verb="issue"' not in page
    approve(officer, unit, file, draft)
    page = officer.get(draft).text
    assert "data-no-mail" in page
    assert 'value="email"' not in page[: page.index('id="versions"')]
    for _ in range(2):
        officer.post(f"{draft}/issue", version=1, mode="post")
    found = re.search(r'data-issue-number="([^"]+)"', officer.get(draft).text)
    assert found
    number = found.group(1)
    assert unit.db.value("SELECT count(*) FROM event WHERE kind='issue'") == 1
    sha256 = draft_page.draft_page(unit, OFFICER, file.rpartition("/")[2], 1).sha256
    pdf = officer.get(f"/papers/{sha256}?file={file.rpartition('/')[2]}").data
    assert number in text_of(pdf)
    assert "प्रारूप" not in letters_of(pdf)
    assert claims_of(pdf)["part"] == "2"
    assert f'data-number="{number}"' in assistant.get("/issued").text
    assert f'data-number="{number}"' in assistant.get("/issued?q=हैंडपंप").text
    assert number not in assistant.get("/issued?q=%25").text
    officer.post(f"{draft}/dispatch", 422, mode="hand", day="32-01-2026")
    day = re.search(r'name="day"[^>]*value="([^"]+)"', officer.get(draft).text)
    assert day
    officer.post(f"{draft}/dispatch", mode="hand", day=day.group(1), carrier="रजि. 7")
    assert "रजि. 7" in officer.get(draft).text


def test_sent_back_revised_and_compared(assistant: Browser, officer: Browser, file: str, unit: Unit) -> None:
    draft = save(assistant, begin(assistant, file), "/version")
    verbs.send(unit, CLERK, file.rpartition("/")[2], to_post="moth.bdo", how="up")
    officer.get(file)
    assert "data-problem" in officer.post(f"{draft}/decide", 422, version=1, yes="0", remarks="").text
    officer.post(f"{draft}/decide", version=1, yes="0", remarks="तिथि लिखें")
    assert "तिथि लिखें" in officer.get(draft).text
    at = str(officer.post(f"{draft}/revise").headers["Location"])
    save(officer, at, "/version", text="हैंडपंप की मरम्मत शीघ्र कराने का कष्ट करें।", title="नया विषय")
    page = officer.get(f"{draft}/differences").text
    assert re.search(r"<ins><span[^>]*>[^<]*</span>शीघ्र", page)
    assert re.search(r"<del>.*हैंडपंप की मरम्मत", page)
    officer.get(f"{draft}/differences?from=9&to=x", 404)


def test_stale_form_two_tabs_and_a_second_press(assistant: Browser, file: str) -> None:
    at = begin(assistant, file)
    save(assistant, at, title="पहला")
    stale = assistant.post(at, 409, **{**FIELDS, "version": 1, "title": "बासी शीर्षक", "text": "मेरा लिखा"}).text
    assert "बासी शीर्षक" in stale
    assert "मेरा लिखा" in stale
    told = assistant.client.post(
        at, data={"csrf": assistant.token, **FIELDS, "version": "1"}, headers={"Accept": "application/json"}
    )
    assert (told.status_code, *(told.get_json()[name] for name in ("code", "saved_version"))) == (
        409,
        "draft_changed",
        2,
    )
    saved = assistant.client.post(
        at, data={"csrf": assistant.token, **FIELDS, "version": "2"}, headers={"Accept": "application/json"}
    )
    assert saved.get_json()["version"] == 3
    save(assistant, at, "/version")
    again = assistant.post(f"{at}/version", 409, **{**FIELDS, "version": 4}).text
    assert 'data-problem="no_such_writing"' in again
    assistant.get(at, 404)


def test_hostile_words_stay_words(assistant: Browser, file: str) -> None:
    at = begin(assistant, file)
    nasty: dict[str, Any] = dict.fromkeys(("title", "to", "reference", "text", "copies", "enclosure_words"), NASTY)
    draft = save(assistant, at, "/version", **nasty, form=NASTY, language=NASTY, receipt=NASTY, enclosure=NASTY)
    for page in (draft, f"{file}/drafts", f"{draft}/differences", f"{draft}/1/preview.pdf"):
        assert b"<script>alert" not in assistant.get(page).data
    long: dict[str, Any] = dict.fromkeys(nasty, "क" * 150_000)
    assert "data-problem" in save(assistant, begin(assistant, file), status=422, **long)
    for start in ("", NASTY, "hi", "en letter"):
        begin(assistant, file, start)
    for path in ("/drafts/99", "/drafts/writing/99", "/drafts/1/9/preview.pdf", "/drafts/99/differences"):
        assistant.get(file + path, 404)
    assistant.post(f"{file}/drafts/99/revise", 404)
    assistant.post(f"{file}/drafts/99/issue", 404, mode="post", version=1)


def test_what_a_post_writes_is_its_own(assistant: Browser, officer: Browser, file: str) -> None:
    at = begin(assistant, file)
    officer.get(at, 404)
    officer.get(f"{at}/preview.pdf", 404)
    officer.post(at, 409, **FIELDS, version=1)
    officer.post(f"{at}/discard")
    assistant.get(at)
    officer.post(f"{file}/drafts/new", 409, start="hi letter")
    assistant.post(f"{at}/discard")
    assistant.get(at, 404)


def test_the_letter_head_is_the_administrators(assistant: Browser, officer: Browser, file: str) -> None:
    assistant.get("/office/letterhead", 403)
    said: dict[str, Any] = {
        "office": "moth",
        "language": "hi",
        "lines": "विकास खण्ड मोंठ\nझाँसी",
        "address": "मुख्य मार्ग",
        "email": NASTY,
    }
    officer.post("/office/letterhead", **said)
    page = officer.get("/office/letterhead").text
    assert "विकास खण्ड मोंठ" in page
    assert "<script>alert" not in page
    assert "data-problem" in officer.post("/office/letterhead", 422, **{**said, "telephone": "0" * 121}).text
    at = begin(assistant, file)
    assert "मुख्यमार्ग" in letters_of(assistant.get(f"{at}/preview.pdf").data)
