"""Opening a file: its cover, and its number: by section or heads, its own, beside another file's, kept from paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from appliance.desk import heads, numbers, writing
from appliance.desk.acting import decide_for, finish, row_of, who_of, working_book
from appliance.desk.days import today
from appliance.desk.grading import require_grading
from appliance.desk.papers import PaperIn
from appliance.desk.refused import Refused
from appliance.desk.rights import require_read
from appliance.desk.values import Actor
from appliance.store.book import Book
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.efile import Sort, Verb
from protocol.words import EventId

SUBJECT_CHARS, CATEGORY_CHARS, SECTION_CHARS = 500, 80, 80
REFERENCES, REFERENCE_CHARS = 20, 120
RETENTIONS = ("A", "B", "C")
"""A: kept for ever and copied, B: kept for ever, C: kept until a day (CSMOP, record retention)."""


class Cover(msgspec.Struct, frozen=True):
    """What a person writes on a cover. `head`: path of the heads; empty counts within the section."""

    title: str
    section: str
    language: str = "hi"
    priority: int = 0
    grading: str = "normal"
    head: str = ""
    own_number: str = ""
    category: str = ""
    earlier: tuple[str, ...] = ()
    retention: str = ""


def open_file(unit: Unit, actor: Actor, cover: Cover, *, token: str = "") -> str:
    """Opens a file under the next number that its cover asks for; the file's id.

    A second call with the same `token` gives the first one's file. Raises Refused.
    """
    body = _begun(cover)
    with unit.db.writing():
        book = working_book(unit)
        before = opened_before(unit, actor, token)
        if before:
            return before
        if cover.own_number.strip():
            body = msgspec.structs.replace(body, number=numbers.own_number(unit, actor, cover.own_number))
        elif cover.head:
            found = heads.chosen(unit, heads.office_of(unit, actor), cover.head)
            named = tuple(f"{head.path} {head.name_hi if body.language == 'hi' else head.name_en}" for head in found)
            number = numbers.next_under_heads(unit, actor, cover.head)
            body = msgspec.structs.replace(body, number=number, heads=named)
        else:
            body = msgspec.structs.replace(body, number=numbers.next_number(unit, actor, body.section))
        event_id = book.write(None, body, who_of(actor))
        _remember(unit, actor, token, str(event_id))
        return str(finish(unit, book, event_id))


def open_beside(unit: Unit, actor: Actor, file: str, *, volume: bool, title: str = "", token: str = "") -> str:
    """A part of a file, or its next volume, under the file's number with a suffix; its id.

    A part is opened by whoever may read the file, a volume by who holds it. Where the file lies on the actor's desk it
    says so itself. Raises Refused.
    """
    with unit.db.writing():
        book = working_book(unit)
        require_read(unit, actor, file)
        before = opened_before(unit, actor, token)
        if before:
            return before
        row = row_of(book, file)
        state = row.state
        if state.sort != Sort.FILE:
            raise Refused("wrong_state", verb="link", state=state.sort)
        if volume:
            decide_for(book, file, Verb.LINK, actor)
        here = file.partition(".")[0] == unit.node
        mark = numbers.VOLUME if volume else numbers.PART
        body = msgspec.structs.replace(
            _begun(Cover(title or state.title, state.section or "-", state.language, state.priority, state.grading)),
            number=numbers.next_beside(unit, actor, state.number, mark, opened_here=here),
            section=state.section,
            category=state.category,
            retention=state.retention,
            part_of="" if volume else file,
            volume_of=file if volume else "",
        )
        event_id = book.write(None, body, who_of(actor))
        _remember(unit, actor, token, str(event_id))
        if _may_link(book, file, actor):
            how = "volume" if volume else "part"
            book.write(file, ev.Link(str(event_id), body.number, how), who_of(actor))
        finish(unit, book, event_id)
    return str(event_id)


def take_over(
    unit: Unit, actor: Actor, cover: Cover, papers: Sequence[PaperIn], *, opened: str = "", portal: bool = False,
    token: str = "",
) -> str:  # fmt: skip
    """A paper file, or one of the state portal, comes in with its number kept and its scans; its id.

    `opened`: the day on which it was opened there (ISO). Raises Refused, no_scan without papers, opened_in_future.
    """
    body = _begun(cover)
    if not cover.own_number.strip():
        raise Refused("no_old_number")
    if not papers:
        raise Refused("no_scan")
    if opened and opened > today(unit).isoformat():
        raise Refused("opened_in_future")
    with unit.db.writing():
        book = working_book(unit)
        before = opened_before(unit, actor, token)
        if before:
            return before
        number = numbers.own_number(unit, actor, cover.own_number)
        body = msgspec.structs.replace(body, number=number, old_number=number, old_opened=opened)
        event_id = book.write(None, body, who_of(actor))
        _remember(unit, actor, token, str(event_id))
        add_papers(book, actor, str(event_id), papers, "portal" if portal else "scan")
        finish(unit, book, event_id)
    return str(event_id)


def add_papers(book: Book, actor: Actor, file: str, papers: Iterable[PaperIn], role: str) -> EventId | None:
    """Papers that are safely here join the correspondence, inside a transaction; the last event."""
    last = None
    for paper in papers:
        first = row_of(book, file).state.pages + 1
        body = ev.Attach(paper.sha256, paper.size, paper.name, paper.media_type, paper.pages, first, role=role)
        last = book.write(file, body, who_of(actor))
        book.db.run("UPDATE blob SET here=1 WHERE sha256=?", paper.sha256)
    return last


def new_token(unit: Unit) -> str:
    """For one form: however often it is sent, one file comes of it."""
    return unit.random_bytes(12).hex()


def checked_title(title: str) -> str:
    """The subject in one line. Raises Refused empty_subject, subject_too_long."""
    clean = writing.plain(title)
    if not clean:
        raise Refused("empty_subject")
    if len(clean) > SUBJECT_CHARS:
        raise Refused("subject_too_long", limit=SUBJECT_CHARS)
    return clean


def checked_category(category: str) -> str:
    """Raises Refused category_long."""
    clean = writing.plain(category)
    if len(clean) > CATEGORY_CHARS:
        raise Refused("category_long", limit=CATEGORY_CHARS)
    return clean


def checked_references(numbers_typed: Iterable[str], field: str) -> tuple[str, ...]:
    """Numbers of other files, each once. Raises Refused references_many, reference_long (values: field)."""
    clean = tuple(dict.fromkeys(number for typed in numbers_typed if (number := writing.plain(typed))))
    if len(clean) > REFERENCES:
        raise Refused("references_many", limit=REFERENCES, field=field)
    if any(len(number) > REFERENCE_CHARS for number in clean):
        raise Refused("reference_long", limit=REFERENCE_CHARS, field=field)
    return clean


def checked_retention(retention: str) -> str:
    """A, B, C, or not yet said. Raises Refused bad_retention."""
    if retention and retention not in RETENTIONS:
        raise Refused("bad_retention")
    return retention


def _begun(cover: Cover) -> ev.Open:
    """The event without its number. Raises Refused for what may not stand on a cover."""
    section = writing.plain(cover.section)
    if not section or len(section) > SECTION_CHARS:
        raise Refused("no_section")
    return ev.Open(
        number="",
        title=checked_title(cover.title),
        section=section,
        language=cover.language if cover.language in ("hi", "en") else "hi",
        priority=min(max(cover.priority, 0), 3),
        grading=require_grading(cover.grading),
        category=checked_category(cover.category),
        earlier=checked_references(cover.earlier, "earlier"),
        retention=checked_retention(cover.retention),
    )


def _may_link(book: Book, file: str, actor: Actor) -> bool:
    try:
        decide_for(book, file, Verb.LINK, actor)
    except Refused:
        return False
    return True


def opened_before(unit: Unit, actor: Actor, token: str) -> str:
    """The file that a form has opened already; empty for none."""
    if not token:
        return ""
    return unit.db.value("SELECT file FROM opened_form WHERE token=? AND post=?", token, actor.post) or ""


def _remember(unit: Unit, actor: Actor, token: str, file: str) -> None:
    if token:
        unit.db.run("INSERT INTO opened_form VALUES (?,?,?,?)", token, actor.post, file, unit.clock.now_ms())
