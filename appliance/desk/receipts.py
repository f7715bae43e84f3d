"""What a person can do with a receipt: diarise, copy, put in a file, attach its scan. All else is as with files."""

from __future__ import annotations

from msgspec.structs import replace

from appliance.desk.acting import decide_for, finish, row_of, who_of, working_book
from appliance.desk.days import today
from appliance.desk.file_log import log_of
from appliance.desk.numbers import DIARY, next_in_series
from appliance.desk.papers import PaperIn
from appliance.desk.receipt_kinds import kinds
from appliance.desk.receipt_rules import LetterIn, checked
from appliance.desk.refused import Refused
from appliance.desk.rights import require_read
from appliance.desk.scans import scan_of, use_scan
from appliance.desk.values import Actor
from appliance.store.book import Book
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import Sort, Verb
from protocol.words import EventId

STEPPED_BACK_MS = 10 * 60 * 1000
"""A clock that stands this far before the office's last entry has lost its battery."""


def is_clock_trusted(unit: Unit) -> bool:
    """Whether the machine's day can be held against a person's: its clock does not stand before its own past."""
    known = unit.db.value("SELECT hlc FROM node") or 0
    return unit.clock.now_ms() + STEPPED_BACK_MS >= hlc_ms(known)


def new_token(unit: Unit) -> str:
    """For one form: however often it is sent, one entry comes of it."""
    return unit.random_bytes(12).hex()


def diarise(unit: Unit, actor: Actor, letter: LetterIn, *, token: str = "", scan: str = "", arrived: str = "") -> str:
    """A letter gets the next diary number of the office, with its scan; the receipt's id.

    A second call with the same `token` gives the first one's receipt. `arrived` is the letter of another office of the
    district that is diarised here. Raises Refused, also no_such_scan, scan_used (values: receipt).
    """
    with unit.db.writing():
        book = working_book(unit)
        before = _saved(unit, actor, token)
        if before:
            return before
        trusted = is_clock_trusted(unit)
        clean = checked(letter, today(unit), clock_ok=trusted)
        kept = scan_of(unit, actor, scan) if scan else None
        if kept is not None and kept.receipt:
            raise Refused("scan_used", receipt=kept.receipt)
        if arrived:
            decide_for(book, arrived, Verb.DIARISE, actor)
        body = _diary_entry(unit, actor, clean, clock_ok=trusted)
        event_id = book.write(arrived or None, body, who_of(actor))
        receipt = arrived or str(event_id)
        if kept is not None:
            event_id = _attach(book, actor, receipt, kept.paper)
            use_scan(unit, kept, receipt)
        _save(unit, actor, token, receipt)
        finish(unit, book, event_id)
    return receipt


def copy_receipt(unit: Unit, actor: Actor, receipt: str, *, token: str = "") -> str:
    """A copy under a diary number of its own, with the same papers, on the actor's desk; its id."""
    require_read(unit, actor, receipt)
    with unit.db.writing():
        book = working_book(unit)
        before = _saved(unit, actor, token)
        if before:
            return before
        entry = diary_entry(unit, receipt)
        if entry is None:
            raise Refused("wrong_state", verb="copy", state="letter")
        number = next_in_series(unit, actor, DIARY)
        body = replace(entry, number=number, copy_of=receipt, section=_section(unit, actor))
        event_id = book.write(None, body, who_of(actor))
        made = str(event_id)
        for paper in papers_of(unit, receipt):
            event_id = book.write(
                made, replace(paper, first_page=row_of(book, made).state.pages + 1, from_subject=receipt), who_of(actor)
            )
        _save(unit, actor, token, made)
        finish(unit, book, event_id)
    return made


def put_in_file(unit: Unit, actor: Actor, receipt: str, file: str) -> None:
    """The receipt joins a file's correspondence, with its papers; both lie on the actor's desk.

    Raises Refused, file_not_here (values: number) when the file does not.
    """
    with unit.db.writing():
        book = working_book(unit)
        row = decide_for(book, receipt, Verb.PUT, actor)
        try:
            target = decide_for(book, file, Verb.ENCLOSE, actor)
        except Refused as refused:
            known = book.file(file)
            raise Refused("file_not_here", number=known.state.number if known else "") from refused
        entry = diary_entry(unit, receipt)
        book.write(receipt, ev.Put(file, target.state.number), who_of(actor))
        enclose = ev.Enclose(
            receipt, row.state.number, row.state.title, row.state.sender,
            entry.letter_no if entry else "", entry.letter_date if entry else "",
        )  # fmt: skip
        event_id = book.write(file, enclose, who_of(actor))
        for paper in papers_of(unit, receipt):
            event_id = book.write(
                file, replace(paper, first_page=target.state.pages + 1, from_subject=receipt), who_of(actor)
            )
        finish(unit, book, event_id)


def attach_scan(unit: Unit, actor: Actor, receipt: str, paper: PaperIn) -> None:
    """A scan that is safely here joins the receipt's papers. Raises Refused."""
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, receipt, Verb.ATTACH, actor)
        finish(unit, book, _attach(book, actor, receipt, paper))


def diary_entry(unit: Unit, receipt: str) -> ev.Diarise | None:
    """The entry under which a receipt stands in the diary; None of a letter that is not diarised yet."""
    told = (body for _, _, body in reversed(log_of(unit, receipt)) if isinstance(body, ev.Diarise))
    return next(told, None)


def papers_of(unit: Unit, receipt: str) -> list[ev.Attach]:
    """The papers of a receipt in their order."""
    return [body for _, _, body in log_of(unit, receipt) if isinstance(body, ev.Attach)]


def _attach(book: Book, actor: Actor, receipt: str, paper: PaperIn) -> EventId:
    first = row_of(book, receipt).state.pages + 1
    body = ev.Attach(paper.sha256, paper.size, paper.name, paper.media_type, paper.pages, first, role="scan")
    event_id = book.write(receipt, body, who_of(actor))
    book.db.run("UPDATE blob SET here=1 WHERE sha256=?", paper.sha256)
    return event_id


def _diary_entry(unit: Unit, actor: Actor, letter: LetterIn, *, clock_ok: bool) -> ev.Diarise:
    return ev.Diarise(
        number=next_in_series(unit, actor, DIARY),
        title=letter.title,
        sender=letter.sender,
        mode=letter.mode,
        language=letter.language,
        section=_section(unit, actor),
        priority=letter.priority,
        grading=letter.grading,
        letter_no=letter.letter_no,
        letter_date=letter.letter_date,
        received=letter.received,
        type=kinds()[letter.kind].type,
        category=letter.category,
        vip=letter.vip,
        enclosures=letter.enclosures,
        sender_address=letter.address,
        reference=letter.reference,
        due=letter.due,
        clock_ok=clock_ok,
    )


def _section(unit: Unit, actor: Actor) -> str:
    post = unit.directory().post(actor.post)
    return (post.section or "") if post is not None else ""


def _saved(unit: Unit, actor: Actor, token: str) -> str:
    if not token:
        return ""
    return unit.db.value("SELECT receipt FROM saved_form WHERE token=? AND post=?", token, actor.post) or ""


def _save(unit: Unit, actor: Actor, token: str, receipt: str) -> None:
    if token:
        unit.db.run(
            "INSERT INTO saved_form (token, post, receipt, at_ms) VALUES (?,?,?,?)",
            token, actor.post, receipt, unit.clock.now_ms(),
        )  # fmt: skip


def is_receipt(unit: Unit, file: str) -> bool:
    """Whether the subject is a receipt, or a letter that will be one."""
    return unit.db.value("SELECT sort FROM efile WHERE file=?", file) in (Sort.RECEIPT, Sort.LETTER)
