"""What every verb of the desk does: ask the rules, write, let the line know."""

from __future__ import annotations

from datetime import date

from appliance.desk.days import today
from appliance.desk.refused import Refused
from appliance.desk.rights import require_chain
from appliance.desk.values import Actor
from appliance.store.book import STOPPED, Book, FileRow, Who
from appliance.store.room import require_room
from appliance.store.unit import Unit
from protocol.efile import NotAllowed, Phase, Verb, decide
from protocol.words import EventId


def working_book(unit: Unit) -> Book:
    """The node at work, for use inside one transaction. Raises Refused stopped, disk_reserve."""
    require_room(unit)
    book = Book(unit.db, unit.clock.now_ms())
    if book.node.mode == STOPPED:
        raise Refused("stopped")
    return book


def row_of(book: Book, file: str) -> FileRow:
    """The working copy of a subject. Raises Refused no_such_file."""
    row = book.file(file)
    if row is None:
        raise Refused("no_such_file")
    return row


def decide_for(book: Book, file: str, verb: Verb, actor: Actor) -> FileRow:
    """The subject, when the rules allow this verb to this actor now; else Refused with the reason."""
    row = row_of(book, file)
    require_chain(book.db, actor, file, row.state.grading)
    try:
        decide(row.phase, row.state, verb, actor.post, answered_call=row.answered)
    except NotAllowed as error:
        values = dict(error.values)
        if error.code == "away":
            sending = row.state.sending
            values["node"] = row.holder if row.phase is Phase.AWAY or sending is None else sending.to_node
        raise Refused(error.code, **values) from error
    return row


def finish(unit: Unit, book: Book, event_id: EventId) -> EventId:
    """The last step of a verb, still inside its transaction: views, outbox, enqueue."""
    book.flush()
    unit.enqueue_carry()
    return event_id


def who_of(actor: Actor) -> Who:
    """The actor as the journal names him."""
    return Who(actor.post, actor.employee, actor.charge)


def check_day(unit: Unit, due: str) -> None:
    """An ISO day that is not over, or empty. Raises Refused due_in_past."""
    if not due:
        return
    try:
        day = date.fromisoformat(due)
    except ValueError as error:
        raise Refused("due_in_past") from error
    if day < today(unit):
        raise Refused("due_in_past")
