"""Each register on the screen and in each form, for people inside and outside the chains."""

from __future__ import annotations

import csv
import io
import subprocess
from datetime import datetime

import pytest
from flask import Flask, g
from openpyxl import load_workbook

from appliance.desk.values import Actor
from appliance.store.unit import Unit
from appliance.web.register_list import REGISTERS
from appliance.web.registers import FORMS, PAGE_ROWS
from tests.appliance.web.conftest import ASSISTANT, OFFICER, Browser, TestClock
from tests.support.office_history import History, play

HEAD, DA = Actor("E001", "moth.bdo", 1), Actor("E101", "moth.da", 2)
PERIOD = "since=2026-11-01&until=2026-12-31"


@pytest.fixture
def told(unit: Unit, clock: TestClock) -> History:
    """The head and the assistant; the second assistant's part is played by the first."""
    history = History(unit, clock, "moth.accounts")
    play(history, HEAD, DA, DA, "chirgaon.bdo")
    return history


@pytest.fixture
def clerk(told: History, app: Flask) -> Browser:
    """After the story: a session of its beginning would be over."""
    assert told.ids
    browser = Browser(app)
    browser.log_in(ASSISTANT)
    return browser


def rows(answer: bytes) -> list[dict[str, str]]:
    assert answer.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.decode("utf-8-sig"))))


@pytest.mark.parametrize("register", REGISTERS)
def test_the_screen_and_the_forms_say_the_same(clerk: Browser, register: str) -> None:
    page = clerk.get(f"/registers/{register}?{PERIOD}&state=all").text
    table = rows(clerk.get(f"/registers/{register}/csv?{PERIOD}&state=all").data)
    assert page.count("<tr") - 1 == len(table) > 0 or (register, table) == ("lent", [])
    assert f'data-total="{len(table)}"' in page or register == "pendency"
    book = load_workbook(io.BytesIO(clerk.get(f"/registers/{register}/xlsx?{PERIOD}&state=all").data))
    lines = list(book.active.iter_rows(values_only=True)) if book.active is not None else []
    assert len(lines) == len(table) + 1
    assert list(lines[0]) == list(table[0])
    for mine, theirs in zip(table, lines[1:], strict=True):
        for written, value in zip(mine.values(), theirs, strict=True):
            shown = value.date().isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
            assert written.removeprefix("'") == shown or written == shown


@pytest.mark.parametrize("register", ["diary", "pendency", "court", "disposal"])
def test_the_pdf_has_the_rows_in_hindi(clerk: Browser, register: str) -> None:
    answer = clerk.get(f"/registers/{register}/pdf?{PERIOD}")
    assert answer.mimetype == "application/pdf"
    assert f"{register}" in answer.headers["Content-Disposition"]
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.data, capture_output=True, check=True).stdout
    words = {"diary": "सूचना का", "pendency": "पटल सहायक", "court": "05-12-2026", "disposal": "पूरा कार्यालय"}
    assert words[register] in text.decode()


def test_text_of_people_is_neither_markup_nor_formula(clerk: Browser) -> None:
    page = clerk.get(f"/registers/diary?{PERIOD}").text.replace("<wbr>", "")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    [line] = rows(clerk.get(f"/registers/grievance/csv?{PERIOD}").data)
    assert "'=cmd|' /C calc'!A0" in line.values()
    book = load_workbook(io.BytesIO(clerk.get(f"/registers/grievance/xlsx?{PERIOD}").data))
    cells = [cell for line in book.active.iter_rows() for cell in line] if book.active is not None else []
    assert [cell.data_type for cell in cells if str(cell.value).startswith("=")] == ["s"]


def test_what_is_over_its_limit_is_written_and_drawn(clerk: Browser) -> None:
    page = clerk.get("/registers/court").text
    assert "15 दिन पार" in page
    assert '<meter aria-hidden="true" min="0" max="30" low="7" high="15" optimum="0" value="30">' in page
    [line] = rows(clerk.get("/registers/court/csv").data)
    assert "-15" in line.values()
    assert "11 दिन शेष" in clerk.get("/registers/rti").text


def test_numbers_lead_to_their_lists(clerk: Browser) -> None:
    page = clerk.get("/registers/pendency").text
    assert 'href="/registers/held?post=moth.da&amp;bucket=3">3</a>' in page
    assert 'data-total="3"' in clerk.get("/registers/held?post=moth.da&bucket=3").text
    page = clerk.get("/registers/disposal").text
    assert 'href="/registers/diary?since=2026-12-01&amp;until=2026-12-20">4</a>' in page
    assert 'data-total="4"' in clerk.get("/registers/diary?since=2026-12-01&until=2026-12-20").text
    index = clerk.get("/registers").text
    assert all(f'href="/registers/{register}"' in index for register in REGISTERS)


@pytest.mark.parametrize("form", ["", *FORMS])
@pytest.mark.parametrize("register", ["files", "movement", "held", "lent"])
def test_graded_files_in_screen_and_forms(told: History, app: Flask, register: str, form: str) -> None:
    """Of a confidential file of the head alone the number and place, of a secret one nothing."""
    told.file("own", HEAD, "निजी विषय", "confidential")
    told.file("secret", HEAD, "अदृष्ट विषय", "secret")
    browser = Browser(app)
    browser.log_in(ASSISTANT)
    path = f"/registers/{register}{'/' + form if form else ''}?post=moth.bdo&{PERIOD}"
    text = words_of(browser.get(path).data, form)
    assert "निजी" not in text
    assert "अदृष्ट" not in text
    number, hidden = (number_of(told, name) for name in ("own", "secret"))
    assert hidden not in joined(text)
    if register in ("files", "held"):
        assert number in joined(text)
        assert "गोपनीय" in text
        assert f'href="/files/{told.ids["own"]}"' not in text
    insider = Browser(app)
    insider.log_in(OFFICER)
    if register in ("files", "held"):
        insider_text = words_of(insider.get(path).data, form)
        assert "निजी" in insider_text
        assert "अदृष्ट" in insider_text


def number_of(told: History, name: str) -> str:
    return joined(told.unit.db.value("SELECT file_number FROM efile WHERE file=?", told.ids[name]))


def joined(text: str) -> str:
    """Without the breaks that a narrow column makes."""
    return "".join(text.split())


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def words_of(data: bytes, form: str) -> str:
    if form == "pdf":
        return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    if form == "xlsx":
        sheet = load_workbook(io.BytesIO(data)).active
        assert sheet is not None
        return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    return data.decode().replace("<wbr>", "")


def test_a_secret_file_is_not_counted(told: History, app: Flask) -> None:
    browser = Browser(app)
    browser.log_in(ASSISTANT)
    paths = ("/registers/pendency", "/registers", "/registers/disposal", "/registers/files")
    before = [main_of(browser.get(path).text) for path in paths]
    told.file("secret", HEAD, "s", "secret")
    assert [main_of(browser.get(path).text) for path in paths] == before
    told.file("open", HEAD, "s")
    assert [main_of(browser.get(path).text) != one for path, one in zip(paths, before, strict=True)] == [True] * 4


@pytest.mark.parametrize("path", ["/registers/none", "/registers/diary/exe", "/registers/none/pdf"])
def test_no_such_register(clerk: Browser, path: str) -> None:
    clerk.get(path, 404)


@pytest.mark.parametrize(
    ("query", "problem"),
    [("since=31-31-2026", "no_day"), ("since=2026-12-02&until=2026-12-01", "day_order")],
)
def test_a_wrong_day_is_said_and_nothing_is_taken(clerk: Browser, query: str, problem: str) -> None:
    for path in ("/registers/diary", "/registers/diary/csv", "/registers/diary/pdf"):
        assert f'data-problem="{problem}"' in clerk.get(f"{path}?{query}", 422).text


@pytest.mark.parametrize("query", ["bucket=9", "bucket=-1", "sort=proposal", "page=0", "page=x", "page=99", "post=%00"])
def test_other_words_in_the_address_do_no_harm(clerk: Browser, query: str) -> None:
    clerk.get(f"/registers/held?{query}")
    clerk.get(f"/registers/court?state=x&{query}")


def test_this_month_is_shown_and_an_empty_field_is_no_limit(clerk: Browser) -> None:
    assert 'data-total="4"' in clerk.get("/registers/diary").text
    assert 'data-total="5"' in clerk.get("/registers/diary?since=&until=").text


def test_pages_of_a_hundred_and_what_a_pdf_holds(told: History, app: Flask) -> None:
    for number in range(PAGE_ROWS + 3):
        told.receipt(f"x{number}", DA, f"D/X{number}", "s")
    browser = Browser(app)
    browser.log_in(ASSISTANT)
    first, second = (browser.get(f"/registers/diary?page={page}").text for page in (1, 2))
    assert first.count("<tr") - 1 == PAGE_ROWS
    assert second.count("<tr") - 1 == 7
    assert 'rel="next"' in first
    assert 'rel="next"' not in second
    assert len(rows(browser.get("/registers/diary/csv").data)) == PAGE_ROWS + 7
    with told.unit.db.writing():
        told.unit.db.run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<3000) INSERT INTO receipt SELECT"
            " 'c'||i, 'C'||i, title, sender, letter_no, letter_date, received, mode, type, category, vip, reference,"
            " due, section, copy_of, post, diarised_hlc+i, put_in, done_hlc FROM n, receipt WHERE file=?",
            told.ids["x1"],
        )
        told.unit.db.run(
            "INSERT INTO efile (file, life, number, holder, phase, answered, fresh, log_len, log_hash, file_number,"
            " title, post, standing, arrived_hlc, due, unread, state, sort, grading) SELECT r.file, e.life, e.number,"
            " holder, phase, answered, fresh, log_len, log_hash, r.number, e.title, e.post, standing, arrived_hlc,"
            " e.due, unread, state, sort, grading FROM receipt r JOIN efile e ON e.file=? WHERE r.file LIKE 'c%'",
            told.ids["x1"],
        )
    page = browser.get("/registers/diary/pdf", 422).text
    assert 'data-problem="too_many_rows"' in page
    assert "3,000" in page
    assert "3,107" in page
    assert len(rows(browser.get("/registers/diary/csv").data)) == 3107


def test_sheets_in_both_languages(app: Flask, told: History) -> None:
    from appliance.desk.days import today
    from appliance.desk.register_values import Asked
    from appliance.web.names import names
    from appliance.web.register_list import title
    from appliance.web.register_sheets import Terms

    for language, days, shown in (("hi", "दिन", "डायरी पंजी"), ("en", "days", "Diary register")):
        with app.test_request_context("/"):
            g.language = language
            terms = Terms(names(), today(told.unit))
            for key, register in REGISTERS.items():
                sheet, _ = register.pull(told.unit, DA, Asked(state="all"), terms, 100, 0)
                assert sheet.title == title(key) or key == "held"
                assert all(len(row) == len(sheet.columns) for row in sheet.rows)
                assert sheet.table.title == sheet.title
            assert title("diary") == shown
            assert days in str(REGISTERS["pendency"].pull(told.unit, DA, Asked(), terms, 1, 0)[0].columns)


def test_the_rail_leads_to_the_registers(clerk: Browser) -> None:
    assert 'data-verb="registers"' in clerk.get("/inbox").text
    assert 'aria-current="page" data-verb="registers"' in clerk.get("/registers/diary").text
