"""What a person sees of receipts: lists, the page of one, likely doubles, files that one can be put in."""

from __future__ import annotations

import msgspec

from appliance.desk.days import today
from appliance.desk.receipts import diary_entry
from appliance.desk.rights import READ_BY, may_read, require_read
from appliance.desk.values import Actor
from appliance.store.book import read_file
from appliance.store.unit import Unit
from commons.database import Row
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import FileState, Sort, Standing

_states = msgspec.msgpack.Decoder(FileState)

WHICH = ("open", "today", "all")


class ReceiptRow(msgspec.Struct, frozen=True):
    """One receipt in a list. Days are ISO or empty; `put_in` is the number of the file that it was put in."""

    file: str
    number: str
    title: str
    language: str
    sender: str
    letter_no: str
    letter_date: str
    received: str
    type: str
    due: str
    done: bool
    put_in: str
    priority: int
    grading: str
    post: str
    holder: str  # node


class Known(msgspec.Struct, frozen=True):
    """Another receipt that this one may be the same as, or a copy of it."""

    file: str
    number: str
    received: str


class FileChoice(msgspec.Struct, frozen=True):
    """A file on the desk that a receipt can be put in."""

    file: str
    number: str
    title: str
    language: str


class Answer(msgspec.Struct, frozen=True):
    """An issued letter in answer to a receipt. `dispatched` ISO, "" while it is not."""

    draft: int
    number: str
    issued_ms: int
    dispatched: str


class ReceiptPage(msgspec.Struct, frozen=True):
    """What the page of a receipt shows beside what every file's page does."""

    entry: ev.Diarise | None  # None: a letter of another office that is not diarised yet
    letter: ev.Letter | None
    put_in: FileChoice | None
    copy_of: Known | None
    copies: list[Known]
    doubles: list[Known]
    files: list[FileChoice]
    has_more_files: bool
    diarised_post: str
    diarised_ms: int
    answers: list[Answer]


_ROW = (
    "SELECT r.file, r.number, r.title, r.sender, r.letter_no, r.letter_date, r.received, r.type, r.due, r.done_hlc,"
    " r.put_in, efile.post, efile.holder, efile.state, efile.grading FROM receipt r JOIN efile ON efile.file=r.file"
)
FILES_SHOWN = 12


def receipts(unit: Unit, actor: Actor, which: str, words: str = "", *, limit: int = 200) -> list[ReceiptRow]:
    """Receipts that the actor may read, newest first; `words` of number, sender, letter number, subject."""
    where, values = READ_BY, list[object]([actor.post, actor.post])
    if which == "open":
        where += " AND r.done_hlc=0"
    if which == "today":
        where += " AND r.received=?"
        values.append(today(unit).isoformat())
    for word in words.split()[:6]:
        like = f"%{_escaped(word)}%"
        where += " AND (" + " OR ".join(f"r.{name} LIKE ? ESCAPE '\\'" for name in _SEARCHED) + ")"
        values += [like] * len(_SEARCHED)
    rows = unit.db.rows(f"{_ROW} WHERE {where} ORDER BY r.diarised_hlc DESC LIMIT ?", *values, limit)
    return [_receipt_row(unit, row) for row in rows]


_SEARCHED = ("number", "sender", "letter_no", "title", "reference")


def count_open(unit: Unit) -> int:
    """Receipts of this office that are not disposed of."""
    return unit.db.value("SELECT count(*) FROM receipt WHERE done_hlc=0") or 0


def receipt_page(unit: Unit, actor: Actor, file: str, words: str = "") -> ReceiptPage | None:
    """The receipt, for who may read it; None when the subject is none. Raises Refused no_such_file, graded."""
    found = unit.db.row("SELECT sort, standing, post FROM efile WHERE file=?", file)
    if found is None or found[0] not in (Sort.RECEIPT, Sort.LETTER):
        return None
    require_read(unit, actor, file)
    entry = diary_entry(unit, file)
    letter = _letter(unit, file)
    put_in, post, hlc = unit.db.row("SELECT put_in, post, diarised_hlc FROM receipt WHERE file=?", file) or ("", "", 0)
    may_put = found == (Sort.RECEIPT, Standing.DESK, actor.post)
    choices = files_on_desk(unit, actor.post, words, limit=FILES_SHOWN + 1) if may_put else []
    return ReceiptPage(
        entry,
        letter,
        _file_choice(unit, put_in) if put_in else None,
        _known(unit, entry.copy_of) if entry is not None and entry.copy_of else None,
        [
            _known_of(row)
            for row in unit.db.rows(f"{_KNOWN} WHERE copy_of=? AND copy_of<>'' ORDER BY diarised_hlc", file)
        ],
        doubles(unit, entry.sender, entry.letter_no, entry.letter_date, file) if entry is not None else [],
        choices[:FILES_SHOWN],
        len(choices) > FILES_SHOWN,
        post,
        hlc_ms(hlc),
        _answers(unit, file, put_in) if put_in and may_read(unit, actor, put_in) else [],
    )


def _answers(unit: Unit, receipt: str, file: str) -> list[Answer]:
    rows = unit.db.rows(
        "SELECT draft, number, issued_hlc, dispatched FROM draft WHERE file=? AND receipt=? AND issued_hlc>0"
        " ORDER BY issued_hlc",
        file,
        receipt,
    )
    return [Answer(draft, number, hlc_ms(issued), dispatched) for draft, number, issued, dispatched in rows]


_KNOWN = "SELECT file, number, received FROM receipt"


def doubles(unit: Unit, sender: str, letter_no: str, letter_date: str, but: str = "") -> list[Known]:
    """Receipts with the same sender, letter number and date, newest first; copies do not count."""
    if not letter_no.strip() or not sender.strip():
        return []
    rows = unit.db.rows(
        f"{_KNOWN} WHERE letter_no=? AND sender=? AND letter_date=? AND file<>? AND copy_of='' AND file NOT IN"
        " (SELECT copy_of FROM receipt WHERE file=?) ORDER BY diarised_hlc DESC LIMIT 5",
        letter_no.strip(), sender.strip(), letter_date, but, but,
    )  # fmt: skip
    return [_known_of(row) for row in rows]


def senders(unit: Unit, limit: int = 60) -> list[str]:
    """Senders of the latest receipts of this office that are not graded, for the form to offer."""
    rows = unit.db.rows(
        "SELECT r.sender FROM receipt r CROSS JOIN efile e ON e.file=r.file WHERE e.grading='normal'"
        " ORDER BY r.diarised_hlc DESC LIMIT 400"
    )
    return list(dict.fromkeys(str(sender) for (sender,) in rows))[:limit]


def files_on_desk(unit: Unit, post: str, words: str = "", *, limit: int = FILES_SHOWN) -> list[FileChoice]:
    """Files on the desk of a post by words of number or subject, last arrived first."""
    where, values = "", list[object]([post])
    for word in words.split()[:6]:
        where += " AND (title LIKE ? ESCAPE '\\' OR file_number LIKE ? ESCAPE '\\')"
        values += [f"%{_escaped(word)}%"] * 2
    rows = unit.db.rows(
        "SELECT file FROM efile WHERE post=? AND phase='held' AND standing='desk' AND sort='file'"
        f"{where} ORDER BY arrived_hlc DESC LIMIT ?",
        *values,
        limit,
    )
    return [choice for (file,) in rows if (choice := _file_choice(unit, file)) is not None]


def _letter(unit: Unit, file: str) -> ev.Letter | None:
    row = unit.db.row("SELECT kind, body FROM event WHERE subject=? AND kind='letter' AND pos IS NOT NULL", file)
    body = None if row is None else ev.decode_body(row[0], bytes(row[1]))
    return body if isinstance(body, ev.Letter) else None


def known(unit: Unit, actor: Actor, file: str) -> Known | None:
    """A receipt by its id, for who may read it; else None."""
    return _known(unit, file) if may_read(unit, actor, file) else None


def _known(unit: Unit, file: str) -> Known | None:
    row = unit.db.row(f"{_KNOWN} WHERE file=?", file)
    return None if row is None else _known_of(row)


def _known_of(row: Row) -> Known:
    file, number, received = row
    return Known(file, number, received)


def _file_choice(unit: Unit, file: str) -> FileChoice | None:
    row = read_file(unit.db, file)
    return None if row is None else FileChoice(file, row.state.number, row.state.title, row.state.language)


def _receipt_row(unit: Unit, row: Row) -> ReceiptRow:
    file, number, title, sender, letter_no, letter_date, received, kind, due, done, put_in, post, holder, *more = row
    raw, grading = more
    state = _states.decode(raw)
    target = unit.db.value("SELECT file_number FROM efile WHERE file=?", put_in) if put_in else ""
    return ReceiptRow(
        file, number, title, state.language, sender, letter_no, letter_date, received, kind, due, bool(done),
        target or "", state.priority, grading, post, holder,
    )  # fmt: skip


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
