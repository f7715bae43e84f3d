"""The rules of custody, as values: an event of a node and what the hub knows of the file in, what must happen out.

`docs/protocol.md` gives each rule with its reason. Nothing here reads or writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from protocol import events as ev
from protocol.efile import FileState
from protocol.words import ORIGIN, ZERO_HASH, EventId, Term

ONLY_FIRST = ev.BEGINS - {ev.Diarise.kind}
"""Kinds that begin a subject and stand nowhere else: a letter of another office is diarised where it arrives."""

OLDER_TERM, EPOCH_CLOSED, FORK, DOES_NOT_JOIN = "older_term", "epoch_closed", "fork", "does_not_join"


class Cause(NamedTuple):
    """Why the present custodian has the file: what was done, by which node, in which term."""

    kind: str
    node: str
    term: Term


NO_CAUSE = Cause("", "", ORIGIN)


@dataclass(slots=True)
class CustodyRow:
    """What the hub knows of one file. `delivery` is the place of the grant in the holder's stream, 0 without one."""

    file: str
    opener: str
    holder: str
    term: Term = ORIGIN
    cause: Cause = NO_CAUSE
    delivery: int = 0
    pull_up: str = ""
    fresh: bool = False
    log_len: int = 0
    log_hash: bytes = ZERO_HASH
    state: FileState = field(default_factory=FileState)
    dirty: bool = False


class Incoming(NamedTuple):
    """One event as it arrived, decoded as far as this release can."""

    id: EventId
    subject: str
    header: ev.Header
    body: ev.Body | None
    header_bytes: bytes
    body_bytes: bytes
    e: bytes


class Append(NamedTuple):
    """The event joins the file's log."""


class SetAside(NamedTuple):
    """The event is kept whole, beside."""

    reason: str


class Withdrawn(NamedTuple):
    """The holder's grant becomes a tombstone: it was never offered."""


class GrantTo(NamedTuple):
    """A new term begins. `joins`: the event itself joins the log with the grant."""

    node: str
    post: str
    cause: Cause
    joins: bool
    answered: str = ""  # the call that a release answered, which joins the log as well


class CallHolder(NamedTuple):
    """The holder is asked to give the file up."""

    to_node: str
    to_post: str
    why: str


class PendPullUp(NamedTuple):
    """A pull up waits for the holder's answer."""


class Refuse(NamedTuple):
    """The asker is told why not."""

    node: str
    cause: str
    why: str
    employee: str = ""
    post: str = ""
    at_hlc: int = 0


class GiveBack(NamedTuple):
    """The hub cannot deliver: its own event says so, and the file goes back to the sender."""

    post: str
    reason: str


class Opened(NamedTuple):
    """A person of the holder has opened the file: the former holder is told."""


Effect = Append | SetAside | Withdrawn | GrantTo | CallHolder | PendPullUp | Refuse | GiveBack | Opened

_APPEND: tuple[Effect, ...] = (Append(),)
_OPENED: tuple[Effect, ...] = (Append(), Opened())


def rule(row: CustodyRow | None, event: Incoming, *, offered: bool, deliverable: bool) -> tuple[Effect, ...]:
    """What one new event of a node's journal leads to.

    `offered`: the holder's grant was ever packed for it (rule 3.1). `deliverable`: the destination of a release exists
    and is open (rule 2.3).
    """
    kind = event.header.kind
    if kind in ev.BESIDE_THE_CHAIN:
        return _beside(row, event, offered=offered)
    node, term = event.id.node, event.header.term
    if row is None:
        return _APPEND if event.header.kind in ev.BEGINS and term == ORIGIN else (SetAside(DOES_NOT_JOIN),)
    if kind in ONLY_FIRST or kind in ev.BY_HUB:
        return (SetAside(DOES_NOT_JOIN),)
    if row.holder != node or row.term != term:
        return (SetAside(OLDER_TERM),)
    if row.fresh != (event.header.after is not None) or (row.fresh and event.header.after != row.log_hash):
        return (SetAside(DOES_NOT_JOIN),)
    if isinstance(event.body, ev.Release):
        return _release(event, event.body, deliverable=deliverable)
    return _OPENED if row.fresh and row.cause.kind == "release" else _APPEND


def _release(event: Incoming, body: ev.Release, *, deliverable: bool) -> tuple[Effect, ...]:
    if not deliverable:
        return (Append(), GiveBack(event.header.post, "no_such_destination"))
    cause = Cause("answer" if body.cause else "release", event.id.node, event.header.term)
    return (GrantTo(body.to_node, body.to_post, cause, joins=True, answered=body.cause),)


def _beside(row: CustodyRow | None, event: Incoming, *, offered: bool) -> tuple[Effect, ...]:
    node, header, body = event.id.node, event.header, event.body
    if isinstance(body, ev.Decide | ev.Vouch):
        return (SetAside(DOES_NOT_JOIN),)
    if isinstance(body, ev.Read) or (isinstance(body, ev.Answer) and not body.cause):
        return ()
    if isinstance(body, ev.Answer):
        asker = body.cause.split(".", 1)[0]
        return (Refuse(asker, body.cause, body.why, body.employee, body.post, body.at_hlc),)
    if row is None:
        return (Refuse(node, str(event.id), "unknown_file"),)
    if isinstance(body, ev.AskBack):
        if row.cause != Cause("release", node, header.term):
            return (Refuse(node, str(event.id), "moved_on"),)
        if not offered:
            return (Withdrawn(), GrantTo(node, header.post, Cause("askback", node, header.term), joins=True))
        return (CallHolder(node, header.post, "back"),)
    if isinstance(body, ev.PullUp):
        if row.holder == node:
            return (Refuse(node, str(event.id), "already_here"),)
        if row.pull_up:
            return (Refuse(node, str(event.id), "pull_up_pending"),)
        if not offered:
            return (Withdrawn(), GrantTo(node, body.to_post, Cause("pullup", node, header.term), joins=True))
        return (PendPullUp(), CallHolder(node, body.to_post, "up"))
    return (SetAside(DOES_NOT_JOIN),)
