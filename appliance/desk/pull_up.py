"""A superior draws a file to his own desk: at once within the office, by the district's ruling from another one."""

from __future__ import annotations

from enum import StrEnum

from appliance.desk.acting import decide_for, finish, row_of, who_of, working_book
from appliance.desk.administration import head_posts
from appliance.desk.refused import Refused
from appliance.desk.rights import require_chain
from appliance.desk.values import Actor, PullUpAsked
from appliance.desk.writing import plain
from appliance.store.book import FileRow
from appliance.store.unit import Unit
from protocol import events as ev
from protocol import messages as ms
from protocol.clock import hlc_ms
from protocol.directory import DirectoryIndex
from protocol.efile import Phase, Standing, Verb
from protocol.words import EventId, Term

REASON_CHARS = 1000
_HERE = (Phase.HELD, Phase.QUEUED)


class PullUp(StrEnum):
    """What became of a pull up."""

    DRAWN = "drawn"  # at once: it is on the superior's desk
    ASKED = "asked"  # a request, on which the district rules


def superiors_of(index: DirectoryIndex, post: str) -> tuple[str, ...]:
    """The posts above a post, nearest first, as the directory has them. Pure."""
    found: list[str] = []
    here = index.post(post)
    while here is not None and here.superior and here.superior not in (post, *found):
        found.append(here.superior)
        here = index.post(here.superior)
    return tuple(found)


def is_above(unit: Unit, post: str, row: FileRow) -> bool:
    """Whether `post` is above the desk that has the file (or, on its way, above who sent it): its line, or its head."""
    index, heads = unit.directory(), head_posts(unit)
    sending = row.state.sending
    desks = {row.state.post}
    if row.phase in (Phase.RELEASED, Phase.ASKED) and sending is not None:
        desks.add(sending.from_post)
    return any(
        post in superiors_of(index, desk)
        or (post in heads and desk not in heads and index.node_of_post(desk) == unit.node)
        for desk in desks
        if desk and desk != post
    )


def may_ask(unit: Unit, row: FileRow) -> bool:
    """Whether the district can be asked for a file that another office holds: it is there, and no request is open."""
    if row.phase in _HERE:
        return False
    open_one = asked(unit, row)
    return open_one is None or bool(open_one.why)


def pull_up(unit: Unit, actor: Actor, file: str, reason: str) -> PullUp:
    """Draws the file up. Yellow notes stay with who wrote them.

    Raises Refused reason_missing, remarks_too_long, not_superior (post), already_here, pull_up_pending, wrong_state.
    """
    said = plain(reason)
    if not said:
        raise Refused("reason_missing")
    if len(said) > REASON_CHARS:
        raise Refused("remarks_too_long", limit=REASON_CHARS)
    with unit.db.writing():
        book = working_book(unit)
        row = row_of(book, file)
        require_chain(unit.db, actor, file, row.state.grading)
        if row.phase in _HERE and row.state.post == actor.post and row.state.standing != Standing.ON_THE_WAY:
            raise Refused("already_here")
        if not is_above(unit, actor.post, row):
            raise Refused("not_superior", post=row.state.post)
        if row.phase in _HERE:
            decide_for(book, file, Verb.DRAW, actor)
            finish(unit, book, book.write(file, ev.Draw(said), who_of(actor)))
            return PullUp.DRAWN
        if not may_ask(unit, row):
            raise Refused("pull_up_pending")
        finish(unit, book, book.write(file, ev.PullUp(actor.post, said), who_of(actor)))
    return PullUp.ASKED


def asked(unit: Unit, row: FileRow) -> PullUpAsked | None:
    """The last request of this office for a file that another one holds, in the file's present term; None without one.

    A function of the journal and of what the district delivered: a new term makes older requests void.
    """
    if row.phase in _HERE:
        return None
    found = unit.db.row(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND kind='pullup' AND node=? AND pos IS NULL"
        " AND h IS NOT NULL ORDER BY seq DESC LIMIT 1",
        row.file, unit.node,
    )  # fmt: skip
    if found is None:
        return None
    event_id = EventId(found[0], bytes(found[1]), found[2])
    header, body = ev.decode_header(bytes(found[3])), ev.decode_body("pullup", bytes(found[4]))
    if not isinstance(body, ev.PullUp) or Term(header.life, header.number) != row.term:
        return None
    refused = _refusal(unit, row.file, str(event_id))
    return PullUpAsked(
        body.to_post, header.employee, body.reason, hlc_ms(header.hlc), refused.why if refused else "",
        refused.post if refused else "", refused.node if refused else "",
    )  # fmt: skip


def _refusal(unit: Unit, file: str, event: str) -> ms.RefusedItem | None:
    for (raw,) in unit.db.rows("SELECT item FROM item WHERE file=? AND tag='X' ORDER BY n DESC", file):
        item = ms.decode_item(bytes(raw))
        if isinstance(item, ms.RefusedItem) and item.cause == event:
            return item
    return None
