"""A register as values, and its three forms for other programs and for paper: CSV, XLSX, PDF."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

import msgspec
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from commons.typeset import typeset

Value = str | int | float | Decimal | date | None

CELL_LETTERS: Final = 32_767
"""What a cell of a spreadsheet holds at most (ECMA-376)."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters by which a spreadsheet takes a text for a formula (OWASP, CSV injection)."""
_NOT_IN_A_TAB: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DAYS = "days"  # a whole number of days


class Column(msgspec.Struct, frozen=True):
    """One column; `width` is its share of the page and about the letters it shows in a spreadsheet."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    width: int = 12


class Table(msgspec.Struct, frozen=True):
    """Titles and rows in the reader's language; every row has one value a column, None where there is none.

    Raises ValueError when a row has another length.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    def __post_init__(self) -> None:
        """Rows that do not fit are a fault of the caller, found here and not on paper."""
        for place, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(place, len(row), len(self.columns))


def csv_bytes(table: Table) -> bytes:
    """UTF-8 with BOM, CRLF, header row; dates as 2026-11-20; a text that looks like a formula begins with '."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_unarmed(column.title) for column in table.columns])
    for row in table.rows:
        writer.writerow([_unarmed(value) if isinstance(value, str) else _plain(value) for value in row])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def xlsx_bytes(table: Table, *, at: datetime) -> bytes:
    """A sheet with a header that stays; numbers and dates are numbers and dates, texts are texts, never formulas."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    book.properties.title = _legal(table.title)
    sheet = book.create_sheet(_NOT_IN_A_TAB.sub(" ", table.title).strip(" '")[:31] or "1")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width + 2
    if table.columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"

    def text(value: str) -> Cell:
        cell = WriteOnlyCell(sheet, value="")
        cell.value = _legal(value)
        cell.data_type = "s"
        return cell

    def head(column: Column) -> Cell:
        cell = text(column.title)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell

    def body(value: Value) -> Cell | None:
        if value is None:
            return None
        if isinstance(value, str):
            return text(value)
        cell = WriteOnlyCell(sheet)
        cell.value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        if isinstance(value, date):
            cell.number_format = "dd-mm-yyyy hh:mm" if isinstance(value, datetime) else "dd-mm-yyyy"
        return cell

    sheet.append([head(column) for column in table.columns])
    for row in table.rows:
        sheet.append([body(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Page(msgspec.Struct, frozen=True):
    language: str
    office: str
    at: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def pdf_bytes(table: Table, *, office: str, language: Literal["hi", "en"], at: datetime) -> bytes:
    """A4 on its side, header row on each page, page x of y, office and time. Raises TypesetError."""
    rows = tuple(tuple(_shown(value) for value in row) for row in table.rows)
    page = _Page(language, office, at.strftime("%d-%m-%Y, %H:%M"), table.title, table.columns, rows)
    return typeset("register", page, at=at)


def _unarmed(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(value: Value) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _legal(text: str) -> str:
    kept = ILLEGAL_CHARACTERS_RE.sub("", text).encode("utf-8", errors="replace").decode()
    return kept[:CELL_LETTERS]


def _shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%d-%m-%Y, %H:%M")
    return value.strftime("%d-%m-%Y") if isinstance(value, date) else str(value)
