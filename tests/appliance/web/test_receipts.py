"""Receipts by forms alone: nothing typed is lost, one press is one entry, and nobody's words run."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from appliance.store.unit import Unit
from tests.appliance.web.conftest import ASSISTANT, Browser, TestClock
from tests.support.scans import locked_pdf, pdf, photo

VALUE = re.compile(r'name="token" value="([^"]+)"')
SCRIPT = "<script>alert(1)</script>"


def scan(content: bytes, name: str = "पत्र.pdf") -> tuple[io.BytesIO, str, str]:
    return io.BytesIO(content), name, "application/pdf"


def form(browser: Browser, **more: object) -> dict[str, Any]:
    token = VALUE.search(browser.get("/receipts/new").text)
    assert token
    return {
        "token": token.group(1), "subject": "हैंडपंप की मरम्मत", "sender": "ग्राम प्रधान", "letter_no": "12/2026",
        "letter_date": "", "received": "", "mode": "post", "kind": "letter", "priority": "0", "grading": "normal",
        **more,
    }  # fmt: skip


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


@pytest.fixture
def receipt(assistant: Browser) -> str:
    """Path of a receipt on the assistant's desk, with a scan."""
    answer = assistant.post("/receipts", **form(assistant, paper=scan(pdf("letter", 2))))
    assistant.get(answer.headers["Location"])
    return answer.headers["Location"]


def test_a_letter_is_diarised_with_its_scan_and_stands_in_the_list(assistant: Browser, receipt: str) -> None:
    page = assistant.get(receipt).text
    assert re.search(r'data-diary="MOTH/D/\d{4}/000001"', page)
    assert "ग्राम प्रधान" in page
    assert "पत्र.pdf" in page
    assert 'id="put"' in page
    assert receipt in assistant.get("/receipts").text
    assert receipt in assistant.get("/receipts?which=today").text
    assert receipt in assistant.get("/receipts?q=" + "प्रधान").text
    assert receipt not in assistant.get("/receipts?q=xyz").text


def test_the_acknowledgement_and_the_slip_are_pdf(assistant: Browser, clock: TestClock) -> None:
    clock.ms += 123  # typst takes whole seconds only
    receipt = assistant.post("/receipts", **form(assistant)).headers["Location"]
    place = "/receipts/" + receipt.rsplit("/", 1)[-1] + "/acknowledgement"
    for path in (place, place + "?what=slip"):
        answer = assistant.get(path)
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
    assistant.get("/receipts/moth.x.1/acknowledgement", 404)


def test_a_second_press_shows_what_the_first_one_did(assistant: Browser, unit: Unit) -> None:
    fields = form(assistant)
    first = assistant.post("/receipts", **fields)
    second = assistant.post("/receipts", **fields)
    assert first.headers["Location"] == second.headers["Location"]
    assert unit.db.value("SELECT count(*) FROM receipt") == 1


def test_html_and_script_in_every_field_stay_words(assistant: Browser) -> None:
    names = ("subject", "sender", "address", "letter_no", "category", "vip", "reference")
    answer = assistant.post("/receipts", **form(assistant, kind="vip", **{name: f"{name}{SCRIPT}" for name in names}))
    for path in (answer.headers["Location"], "/receipts?which=all", "/receipts/new", "/inbox"):
        assert SCRIPT not in assistant.get(path).text, path
    page = assistant.get(answer.headers["Location"]).text
    for name in names:
        assert f"{name}&lt;script&gt;" in page, name
    page = assistant.post("/receipts", 409, **form(assistant, kind=SCRIPT, mode=SCRIPT, subject=f'"{SCRIPT}')).text
    assert SCRIPT not in page


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"subject": ""}, "empty_subject", "subject"),
        ({"subject": "विषय " * 2000}, "subject_too_long", "subject"),
        ({"sender": " "}, "sender_missing", "sender"),
        ({"letter_date": "22-11-2026", "received": "01-09-2026"}, "letter_after_received", "letter_date"),
        ({"received": "31-12-2026"}, "received_in_future", "received"),
        ({"letter_date": "०१-०९-१९४८"}, "letter_date_other_calendar", "letter_date"),
        ({"received": "1.9.2083"}, "received_other_calendar", "received"),
        ({"letter_date": "कल"}, "bad_letter_date", "letter_date"),
        ({"due": "31-02-2027"}, "bad_due", "due"),
        ({"enclosures": "दो"}, "bad_enclosures", "enclosures"),
        ({"kind": "grievance"}, "reference_missing", "reference"),
        ({"vip": "v" * 200}, "vip_too_long", "vip"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    assistant: Browser, unit: Unit, fields: dict[str, str], code: str, field: str
) -> None:
    typed = form(assistant, address="ग्राम उदाहरणपुर", category="जल", enclosures="2") | fields
    page = assistant.post("/receipts", 422, **typed, paper=scan(pdf("kept"))).text
    assert f'id="why-{field}" role="alert" data-problem="{code}"' in page
    for name in ("address", "category", "letter_no"):
        assert value_of(page, name) == typed[name]
    assert value_of(page, field) if fields.get(field, "").strip() else True
    assert unit.db.value("SELECT count(*) FROM receipt") == 0
    kept = value_of(page, "scan")
    assert f'data-scan="{kept}"' in page
    assert assistant.get(f"/receipts/scans/{kept}").data.startswith(b"%PDF-")
    mended = {**form(assistant), "token": typed["token"], "scan": kept}
    answer = assistant.post("/receipts", **mended)
    assert "पत्र.pdf" in assistant.get(answer.headers["Location"]).text


def test_dates_are_read_as_people_write_them(assistant: Browser) -> None:
    for number, (letter_date, shown) in enumerate((("१/९/२०२६", "01-09-2026"), ("1.9.26", "01-09-2026"))):
        fields = form(assistant, letter_date=letter_date, letter_no=str(number))
        assert shown in assistant.get(assistant.post("/receipts", **fields).headers["Location"]).text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90\x00\x03 not a paper", "paper_not_pdf"), (b"", "paper_empty"), (b"%PDF-1.7\nbroken", "paper_broken"),
        (locked_pdf(), "paper_locked"),
    ],
)  # fmt: skip
def test_a_scan_that_is_none_keeps_the_form(assistant: Browser, content: bytes, code: str) -> None:
    page = assistant.post("/receipts", 422, **form(assistant, paper=scan(content, "../../a\\b<i>.pdf"))).text
    assert f'data-problem="{code}"' in page
    assert value_of(page, "subject") == "हैंडपंप की मरम्मत"
    assert "<i>" not in page


def test_two_tabs_with_one_scan_make_one_receipt(assistant: Browser, unit: Unit) -> None:
    page = assistant.post("/receipts", 422, **form(assistant, subject="", paper=scan(pdf("one")))).text
    kept = value_of(page, "scan")
    assistant.post("/receipts", **form(assistant, scan=kept))
    page = assistant.post("/receipts", 422, **form(assistant, scan=kept, subject="दूसरी")).text
    assert 'data-problem="scan_used"' in page
    assert value_of(page, "subject") == "दूसरी"
    assert unit.db.value("SELECT count(*) FROM receipt") == 1


def test_a_double_is_told_of_before_and_after_it_is_saved(assistant: Browser) -> None:
    assistant.post("/receipts", **form(assistant))
    asked = assistant.get("/receipts/doubles?sender=ग्राम प्रधान&letter_no=12/2026&letter_date=")
    assert 'data-problem="double"' in asked.text
    assert 'data-problem="double"' not in assistant.get("/receipts/doubles?sender=x&letter_no=12/2026").text
    second = assistant.post("/receipts", **form(assistant))
    assert 'data-problem="double"' in assistant.get(second.headers["Location"]).text


def test_when_the_session_is_gone_the_words_come_back_after_log_in(assistant: Browser, clock: TestClock) -> None:
    fields = form(assistant, address="ग्राम उदाहरणपुर")
    clock.ms += 3_600_000
    page = assistant.post("/receipts", 401, **fields).text
    kept = re.search(r'name="kept" value="([^"]*)"', page)
    assert kept
    from html import unescape

    assistant.get("/login")
    page = assistant.post("/login", 200, employee=ASSISTANT, password="सुरक्षित-123", kept=unescape(kept.group(1))).text
    assert "हैंडपंप की मरम्मत" in page
    assert value_of(page, "address") == "ग्राम उदाहरणपुर"
    again = {name: value for name, value in fields.items() if name != "subject"}
    answer = assistant.post("/receipts", **again, subject="हैंडपंप की मरम्मत")
    assert "/files/" in answer.headers["Location"]


def test_it_is_put_in_a_file_and_sent_no_more(assistant: Browser, receipt: str, file: str) -> None:
    place = "/receipts/" + receipt.rsplit("/", 1)[-1]
    assert 'data-problem="no_file_chosen"' in assistant.post(place + "/put", 422).text
    assert 'data-problem="file_not_here"' in assistant.post(place + "/put", 422, file="moth.none").text
    found = assistant.get(receipt + "?put=ग्राम").text
    assert f'value="{file.rsplit("/", 1)[-1]}"' in found
    assistant.post(place + "/put", file=file.rsplit("/", 1)[-1])
    assert "पत्र.pdf" in assistant.get(file).text
    page = assistant.get(receipt).text
    assert 'data-state="filed"' in page
    assert 'data-verb="send"' not in page
    assert receipt not in assistant.get("/receipts?which=open").text


def test_a_copy_is_made_once_by_one_form(assistant: Browser, receipt: str, unit: Unit) -> None:
    place = "/receipts/" + receipt.rsplit("/", 1)[-1] + "/copy"
    token = value_of(assistant.get(receipt).text, "token")
    first = assistant.post(place, token=token).headers["Location"]
    assert assistant.post(place, token=token).headers["Location"] == first
    assert unit.db.value("SELECT count(*) FROM receipt") == 2
    assert receipt in assistant.get(first).text


def test_a_graded_receipt_opens_for_its_chain_only(assistant: Browser, officer: Browser) -> None:
    answer = assistant.post("/receipts", **form(assistant, grading="confidential", paper=scan(pdf("graded"))))
    place = answer.headers["Location"]
    name = place.rsplit("/", 1)[-1]
    paper = re.search(r"/papers/[0-9a-f]{64}\?file=[^\"#&]+", assistant.get(place).text)
    assert paper
    officer.get(place, 403)
    officer.get(paper.group(0), 404)
    officer.get(f"/receipts/{name}/acknowledgement", 403)
    assert name not in officer.get("/receipts?which=all").text
    assistant.post(place + "/send", how="up", to_post="moth.bdo", remarks="", due="", priority="0")
    officer.get(place)


def test_another_posts_waiting_scan_is_not_shown(assistant: Browser, officer: Browser) -> None:
    assistant.post("/receipts/bulk", paper=scan(pdf("mine")))
    kept = value_of(assistant.get("/receipts/bulk").text, "scan")
    officer.get(f"/receipts/scans/{kept}", 404)
    assert kept not in officer.get("/receipts/bulk").text


def test_many_scans_are_kept_and_diarised_one_after_the_other(assistant: Browser, unit: Unit) -> None:
    papers = [scan(pdf(str(number)), f"{number}.pdf") for number in range(3)]
    page = assistant.post("/receipts/bulk", 422, paper=[*papers, scan(b"MZ no", "virus.exe")]).text
    assert "virus.exe" in page
    assert 'data-problem="paper_not_pdf"' in page
    assert 'data-left="3"' in page
    first = value_of(page, "scan")
    assistant.post(f"/receipts/bulk/{first}/skip")
    page = assistant.get("/receipts/bulk").text
    second = value_of(page, "scan")
    assert second != first
    answer = assistant.post("/receipts", **form(assistant, scan=second, bulk="1", received="01-09-2026", mode="hand"))
    page = assistant.get(answer.headers["Location"]).text
    assert 'data-left="2"' in page
    assert "data-saved=" in page
    assert value_of(page, "received") == "01-09-2026"
    assert re.search(r'<option value="hand" selected>', page)
    page = assistant.post("/receipts", 422, **form(assistant, scan=value_of(page, "scan"), bulk="1", subject="")).text
    assert 'data-problem="empty_subject"' in page
    assert 'data-left="2"' in page
    assistant.post(f"/receipts/bulk/{value_of(page, 'scan')}/throw-away")
    page = assistant.get("/receipts/bulk").text
    assert value_of(page, "scan") == first
    assistant.post("/receipts", **form(assistant, scan=first, bulk="1"))
    assert "data-drop" in assistant.get("/receipts/bulk").text
    assert unit.db.value("SELECT count(*) FROM receipt") == 2


def test_what_waits_is_there_when_the_office_was_opened_again(assistant: Browser, unit: Unit, app: Flask) -> None:
    assistant.post("/receipts/bulk", paper=scan(photo("page"), "फ़ोटो.jpg"))
    unit.db.close()
    unit.db.connect()
    again = Browser(app)
    again.log_in(ASSISTANT)
    assert 'data-left="1"' in again.get("/receipts/bulk").text


def test_the_clock_that_fell_back_is_told_of_and_refuses_no_day(assistant: Browser, clock: TestClock) -> None:
    assistant.post("/receipts", **form(assistant))
    clock.ms -= 60 * 60 * 1000
    page = assistant.get("/receipts/new").text
    assert 'data-problem="clock_not_trusted"' in page
    answer = assistant.post("/receipts", **form(assistant, received="31-12-2026"))
    assert "31-12-2026" in assistant.get(answer.headers["Location"]).text


def test_a_receipt_is_never_called_a_file(assistant: Browser) -> None:
    bare = assistant.post("/receipts", **form(assistant)).headers["Location"]
    assert "यहाँ अभी कोई कागज़ नहीं" in assistant.get(bare).text
    assert "इस पत्रावली में" not in assistant.get(bare).text
    assistant.post(f"{bare}/send", to_post="moth.bdo", how="up")
    refused = assistant.post(f"{bare}/send", 409, to_post="moth.bdo", how="up").text
    assert "इस बीच इसकी दशा बदल गई है" in refused


def test_the_example_of_a_letters_date_does_not_lie_ahead(assistant: Browser, clock: TestClock) -> None:
    shown = re.search(r'name="letter_date"[^>]*placeholder="([^"]+)"', assistant.get("/receipts/new").text)
    assert shown
    day = datetime.strptime(shown[1], "%d-%m-%Y").replace(tzinfo=UTC)
    assert day.timestamp() * 1000 <= clock.ms


def test_a_draft_begins_with_the_letter_that_it_answers(assistant: Browser, receipt: str, file: str) -> None:
    assistant.post(f"/receipts/{receipt.rpartition('/')[2]}/put", file=file.rpartition("/")[2])
    asked = assistant.get(f"{file}/drafts").text
    assert f'value="{receipt.rpartition("/")[2]}"' in asked
    assert re.search(r'<option value="[^"]+" lang="hi" selected>MOTH/D/', asked)
    at = assistant.post(f"{file}/drafts/new", start="hi letter", receipt=receipt.rpartition("/")[2]).headers["Location"]
    assert "पत्र संख्या 12/2026 दिनांक … का" in assistant.get(at).text
