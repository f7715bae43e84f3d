"""What a person does about entries that are not in their file: writes them again in his own name, or annexes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from appliance.desk import left_out
from appliance.desk.acting import decide_for, finish, who_of, working_book
from appliance.desk.file_log import log_of
from appliance.desk.left_out import Original
from appliance.desk.papers import read_paper
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.desk.writing import count_paragraphs, sanitise
from appliance.store import decided
from appliance.store.book import Book
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.efile import Verb
from protocol.words import EventId

ANNEXE_ROLE = "annexe"


def own(unit: Unit, actor: Actor, hashes: Sequence[bytes], *, sure: bool) -> int:
    """Custody rule 7.2, the custodian decides: own entries, named by their hashes e, are written again as they stand.

    New events in this epoch and term, under the actor's name, each citing its original; only where the rules allow it
    on the state now. All or nothing; how many were written. Raises Refused unconfirmed_again, nothing_again,
    already_again, already_decided and what the rules of notes and papers raise.
    """
    with unit.db.writing():
        known = {one.e: one for one in left_out.own(unit)}
        wanted = [known[e] for e in dict.fromkeys(hashes) if e in known]
        if not wanted or len(wanted) < len(set(hashes)):
            raise Refused("nothing_again")
        for one in wanted:
            if one.reason == left_out.NOT_TAKEN:
                raise Refused("nothing_again")
            _require_open(unit, one)
        return _write(unit, actor, wanted, sure=sure)


def decided_replay(unit: Unit, actor: Actor, file: str, event: str, *, sure: bool) -> int:
    """What the district decided to have written again: the entries' words and papers, by who has the file on his desk.

    How many were written. Raises Refused as `own`, and originals_missing.
    """
    with unit.db.writing():
        row = _decision(unit, file, event, left_out.REPLAY)
        originals = _originals(unit, row)
        again = left_out.said_again(log_of(unit, file))
        return _write(unit, actor, [one for one in originals if one.e not in again], sure=sure)


def annexe(unit: Unit, actor: Actor, file: str, event: str, name: str, paper: IO[bytes], *, sure: bool) -> None:
    """What the district decided to have annexed: a paper that shows the originals joins the correspondence.

    Raises Refused unconfirmed_again, nothing_again, already_again, and what the rules of papers raise.
    """
    _require_sure(sure=sure)
    row = _decision(unit, file, event, left_out.ANNEXE)
    decide_for(working_book(unit), file, Verb.ATTACH, actor)
    kept = read_paper(unit, name, "application/pdf", paper)
    with unit.db.writing():
        if row.e in left_out.said_again(log_of(unit, file)):
            raise Refused("already_again")
        book = working_book(unit)
        state = decide_for(book, file, Verb.ATTACH, actor).state
        body = ev.Attach(
            kept.sha256, kept.size, kept.name, kept.media_type, kept.pages, state.pages + 1, "", ANNEXE_ROLE, row.e
        )
        event_id = book.write(file, body, who_of(actor))
        unit.db.run("UPDATE blob SET here=1 WHERE sha256=?", kept.sha256)
        finish(unit, book, event_id)


def to_annexe(unit: Unit, file: str, event: str) -> tuple[decided.DecisionRow, list[Original]]:
    """The decision and the originals that its annexe shows. Raises Refused nothing_again, originals_missing."""
    row = _decision(unit, file, event, left_out.ANNEXE)
    return row, _originals(unit, row)


def _decision(unit: Unit, file: str, event: str, how: str) -> decided.DecisionRow:
    for row in decided.of_file(unit.db, file):
        if row.event == event and row.how == how and decided.entries_of(unit.db, event):
            return row
    raise Refused("nothing_again")


def _originals(unit: Unit, row: decided.DecisionRow) -> list[Original]:
    found = left_out.originals_of(unit, row)
    if found is None:
        raise Refused("originals_missing")
    return found


def _require_sure(*, sure: bool) -> None:
    if not sure:
        raise Refused("unconfirmed_again")


def _require_open(unit: Unit, one: Original) -> None:
    """Not decided otherwise, and not written again yet: it is decided once."""
    file = left_out.subject_of(one)
    if one.e in left_out.said_again(log_of(unit, file)):
        raise Refused("already_again")
    settled = decided.settled(unit.db, one.e)
    if any(row.event == settled and row.how != left_out.REPLAY for row in decided.of_file(unit.db, file)):
        raise Refused("already_decided")


def _write(unit: Unit, actor: Actor, originals: Sequence[Original], *, sure: bool) -> int:
    wanted = [one for one in originals if left_out.can_be_said_again(one)]
    if not wanted:
        raise Refused("nothing_again")
    _require_sure(sure=sure)
    book = working_book(unit)
    last = None
    for one in wanted:
        last = _say(book, actor, one)
    assert last is not None
    finish(unit, book, last)
    return len(wanted)


def _say(book: Book, actor: Actor, one: Original) -> EventId:
    """One entry anew: its words and papers as they stand, numbered after what the file has now."""
    file, header = left_out.subject_of(one), one.header
    match one.body:
        case ev.Note():
            state = decide_for(book, file, Verb.NOTE, actor).state
            html = sanitise(one.body.html)
            count = count_paragraphs(html)
            if not count:
                raise Refused("empty_note")
            note = ev.Note(
                state.paragraphs + 1, count, html, one.body.language, one.body.papers, "", header.post,
                header.employee, header.hlc, one.e,
            )  # fmt: skip
            return book.write(file, note, who_of(actor))
        case ev.Attach():
            state = decide_for(book, file, Verb.ATTACH, actor).state
            old = one.body
            paper = ev.Attach(
                old.sha256, old.size, old.name, old.media_type, old.pages, state.pages + 1, old.from_subject, old.role,
                one.e,
            )  # fmt: skip
            return book.write(file, paper, who_of(actor))
    raise Refused("nothing_again")
