import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from commons.tables import Column, Kind, Table, csv_bytes, pdf_bytes, xlsx_bytes
from tests.support.pdf import claims_of, facts_of, pages_of, text_of

AT = datetime(2026, 11, 20, 8, 34, tzinfo=UTC)
COLUMNS = (
    Column("n", "क्र.", Kind.NUMBER, 5),
    Column("s", "विषय", Kind.TEXT, 40),
    Column("d", "प्राप्ति", Kind.DATE, 12),
    Column("x", "दिन", Kind.DAYS, 6),
)
ARMED = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "＝1"]


def table(*rows: tuple[object, ...]) -> Table:
    return Table("डायरी पंजी", COLUMNS, rows)  # type: ignore[arg-type]  # of the kinds that the columns say


def test_csv_is_what_a_spreadsheet_in_an_office_opens() -> None:
    made = csv_bytes(table((1, 'हैण्डपम्प, "मोंठ"', date(2026, 11, 12), -3), (2, "", None, None)))
    assert made.startswith(b"\xef\xbb\xbf")
    assert made.count(b"\r\n") == 3
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert rows == [["क्र.", "विषय", "प्राप्ति", "दिन"], ["1", 'हैण्डपम्प, "मोंठ"', "2026-11-12", "-3"], ["2", "", "", ""]]


@pytest.mark.parametrize("text", ARMED)
def test_no_text_of_a_person_is_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(table((1, text, None, 0))).decode("utf-8-sig"), newline="")))
    assert rows[1][1] == "'" + text
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table((1, text, None, 0)), at=AT))).active
    assert sheet is not None
    assert sheet["B2"].data_type == "s"
    assert str(sheet["B2"].value).strip() == text.strip()


def test_xlsx_keeps_the_kinds_of_values_and_a_header_that_stays() -> None:
    made = xlsx_bytes(table((1, "क\x00\x0bख", date(2026, 11, 12), 7), (Decimal("2.5"), "x" * 40_000, AT, None)), at=AT)
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    assert sheet.title == "डायरी पंजी"
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.b
    assert (sheet["A2"].value, sheet["B2"].value, sheet["D2"].value) == (1, "कख", 7)
    assert sheet["C2"].value == datetime(2026, 11, 12)  # noqa: DTZ001  a spreadsheet knows no zones
    assert sheet["C2"].number_format == "dd-mm-yyyy"
    assert sheet["A3"].value == 2.5
    assert len(str(sheet["B3"].value)) == 32_767


@pytest.mark.parametrize("title", ["a/b:c*d[e]?\\", "", "'", "ल" * 60])
def test_any_title_is_a_sheets_name(title: str) -> None:
    made = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(Table(title, COLUMNS, ()), at=AT)))
    assert 1 <= len(made.sheetnames[0]) <= 31


def test_paper_has_the_header_on_each_page_and_page_numbers() -> None:
    rows = [(n, f"हैण्डपम्प मरम्मत के सम्बन्ध में {n}", date(2026, 11, 12), n % 30) for n in range(1, 101)]
    pdf = pdf_bytes(table(*rows), office="विकास खण्ड मोंठ", language="hi", at=AT)
    pages = pages_of(pdf)
    assert pages > 1
    for page in range(1, pages + 1):
        text = text_of(pdf, "-layout", "-f", str(page), "-l", str(page))
        assert "क्र. विषय प्राप्ति दिन" in text
        assert f"पृष्ठ {page} / {pages}" in text
        assert "विकास खण्ड मोंठ · 20-11-2026" in text
    assert all(f"सम्बन्ध में {n} 12-11-2026 {n % 30}" in text_of(pdf, "-layout") for n in (1, 50, 100))
    width, _, height = facts_of(pdf)["Page size"].split()[:3]
    assert float(width) > float(height)
    assert claims_of(pdf)["part"] == "2"


def test_an_empty_register_says_so() -> None:
    assert "There is no entry." in text_of(pdf_bytes(table(), office="x", language="en", at=AT))


def test_a_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="3, 4"):
        table((1, "x", None))
