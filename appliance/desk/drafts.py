"""Drafts for approval: written by a post, kept in versions, approved by a competent senior or sent back.

Who may approve (docs/decisions/0013-drafts.md): a post above the drafting post in its chain of superiors, another post
of the same office of the same or a higher rank, and the head of an office what he drafts himself.
"""

from __future__ import annotations

import msgspec

from appliance.desk.acting import decide_for, finish, who_of, working_book
from appliance.desk.competence import may_decide
from appliance.desk.draft_page import current_of, writing_of
from appliance.desk.draft_values import ADDRESSED, FORMS, DraftText, Writing
from appliance.desk.file_log import log_of
from appliance.desk.opening import SUBJECT_CHARS
from appliance.desk.refused import Refused
from appliance.desk.rights import require_read
from appliance.desk.values import Actor
from appliance.desk.verbs import NOTE_CHARS, REMARKS_CHARS
from appliance.desk.writing import plain, sanitise, words_of
from appliance.store.room import require_room
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.efile import Verb

MOST_ENTRIES, ENTRY_CHARS, ENTRY_LINES = 60, 600, 8
_encode = msgspec.msgpack.encode


def checked(text: DraftText, papers: dict[str, str], receipts: frozenset[str]) -> DraftText:
    """The draft as it is kept: plain lines, allow-listed HTML, papers and receipts that are the file's. Pure.

    `papers`: names by SHA-256 in hex. Raises Refused subject_too_long, note_too_long, draft_field_too_long.
    """
    title, body = plain(text.title), sanitise(text.body)
    if len(title) > SUBJECT_CHARS:
        raise Refused("subject_too_long", limit=SUBJECT_CHARS)
    if len(body) > NOTE_CHARS:
        raise Refused("draft_too_long", limit=NOTE_CHARS)
    enclosures = []
    for entry in text.enclosures:
        known = papers.get(entry.partition(" ")[0])
        words = f"{entry.partition(' ')[0]} {known}" if known is not None else plain(entry)
        if words:
            enclosures.append(words)
    return DraftText(
        text.form if text.form in FORMS else FORMS[0],
        text.language if text.language in ("hi", "en") else "hi",
        title,
        _entries("to", text.to),
        _entries("copies", text.copies),
        _lines("reference", text.reference),
        body,
        _entries("enclosures", tuple(dict.fromkeys(enclosures))),
        text.receipt if text.receipt in receipts else "",
    )


def _entries(field: str, entries: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(lines for entry in entries if (lines := _lines(field, entry)))
    if len(kept) > MOST_ENTRIES:
        raise Refused("draft_too_many", field=field, limit=MOST_ENTRIES)
    return kept


def _lines(field: str, text: str) -> str:
    lines = [line for raw in text.replace("\r", "\n").split("\n") if (line := plain(raw))]
    kept = "\n".join(lines)
    if len(kept) > ENTRY_CHARS or len(lines) > ENTRY_LINES:
        raise Refused("draft_field_too_long", field=field, limit=ENTRY_CHARS)
    return kept


def start(unit: Unit, actor: Actor, file: str, text: DraftText) -> int:
    """Begins a new draft on a file that is on the actor's desk; the id of its row."""
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.DRAFT, actor)
        return _insert(unit, actor, file, 0, 0, _known(unit, file, text))


def revise(unit: Unit, actor: Actor, file: str, draft: int) -> int:
    """Begins a further version of a draft, or goes on with the one that the post has begun; the id of its row.

    Raises draft_issued, no_such_draft.
    """
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.DRAFT, actor)
        current = current_of(unit, file, draft)
        if current.state == "issued":
            raise Refused("draft_issued", number="")
        known = unit.db.value("SELECT id FROM writing WHERE file=? AND draft=? AND post=?", file, draft, actor.post)
        if known is not None:
            return int(known)
        return _insert(unit, actor, file, draft, current.version, current.text)


def _insert(unit: Unit, actor: Actor, file: str, draft: int, base: int, text: DraftText) -> int:
    unit.db.run(
        "INSERT INTO writing (file, post, draft, base, text, version, saved_ms) VALUES (?,?,?,?,?,1,?)",
        file, actor.post, draft, base, _encode(text), unit.clock.now_ms(),
    )  # fmt: skip
    return int(unit.db.value("SELECT last_insert_rowid()"))


def save(unit: Unit, actor: Actor, file: str, row: int, text: DraftText, version: int) -> Writing:
    """Keeps a draft being written. Raises draft_changed when another window saved meanwhile."""
    require_room(unit)
    with unit.db.writing():
        require_read(unit, actor, file)
        kept = writing_of(unit, actor, file, row)
        if kept.version != version:
            raise Refused("draft_changed", saved_version=kept.version)
        clean = _known(unit, file, text)
        now = unit.clock.now_ms()
        unit.db.run(
            "UPDATE writing SET text=?, version=?, saved_ms=? WHERE id=?", _encode(clean), version + 1, now, row
        )
    return msgspec.structs.replace(kept, text=clean, version=version + 1, saved_ms=now)


def _known(unit: Unit, file: str, text: DraftText) -> DraftText:
    bodies = [body for _, _, body in log_of(unit, file)]
    papers = {body.sha256.hex(): body.name for body in bodies if isinstance(body, ev.Attach)}
    return checked(text, papers, frozenset(body.receipt for body in bodies if isinstance(body, ev.Enclose)))


def discard(unit: Unit, actor: Actor, file: str, row: int) -> None:
    """Throws a draft being written away; its versions stay."""
    with unit.db.writing():
        require_read(unit, actor, file)
        unit.db.run("DELETE FROM writing WHERE id=? AND file=? AND post=?", row, file, actor.post)


def rebase(unit: Unit, actor: Actor, file: str, row: int) -> None:
    """Goes on with one's own text above the version that someone saved meanwhile."""
    with unit.db.writing():
        require_read(unit, actor, file)
        kept = writing_of(unit, actor, file, row)
        if kept.draft:
            newest = current_of(unit, file, kept.draft).version
            unit.db.run("UPDATE writing SET base=?, version=version+1 WHERE id=?", newest, row)


def save_version(unit: Unit, actor: Actor, file: str, row: int) -> int:
    """What is being written becomes the next version, unalterable; the draft's number in the file.

    Raises empty_subject, empty_draft, draft_no_addressee, draft_moved_on, draft_issued.
    """
    with unit.db.writing():
        book = working_book(unit)
        state = decide_for(book, file, Verb.DRAFT, actor).state
        kept = writing_of(unit, actor, file, row)
        text = kept.text
        if not text.title:
            raise Refused("empty_subject")
        if not words_of(text.body):
            raise Refused("empty_draft")
        if text.form in ADDRESSED and not text.to:
            raise Refused("draft_no_addressee")
        if kept.draft:
            current = current_of(unit, file, kept.draft)
            if current.state == "issued":
                raise Refused("draft_issued", number="")
            if current.version != kept.base:
                raise Refused("draft_moved_on", version=current.version)
        draft = kept.draft or state.drafts + 1
        body = ev.Draft(
            draft, kept.base + 1, text.body, text.form, text.language, text.title, text.to, text.copies,
            text.reference, text.enclosures, text.receipt,
        )  # fmt: skip
        unit.db.run("DELETE FROM writing WHERE id=?", row)
        finish(unit, book, book.write(file, body, who_of(actor)))
    return draft


def decide(unit: Unit, actor: Actor, file: str, draft: int, version: int, *, yes: bool, remarks: str = "") -> None:
    """Approves a version, or sends it back with remarks.

    Raises draft_moved_on, draft_decided, draft_not_senior, directions_missing, remarks_too_long.
    """
    said = plain(remarks)
    if not yes and not said:
        raise Refused("directions_missing")
    if len(said) > REMARKS_CHARS:
        raise Refused("remarks_too_long", limit=REMARKS_CHARS)
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.APPROVE, actor)
        current = current_of(unit, file, draft)
        if current.version != version:
            raise Refused("draft_moved_on", version=current.version)
        if current.state != "draft":
            raise Refused("draft_decided")
        if not may_decide(unit.directory(), current.post, actor.post):
            raise Refused("draft_not_senior", post=current.post)
        finish(unit, book, book.write(file, ev.Approve(draft, version, yes, said), who_of(actor)))
