"""The record: a closed file is put away under its category, looked at when its day has come, weeded by order."""

from __future__ import annotations

from datetime import date

import msgspec

from appliance.desk import reading, rights
from appliance.desk.acting import decide_for, finish, who_of, working_book
from appliance.desk.days import today
from appliance.desk.opening import RETENTIONS, add_papers
from appliance.desk.papers import PaperIn
from appliance.desk.refused import Refused
from appliance.desk.scans import drop_paper
from appliance.desk.values import Actor, InboxRow
from appliance.desk.writing import plain
from appliance.store import weeded
from appliance.store.unit import Unit
from appliance.store.weeding import weed_along
from commons.documents.values import PDF
from protocol import events as ev
from protocol.efile import Verb

REMARKS_CHARS = 1000
YEARS = {"A": 25, "B": 25, "C": 5}
"""After how many years a file is usually looked at again; of C at most 10 are allowed."""
MOST_YEARS_C = 10
LAST_DAY = "9999-12-31"
ORDER_CHARS = 100
ORDER_ROLE = "order"


class RecordRow(msgspec.Struct, frozen=True):
    """A file in the record as its list shows it."""

    row: InboxRow
    retention: str
    review: str  # ISO, "" for none
    due: bool


def usual_review(retention: str, day: date) -> str:
    """The day of the next review that the form offers. Pure."""
    return _in_years(day, YEARS[retention]).isoformat() if retention in YEARS else ""


def put_in_record(unit: Unit, actor: Actor, file: str, *, retention: str, review: str, remarks: str = "") -> None:
    """A closed file goes to the record. Raises Refused, bad_retention, review_missing and review_far for C."""
    said = _checked(unit, retention, review, remarks)
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.RECORD, actor)
        finish(unit, book, book.write(file, ev.Record(retention, review, said), who_of(actor)))


def keep_on(unit: Unit, actor: Actor, file: str, *, review: str, remarks: str = "") -> None:
    """A recorded file was looked at and is kept until the next review. Raises Refused as `put_in_record`."""
    with unit.db.writing():
        book = working_book(unit)
        row = decide_for(book, file, Verb.REVIEW, actor)
        said = _checked(unit, row.state.retention, review, remarks)
        finish(unit, book, book.write(file, ev.Review(review, said), who_of(actor)))


def weed(
    unit: Unit, actor: Actor, file: str, *, order: PaperIn, order_number: str, remarks: str = "", sure: bool = True
) -> None:
    """By a signed order the file's notes, drafts and papers are destroyed: hidden now, gone once the district knows.

    Only a recorded file of category C whose day of review has come, by who holds it. The order joins the file. Raises
    Refused and weed_already, weed_kept, weed_not_c, weed_too_early, weed_no_number, weed_number_long,
    weed_order_not_pdf, weed_unconfirmed; the same order a second time does nothing.
    """
    number, said = plain(order_number), plain(remarks)
    try:
        _check_order(order, number, said, sure=sure)
        with unit.db.writing():
            _weed(unit, actor, file, order, number, said)
    except Refused:
        drop_paper(unit, order.sha256)
        raise


def _check_order(order: PaperIn, number: str, said: str, *, sure: bool) -> None:
    if not sure:
        raise Refused("weed_unconfirmed")
    if not number:
        raise Refused("weed_no_number")
    if len(number) > ORDER_CHARS:
        raise Refused("weed_number_long", limit=ORDER_CHARS)
    if len(said) > REMARKS_CHARS:
        raise Refused("remarks_too_long", limit=REMARKS_CHARS)
    if order.media_type != PDF:
        raise Refused("weed_order_not_pdf")


def _weed(unit: Unit, actor: Actor, file: str, order: PaperIn, number: str, said: str) -> None:
    book = working_book(unit)
    before = weeded.read(unit.db, file)
    if before is not None and (before.paper, before.number) == (order.sha256, number):
        return
    state = decide_for(book, file, Verb.WEED, actor).state
    if before is not None:
        raise Refused("weed_already", number=before.number)
    _check_weeding(state.retention, state.review, today(unit))
    add_papers(book, actor, file, [order], ORDER_ROLE)
    last = book.write(file, ev.Weed(order.sha256, number, said), who_of(actor))
    weed_along(book, file, order.sha256, number)
    finish(unit, book, last)


def _check_weeding(retention: str, review: str, day: date) -> None:
    """Whether the file's category and day of review allow its weeding. Raises Refused. Pure."""
    if retention == "A":
        raise Refused("weed_kept")
    if retention != "C":
        raise Refused("weed_not_c")
    if not review or review > day.isoformat():
        raise Refused("weed_too_early", review=review)


def recorded(unit: Unit, actor: Actor, *, due: bool = False, limit: int = 200) -> list[RecordRow]:
    """Files in the record of this office, those to be looked at first on top."""
    day = today(unit).isoformat()
    rows = unit.db.rows(
        "SELECT c.file, c.retention, c.review FROM cover c INDEXED BY cover_review CROSS JOIN efile e USING (file)"
        " WHERE c.review<>'' AND c.review<=? AND e.standing='recorded' AND e.phase='held' ORDER BY c.review LIMIT ?",
        day if due else LAST_DAY, limit,
    )  # fmt: skip
    if not due:
        rows += unit.db.rows(
            "SELECT c.file, c.retention, c.review FROM efile e INDEXED BY efile_recorded"
            " CROSS JOIN cover c USING (file) WHERE e.standing='recorded' AND e.phase='held' AND c.review='' LIMIT ?",
            limit - len(rows),
        )
    found = []
    for file, retention, review in rows:
        row = reading.row(unit, file)
        seen = rights.veil_row(unit, actor, row) if row is not None else None
        if seen is not None:
            found.append(RecordRow(seen, retention, review, bool(review) and review <= day))
    return found


def _checked(unit: Unit, retention: str, review: str, remarks: str) -> str:
    said = plain(remarks)
    if len(said) > REMARKS_CHARS:
        raise Refused("remarks_too_long", limit=REMARKS_CHARS)
    if retention not in RETENTIONS:
        raise Refused("bad_retention")
    day = today(unit)
    if retention == "C" and not review:
        raise Refused("review_missing")
    if review and review <= day.isoformat():
        raise Refused("review_past")
    if retention == "C" and review > _in_years(day, MOST_YEARS_C).isoformat():
        raise Refused("review_far", limit=MOST_YEARS_C)
    return said


def _in_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
