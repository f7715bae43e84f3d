"""Each register as one pure function from rows to a sheet, which is the screen, the CSV, the XLSX and the PDF.

`Terms` are what it needs of the reader: names of posts and sections, and the day. Sentences are in his language.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from appliance.desk.register_values import (
    DiaryRow,
    FileRow,
    HeldRow,
    IssueRow,
    LentRow,
    MovementRow,
    OutRow,
    ReviewRow,
    SpecialRow,
    Subject,
    days_between,
)
from appliance.web.names import Names
from appliance.web.register_cells import Cell, Meter, Sheet
from appliance.web.register_words import how_word, left_word, mode_word, sort_word, standing_word, type_word
from commons.tables import Column, Kind
from commons.web.showing import DAY_MS, local
from commons.web.words import gettext

LONG_DAYS, TOO_LONG_DAYS, METER_DAYS = 8, 16, 30
"""From when a stay wants attention, is too long, and fills its meter."""
SOON_DAYS = 5


class Terms(msgspec.Struct, frozen=True):
    """The reader's names for things, and today."""

    names: Names
    today: date


def _number(about: Subject) -> Cell:
    return Cell(about.number, f"/files/{about.file}" if about.readable else "")


def _title(about: Subject, title: str | None = None) -> Cell:
    if not about.readable:
        return Cell(gettext("Confidential"), tone="quiet")
    return Cell(about.title if title is None else title)


def _day(ms: int) -> Cell:
    return Cell(local(ms).date() if ms else None)


def _iso(day: str) -> Cell:
    """An ISO day; what is none stays as it was written."""
    try:
        return Cell(date.fromisoformat(day) if day else None)
    except ValueError:
        return Cell(day)


def _post(code: str, terms: Terms) -> Cell:
    if not code:
        return Cell()
    elsewhere = terms.names.is_elsewhere(code)
    return Cell(terms.names.post(code)) if elsewhere else Cell(terms.names.short_post(code))


def meter_of(days: int) -> Meter:
    """How long something has stayed."""
    return Meter(min(days, METER_DAYS), METER_DAYS, LONG_DAYS - 1, TOO_LONG_DAYS - 1)


def _stay(since_ms: int, until: date) -> Cell:
    days = days_between(local(since_ms).date(), until)
    tone = "late" if days >= TOO_LONG_DAYS else ""
    return Cell(days, tone=tone, drawn=meter_of(days))


def _left(due: str, begun: str | None, terms: Terms) -> tuple[Cell, Cell]:
    """The limit, and the days left of it: below 0 when over; drawn as the part of the limit that is used up."""
    try:
        last = date.fromisoformat(due)
    except ValueError:
        return Cell(due or None), Cell()
    left = (last - terms.today).days
    try:
        first = date.fromisoformat(begun) if begun else terms.today
    except ValueError:
        first = terms.today
    top = max((last - first).days, 1)
    used = min(max(top - left, 0), top) * METER_DAYS // top
    if left < 0:
        return Cell(last), Cell(left, tone="late", drawn=meter_of(METER_DAYS), second=left_word(left))
    if left <= SOON_DAYS:
        drawn = Meter(used, METER_DAYS, min(max(used - 1, 1), METER_DAYS - 1), METER_DAYS)
        return Cell(last), Cell(left, tone="soon", drawn=drawn, second=left_word(left))
    return Cell(last), Cell(left, drawn=Meter(used, METER_DAYS, METER_DAYS, METER_DAYS), second=left_word(left))


def _col(key: str, title: str, kind: Kind = Kind.TEXT, width: int = 13) -> Column:
    return Column(key, title, kind, width)


def diary(rows: Sequence[DiaryRow], terms: Terms) -> Sheet:
    """Letters as they were diarised."""
    columns = (
        _col("number", gettext("Diary number"), width=19),
        _col("diarised", gettext("Diarised on"), Kind.DATE),
        _col("received", gettext("Received on"), Kind.DATE),
        _col("title", gettext("Subject"), width=34),
        _col("sender", gettext("Sender"), width=20),
        _col("letter_no", gettext("Letter no."), width=14),
        _col("letter_date", gettext("Letter date"), Kind.DATE),
        _col("mode", gettext("How"), width=9),
        _col("type", gettext("Type"), width=11),
        _col("post", gettext("Where it is"), width=16),
        _col("put_in", gettext("Put in file"), width=24),
        _col("done", gettext("Disposed of on"), Kind.DATE),
    )
    made = tuple(
        (
            _number(row.about), _day(row.diarised_ms), _iso(row.received), _title(row.about), Cell(row.sender),
            Cell(row.letter_no), _iso(row.letter_date), Cell(mode_word(row.mode)), Cell(type_word(row.type)),
            _post(row.post, terms), Cell(row.put_in, f"/files/{row.put_in_file}" if row.put_in_file else ""),
            _day(row.done_ms),
        )
        for row in rows
    )  # fmt: skip
    return Sheet(gettext("Diary register"), columns, made)


def files(rows: Sequence[FileRow], terms: Terms) -> Sheet:
    """Files as they were opened."""
    columns = (
        _col("number", gettext("File number"), width=25),
        _col("opened", gettext("Opened on"), Kind.DATE),
        _col("title", gettext("Subject"), width=40),
        _col("section", gettext("Section"), width=14),
        _col("category", gettext("Category"), width=12),
        _col("opener", gettext("Opened by"), width=16),
        _col("post", gettext("Where it is"), width=16),
        _col("standing", gettext("State"), width=11),
        _col("closed", gettext("Closed on"), Kind.DATE),
    )
    made = tuple(
        (
            _number(row.about), _day(row.opened_ms), _title(row.about), Cell(terms.names.section(row.section)),
            Cell(row.category), _post(row.opener, terms), _post(row.post, terms), Cell(standing_word(row.standing)),
            _day(row.closed_ms),
        )
        for row in rows
    )  # fmt: skip
    return Sheet(gettext("File register"), columns, made)


def movements(rows: Sequence[MovementRow], terms: Terms) -> Sheet:
    """Hand-overs, and how long each took at its desk."""
    columns = (
        _col("sent", gettext("Sent on"), Kind.DATE),
        _col("number", gettext("Number"), width=24),
        _col("sort", gettext("What it is"), width=9),
        _col("title", gettext("Subject"), width=34),
        _col("from", gettext("From"), width=18),
        _col("to", gettext("To"), width=18),
        _col("how", gettext("How"), width=14),
        _col("opened", gettext("Opened on"), Kind.DATE),
        _col("left", gettext("Sent on from there"), Kind.DATE),
        _col("days", gettext("Days there"), Kind.DAYS, 9),
    )
    made = tuple(
        (
            _day(row.sent_ms), _number(row.about), Cell(sort_word(row.about.sort)), _title(row.about),
            _post(row.from_post, terms), _post(row.to_post, terms), Cell(how_word(row.how)), _day(row.opened_ms),
            _day(row.left_ms), _stay(row.sent_ms, local(row.left_ms).date() if row.left_ms else terms.today),
        )
        for row in rows
    )  # fmt: skip
    return Sheet(gettext("Movement register"), columns, made)


def issued(rows: Sequence[IssueRow], terms: Terms) -> Sheet:
    """Issued letters, and whether they have left."""
    columns = (
        _col("number", gettext("Issue number"), width=18),
        _col("issued", gettext("Issued on"), Kind.DATE),
        _col("title", gettext("Subject"), width=34),
        _col("addressee", gettext("To whom"), width=24),
        _col("file", gettext("File"), width=24),
        _col("mode", gettext("How"), width=11),
        _col("dispatched", gettext("Dispatched on"), Kind.DATE),
        _col("waiting", gettext("Days not dispatched"), Kind.DAYS, 10),
    )
    made = []
    for row in rows:
        waiting = Cell() if row.dispatched else _stay(row.issued_ms, terms.today)
        whom = Cell(row.addressee) if row.addressee else _post(row.to_post, terms)
        made.append((
            Cell(row.number), _day(row.issued_ms), _title(row.about, row.title), whom, _number(row.about),
            Cell(mode_word(row.dispatch_mode or row.mode)), _iso(row.dispatched), waiting,
        ))  # fmt: skip
    return Sheet(gettext("Issue register"), columns, tuple(made))


def held(rows: Sequence[HeldRow], terms: Terms, post: str, *, own: bool) -> Sheet:
    """What lies on the desk of a post ("": of all posts), and since when; `own`: it is the reader's."""
    columns = (
        _col("number", gettext("Number"), width=24),
        _col("sort", gettext("What it is"), width=9),
        _col("title", gettext("Subject"), width=40),
        _col("post", gettext("With"), width=16),
        _col("from", gettext("From"), width=16),
        _col("since", gettext("Since"), Kind.DATE),
        _col("days", gettext("Days held"), Kind.DAYS, 9),
        _col("due", gettext("Time limit"), Kind.DATE),
        _col("left", gettext("Days left (− over)"), Kind.DAYS, 9),
    )
    made = tuple(
        (
            _number(row.about), Cell(sort_word(row.about.sort)), _title(row.about), _post(row.post, terms),
            _post(row.from_post, terms), _day(row.since_ms), _stay(row.since_ms, terms.today),
            *_left(row.due, local(row.since_ms).date().isoformat(), terms),
        )
        for row in rows
    )  # fmt: skip
    title = gettext("What I hold and how long")
    if not own:
        title = gettext("With %(post)s, and how long", post=terms.names.post(post)) if post else gettext("On all desks")
    return Sheet(title, columns, made)


def lent(rows: Sequence[LentRow], terms: Terms, post: str, *, own: bool) -> Sheet:
    """What others hold of what a post opened or sent; `own`: it is the reader's."""
    columns = (
        _col("number", gettext("Number"), width=24),
        _col("sort", gettext("What it is"), width=9),
        _col("title", gettext("Subject"), width=40),
        _col("post", gettext("With"), width=22),
        _col("kind", gettext("Where"), width=12),
        _col("since", gettext("Since"), Kind.DATE),
        _col("days", gettext("Days held"), Kind.DAYS, 9),
        _col("due", gettext("Time limit"), Kind.DATE),
        _col("left", gettext("Days left (− over)"), Kind.DAYS, 9),
    )
    places = {"desk": gettext("On the desk"), "line": gettext("On the line"), "paper": gettext("Out on paper")}
    made = tuple(
        (
            _number(row.about), Cell(sort_word(row.about.sort)), _title(row.about), _post(row.post, terms),
            Cell(places.get(row.kind, row.kind)), _day(row.since_ms), _stay(row.since_ms, terms.today),
            *_left(row.due, local(row.since_ms).date().isoformat(), terms),
        )
        for row in rows
    )  # fmt: skip
    title = gettext("What others hold of mine")
    if not own:
        title = gettext("What others hold of %(post)s", post=terms.names.post(post))
    return Sheet(title, columns, made)


def special(rows: Sequence[SpecialRow], terms: Terms, kind: str) -> Sheet:
    """Court cases, RTI, letters of MP/MLA and VIP, or grievances, with their limits."""
    titles = {
        "court": gettext("Court cases"),
        "rti": gettext("RTI applications"),
        "vip": gettext("MP/MLA and VIP letters"),
        "grievance": gettext("Grievance portal references"),
    }
    references = {
        "court": gettext("Case number"),
        "rti": gettext("Application number"),
        "vip": gettext("Reference"),
        "grievance": gettext("Portal number"),
    }
    columns = (
        _col("number", gettext("Diary number"), width=19),
        _col("received", gettext("Received on"), Kind.DATE),
        _col("reference", references[kind], width=16),
        *([_col("vip", gettext("MP/MLA or VIP"), width=16)] if kind == "vip" else []),
        _col("title", gettext("Subject"), width=34),
        _col("sender", gettext("Sender"), width=18),
        _col("post", gettext("Where it is"), width=16),
        _col("put_in", gettext("Put in file"), width=24),
        _col("due", gettext("Time limit"), Kind.DATE),
        _col("left", gettext("Days left (− over)"), Kind.DAYS, 9),
        _col("settled", gettext("Settled on"), Kind.DATE),
    )
    made = []
    for row in rows:
        due, left = _left(row.due, row.received, terms)
        if row.settled_ms:
            left = Cell()
        elif not row.due:
            due = Cell(None, tone="soon", second=gettext("no limit was set"))
        vip = (Cell(row.vip),) if kind == "vip" else ()
        made.append((
            _number(row.about), _iso(row.received), Cell(row.reference), *vip, _title(row.about), Cell(row.sender),
            _post(row.post, terms), Cell(row.put_in), due, left, _day(row.settled_ms),
        ))  # fmt: skip
    return Sheet(titles[kind], columns, tuple(made))


def out_on_paper(rows: Sequence[OutRow], terms: Terms) -> Sheet:
    """Files whose printed package is with an office that has no Patravali."""
    columns = (
        _col("number", gettext("File number"), width=25),
        _col("title", gettext("Subject"), width=36),
        _col("to", gettext("Out with"), width=24),
        _col("slip", gettext("Slip number"), width=18),
        _col("post", gettext("Sent by"), width=16),
        _col("out", gettext("Out since"), Kind.DATE),
        _col("days", gettext("Days out"), Kind.DAYS, 9),
        _col("due", gettext("Expected back by"), Kind.DATE),
        _col("left", gettext("Days left (− over)"), Kind.DAYS, 9),
    )
    made = tuple(
        (
            _number(row.about), _title(row.about), Cell(row.to), Cell(row.slip), _post(row.post, terms),
            _day(row.out_ms), _stay(row.out_ms, terms.today),
            *_left(row.due, local(row.out_ms).date().isoformat(), terms),
        )
        for row in rows
    )  # fmt: skip
    return Sheet(gettext("Files out on paper"), columns, made)


def reviews(rows: Sequence[ReviewRow], terms: Terms) -> Sheet:
    """Recorded files by the day of their review."""
    columns = (
        _col("number", gettext("File number"), width=25),
        _col("title", gettext("Subject"), width=44),
        _col("retention", gettext("Retention"), width=10),
        _col("post", gettext("Where it is"), width=16),
        _col("recorded", gettext("In record since"), Kind.DATE),
        _col("review", gettext("Review due on"), Kind.DATE),
        _col("left", gettext("Days left (− over)"), Kind.DAYS, 9),
    )
    made = []
    for row in rows:
        begun = local(row.recorded_ms or terms_ms(terms)).date().isoformat()
        made.append((
            _number(row.about), _title(row.about), Cell(row.retention), _post(row.post, terms), _day(row.recorded_ms),
            *_left(row.review, begun, terms),
        ))  # fmt: skip
    return Sheet(gettext("Files in record due for review"), columns, tuple(made))


def terms_ms(terms: Terms) -> int:
    """The beginning of the day, near enough for a calendar day."""
    return (terms.today - date(1970, 1, 1)).days * DAY_MS
