"""Reads the office's registers, each as its reader may see it. Nothing here writes.

A row of a graded subject keeps its number and place for who is outside its chain; of a secret one there is none, and it
is not counted (`rights`).
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import NamedTuple

from appliance.desk import rights
from appliance.desk.days import end_of_day_ms, start_of_day_ms, today
from appliance.desk.register_values import (
    BUCKETS,
    Asked,
    DiaryRow,
    FileRow,
    Found,
    HeldRow,
    IssueRow,
    LentRow,
    MovementRow,
    OutRow,
    ReviewRow,
    SpecialRow,
    Subject,
)
from appliance.desk.values import Actor
from appliance.store.book import decode_state
from appliance.store.unit import Unit
from commons.database import Row
from protocol.clock import hlc_ms

_ABOUT = f"efile.file, efile.file_number, efile.title, efile.sort, ({rights.READ_BY})"
_ABOUT_COLUMNS = 5
ON_DESK = "efile.phase='held' AND efile.standing IN ('tray','desk') AND efile.sort<>'proposal'"
WORDS = 6


class _Ask:
    """Conditions of one question with their values, in order."""

    def __init__(self, actor: Actor) -> None:
        self.me = (actor.post, actor.post)
        self.where: list[str] = []
        self.values: list[object] = []

    def that(self, condition: str, *values: object) -> _Ask:
        self.where.append(condition)
        self.values += values
        return self

    def between(self, column: str, asked: Asked) -> _Ask:
        """A column of clock values within the days asked for."""
        if asked.since:
            self.that(f"{column}>=?", start_of_day_ms(asked.since) << 16)
        if asked.until:
            self.that(f"{column}<?", end_of_day_ms(asked.until) << 16)
        return self

    def equal(self, column: str, value: str) -> _Ask:
        return self.that(f"{column}=?", value) if value else self

    def words(self, asked: Asked, number: str, *texts: str) -> _Ask:
        """Each word in the number, or, for who may read it, in a text."""
        for word in asked.words.split()[:WORDS]:
            like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            inside = " OR ".join(f"{text} LIKE ? ESCAPE '\\'" for text in texts)
            self.that(
                f"({number} LIKE ? ESCAPE '\\' OR ({rights.READ_BY} AND ({inside})))",
                like, *self.me, *[like] * len(texts),
            )  # fmt: skip
        return self


HIDDEN = (
    "SELECT file FROM efile WHERE grading='secret' AND NOT EXISTS (SELECT 1 FROM stay s WHERE s.file=efile.file AND"
    " ((s.post=? AND (s.opened_hlc IS NOT NULL OR s.to_hlc IS NULL)) OR s.from_post=?))"
)
"""What `rights.SEEN_BY` leaves out for a post (given twice), once for a whole question instead of once a row."""


class _Read(NamedTuple):
    """`own`: the register's own table, whose `key` is the subject; its rows are counted without any other."""

    columns: str
    own: str
    key: str
    order: str
    more: str = ""  # joined for its columns alone

    @property
    def tables(self) -> str:
        """With the subjects."""
        return self.own if self.own == "efile" else f"{self.own} CROSS JOIN efile ON efile.file={self.key}{self.more}"


def _found(unit: Unit, ask: _Ask, read: _Read, limit: int, offset: int, *more: object) -> tuple[list[Row], int]:
    """Rows from `offset` on and the count of all; `more` are values that the columns need."""
    counted = read.tables if any("efile." in condition for condition in ask.where) else read.own
    where = " AND ".join([f"{read.key} NOT IN ({HIDDEN})", *ask.where])
    values = [*ask.me, *ask.values]
    total = unit.db.value(f"SELECT count(*) FROM {counted} WHERE {where}", *values) or 0
    rows = unit.db.rows(
        f"SELECT {_ABOUT}, {read.columns} FROM {read.tables} WHERE {where} ORDER BY {read.order} LIMIT ? OFFSET ?",
        *ask.me, *more, *values, limit, offset,
    )  # fmt: skip
    return rows, total


def _about(row: Row) -> tuple[Subject, Row]:
    file, number, title, sort, readable = row[:_ABOUT_COLUMNS]
    may = bool(readable)
    return Subject(file, number, title if may else "", sort, may), row[_ABOUT_COLUMNS:]


def _veil(about: Subject, *texts: str) -> tuple[str, ...]:
    return texts if about.readable else ("",) * len(texts)


_PUT_IN = f"SELECT file_number FROM efile WHERE file=r.put_in AND {rights.SEEN_BY}"
_PUT_IN_FILE = f"SELECT file FROM efile WHERE file=r.put_in AND {rights.READ_BY}"
_PUT_IN_POST = f"SELECT post FROM efile WHERE file=r.put_in AND {rights.SEEN_BY}"


def diary(unit: Unit, actor: Actor, asked: Asked, limit: int, offset: int = 0) -> Found[DiaryRow]:
    """The diary: letters as they were entered, newest first."""
    ask = _Ask(actor).between("r.diarised_hlc", asked).equal("r.section", asked.section)
    ask.equal("efile.post", asked.post).words(asked, "r.number", "r.title", "r.sender", "r.letter_no", "r.reference")
    columns = (
        "r.number, r.diarised_hlc, r.received, r.sender, r.letter_no, r.letter_date, r.mode, r.type,"
        f" coalesce(({_PUT_IN}), ''), coalesce(({_PUT_IN_FILE}), ''), efile.post, r.done_hlc"
    )
    read = _Read(columns, "receipt r", "r.file", "r.diarised_hlc DESC, r.file")
    rows, total = _found(unit, ask, read, limit, offset, *ask.me, *ask.me)
    return Found([_diary_row(row) for row in rows], total)


def _diary_row(row: Row) -> DiaryRow:
    about, (number, at, received, sender, no, day, mode, kind, put_in, put_file, post, done) = _about(row)
    about = Subject(about.file, number, about.title, about.sort, about.readable)
    sender, no, day, put_in, put_file = _veil(about, sender, no, day, put_in, put_file)
    return DiaryRow(
        about, hlc_ms(at), received, sender, no, day, mode, kind, put_in, put_file, post, hlc_ms(done)
    )  # fmt: skip


def files(unit: Unit, actor: Actor, asked: Asked, limit: int, offset: int = 0) -> Found[FileRow]:
    """Files as they were opened, newest first."""
    ask = _Ask(actor).between("c.opened_hlc", asked).equal("c.section", asked.section)
    ask.equal("efile.post", asked.post).words(asked, "efile.file_number", "efile.title", "c.category")
    columns = (
        "c.opened_hlc, c.section, c.category, c.post, efile.post,"
        " CASE WHEN efile.phase='held' THEN efile.standing ELSE efile.phase END, c.closed_hlc"
    )
    read = _Read(columns, "cover c", "c.file", "c.opened_hlc DESC, c.file")
    rows, total = _found(unit, ask, read, limit, offset)
    return Found([_file_row(row) for row in rows], total)


def _file_row(row: Row) -> FileRow:
    about, (opened, section, category, opener, post, standing, closed) = _about(row)
    (category,) = _veil(about, category)
    return FileRow(about, hlc_ms(opened), section, category, opener, post, standing, hlc_ms(closed))


_OPENED_AFTER_LINE = (
    " LEFT JOIN stay d ON t.kind='line' AND d.file=t.file AND d.n=t.n+1 AND d.kind='desk' AND d.from_post=t.from_post"
)
_IS_MOVE = (
    "t.how NOT IN ('open','reopen','out_paper') AND t.sort<>'proposal' AND NOT (t.kind='desk' AND t.from_post<>''"
    " AND EXISTS (SELECT 1 FROM stay b WHERE b.file=t.file AND b.n=t.n-1 AND b.kind='line'"
    " AND b.from_post=t.from_post))"
)
"""What came over the line is one hand-over, though it stood on the line and then on a desk."""


def movements(unit: Unit, actor: Actor, asked: Asked, limit: int, offset: int = 0) -> Found[MovementRow]:
    """Hand-overs of files, receipts and opinions, newest first."""
    ask = _Ask(actor).that(_IS_MOVE).between("t.from_hlc", asked).equal("t.sort", asked.sort)
    if asked.post:
        ask.that("(t.post=? OR t.from_post=?)", asked.post, asked.post)
    _of_section(unit, ask, "t.post", asked)
    ask.words(asked, "efile.file_number", "efile.title")
    columns = (
        "t.from_hlc, t.from_post, t.post, t.how, coalesce(d.opened_hlc, t.opened_hlc, 0),"
        " coalesce(CASE WHEN t.kind='line' THEN d.to_hlc ELSE t.to_hlc END, 0)"
    )
    read = _Read(columns, "stay t", "t.file", "t.from_hlc DESC, t.file", _OPENED_AFTER_LINE)
    rows, total = _found(unit, ask, read, limit, offset)
    return Found([_movement_row(row) for row in rows], total)


def _movement_row(row: Row) -> MovementRow:
    about, (sent, from_post, to_post, how, opened, left) = _about(row)
    from_post, how = _veil(about, from_post, how)
    return MovementRow(about, hlc_ms(sent), from_post, to_post, how, hlc_ms(opened), hlc_ms(left))


def issued(unit: Unit, actor: Actor, asked: Asked, limit: int, offset: int = 0) -> Found[IssueRow]:
    """Letters that got an issue number, newest first."""
    ask = _Ask(actor).that("+d.issued_hlc>0").between("d.issued_hlc", asked).equal("d.post", asked.post)
    if asked.section:
        ask.that("EXISTS (SELECT 1 FROM cover c WHERE c.file=d.file AND c.section=?)", asked.section)
    ask.words(asked, "d.number", "d.title", "d.addressee", "efile.file_number")
    columns = "d.number, d.title, d.issued_hlc, d.addressee, d.to_post, d.mode, d.dispatched, d.dispatch_mode"
    read = _Read(columns, "draft d", "d.file", "d.issued_hlc DESC, d.number")
    rows, total = _found(unit, ask, read, limit, offset)
    return Found([_issue_row(row) for row in rows], total)


def _issue_row(row: Row) -> IssueRow:
    about, (number, title, at, addressee, to_post, mode, dispatched, how) = _about(row)
    title, addressee, to_post = _veil(about, title, addressee.partition("\n")[0], to_post)
    return IssueRow(about, number, title, hlc_ms(at), addressee, to_post, mode, dispatched, how)


def held(unit: Unit, actor: Actor, asked: Asked, limit: int, offset: int = 0) -> Found[HeldRow]:
    """What lies on the desk of a post (or on all desks), longest first."""
    ask = _Ask(actor).that(ON_DESK).equal("efile.sort", asked.sort)
    if asked.post:
        ask.equal("efile.post", asked.post)
    else:
        ask.that(f"efile.post IN ({POSTS_HERE})")
    _of_section(unit, ask, "efile.post", asked)
    if asked.bucket:
        _of_age(unit, ask, asked.bucket)
    ask.words(asked, "efile.file_number", "efile.title")
    columns = "efile.post, efile.arrived_hlc, efile.due, efile.unread, efile.state"
    rows, total = _found(
        unit, ask, _Read(columns, "efile", "efile.file", "efile.arrived_hlc, efile.file"), limit, offset
    )
    return Found([_held_row(row) for row in rows], total)


POSTS_HERE = (
    "WITH RECURSIVE known(post) AS (SELECT min(post) FROM efile UNION ALL"
    " SELECT (SELECT min(post) FROM efile WHERE efile.post>known.post) FROM known WHERE known.post IS NOT NULL)"
    " SELECT post FROM known WHERE post<>''"
)
"""Every post with which something is or was, one step in the index each."""


def _held_row(row: Row) -> HeldRow:
    about, (post, since, due, unread, state) = _about(row)
    from_post, due = _veil(about, decode_state(bytes(state)).from_post, due)
    return HeldRow(about, post, from_post, hlc_ms(since), due, bool(unread))


def _of_section(unit: Unit, ask: _Ask, column: str, asked: Asked) -> None:
    """Posts of a section, by the directory."""
    if not asked.section:
        return
    posts = [post.code for post in unit.directory().directory.posts if post.section == asked.section]
    ask.that(f"{column} IN (SELECT value FROM json_each(?))", json.dumps(posts))


def _of_age(unit: Unit, ask: _Ask, bucket: str) -> None:
    first, last = BUCKETS[int(bucket)]
    ask.that("efile.arrived_hlc<?", before_days(unit, first))
    if last is not None:
        ask.that("efile.arrived_hlc>=?", before_days(unit, last + 1))


def before_days(unit: Unit, days: int) -> int:
    """The clock value at which the day ended that lies so many days back: below it is that old or older."""
    return end_of_day_ms((today(unit) - timedelta(days=days)).isoformat()) << 16


def lent(unit: Unit, actor: Actor, asked: Asked, limit: int, offset: int = 0) -> Found[LentRow]:
    """What a post (the actor's own) opened or sent and others have now, longest first."""
    mine = asked.post or actor.post
    ask = _Ask(actor).that("t.to_hlc IS NULL AND t.post<>?", mine).that("t.sort<>'proposal'")
    ask.that(
        "EXISTS (SELECT 1 FROM stay x WHERE x.file=t.file AND (x.from_post=? OR (x.n=1 AND x.post=?)))", mine, mine
    )
    ask.equal("t.sort", asked.sort).words(asked, "efile.file_number", "efile.title")
    columns = "t.post, t.kind, t.from_hlc, t.due"
    read = _Read(columns, "stay t INDEXED BY stay_open", "t.file", "t.from_hlc, t.file")
    rows, total = _found(unit, ask, read, limit, offset)
    return Found([_lent_row(row) for row in rows], total)


def _lent_row(row: Row) -> LentRow:
    about, (post, kind, since, due) = _about(row)
    (due,) = _veil(about, due)
    return LentRow(about, post, kind, hlc_ms(since), due)


SETTLED = (
    "CASE WHEN r.done_hlc=0 THEN 0 WHEN r.put_in='' THEN r.done_hlc ELSE coalesce("
    "(SELECT min(a.issued_hlc) FROM draft a WHERE a.file=r.put_in AND a.receipt=r.file AND a.issued_hlc>0),"
    " (SELECT c.closed_hlc FROM cover c WHERE c.file=r.put_in), 0) END"
)
"""When the matter of a receipt was settled: closed, answered by an issued letter, or its file closed."""


def special(unit: Unit, actor: Actor, kind: str, asked: Asked, limit: int, offset: int = 0) -> Found[SpecialRow]:
    """Receipts of a type of `SPECIAL`, the least left of their limit first; a copy is not counted a second time."""
    ask = _Ask(actor).that("r.type=? AND r.copy_of=''", kind)
    if asked.state == "pending":
        ask.that(f"({SETTLED})=0")
    elif asked.state == "settled":
        ask.that(f"({SETTLED})>0")
    ask.between("r.diarised_hlc", asked).equal("r.section", asked.section)
    ask.words(asked, "r.number", "r.title", "r.sender", "r.reference", "r.vip")
    if asked.post:
        ask.that(f"coalesce(({_PUT_IN_POST}), efile.post)=?", *ask.me, asked.post)
    columns = (
        f"r.number, r.received, r.sender, r.reference, r.vip, r.due, coalesce(({_PUT_IN_POST}), efile.post),"
        f" coalesce(({_PUT_IN}), ''), {SETTLED}"
    )
    order = f"({SETTLED})>0, r.due='', r.due, r.diarised_hlc"
    read = _Read(columns, "receipt r", "r.file", order)
    rows, total = _found(unit, ask, read, limit, offset, *ask.me, *ask.me)
    return Found([_special_row(row) for row in rows], total)


def _special_row(row: Row) -> SpecialRow:
    about, (number, received, sender, reference, vip, due, post, put_in, settled) = _about(row)
    about = Subject(about.file, number, about.title, about.sort, about.readable)
    sender, reference, vip, put_in = _veil(about, sender, reference, vip, put_in)
    return SpecialRow(about, received, sender, reference, vip, due, post, put_in, hlc_ms(settled))


def out_on_paper(unit: Unit, actor: Actor, asked: Asked, limit: int, offset: int = 0) -> Found[OutRow]:
    """Files out on paper, the least left of their limit first, then the longest out."""
    ask = _Ask(actor).that("c.out_hlc>0 AND efile.standing='out' AND efile.phase='held'")
    ask.equal("c.section", asked.section).equal("efile.post", asked.post)
    ask.words(asked, "efile.file_number", "efile.title", "c.slip")
    read = _Read(
        "c.slip, c.out_hlc, efile.due, efile.post, efile.state",
        "cover c", "c.file", "efile.due='', efile.due, c.out_hlc",
    )  # fmt: skip
    rows, total = _found(unit, ask, read, limit, offset)
    return Found([_out_row(row) for row in rows], total)


def _out_row(row: Row) -> OutRow:
    about, (slip, out, due, post, state) = _about(row)
    (to,) = _veil(about, decode_state(bytes(state)).out_to)
    return OutRow(about, slip, to, hlc_ms(out), due, post)


def reviews(unit: Unit, actor: Actor, asked: Asked, limit: int, offset: int = 0) -> Found[ReviewRow]:
    """Recorded files whose review falls due by the last day asked for, the longest overdue first."""
    ask = _Ask(actor).that("c.review<>'' AND efile.standing='recorded' AND efile.phase='held'")
    if asked.until:
        ask.that("c.review<=?", asked.until)
    ask.equal("c.section", asked.section).equal("efile.post", asked.post)
    ask.words(asked, "efile.file_number", "efile.title")
    read = _Read(
        "c.retention, c.recorded_hlc, c.review, efile.post",
        "cover c", "c.file", "c.review, c.file",
    )  # fmt: skip
    rows, total = _found(unit, ask, read, limit, offset)
    return Found([_review_row(row) for row in rows], total)


def _review_row(row: Row) -> ReviewRow:
    about, (retention, recorded, review, post) = _about(row)
    return ReviewRow(about, retention, hlc_ms(recorded), review, post)
