"""The rules of custody as a table: each row of custody.md's tables, without a database."""

from __future__ import annotations

import msgspec
import pytest

from central.hub import rule as r
from central.hub.rule import Cause, CustodyRow, Effect, Incoming, rule
from protocol import events as ev
from protocol.words import ORIGIN, EventId, Term

FILE, LIFE = "moth.0000000000000001.1", 7
A, B, C = "moth", "chirgaon", "eraj"
T1, T2 = Term(LIFE, 1), Term(LIFE, 2)
LOG = b"L" * 32


def incoming(
    node: str, body: ev.Body | None, term: Term, after: bytes | None = None, kind: str = "", post: str = ""
) -> Incoming:
    event_id = EventId(node, bytes(8), 9)
    header = ev.Header(1, kind or (body.kind if body else "x"), FILE, *term, 5, post or f"{node}.da1", "E1", 1, after)
    return Incoming(event_id, FILE, header, body, b"h", b"b", b"e")


def held(by: str, term: Term = T1, cause: Cause | None = None, *, fresh: bool = False, pull_up: str = "") -> CustodyRow:
    return CustodyRow(FILE, A, by, term, cause or Cause("release", A, ORIGIN), 3, pull_up, fresh, 4, LOG)


def ruled(
    row: CustodyRow | None, event: Incoming, *, offered: bool = True, deliverable: bool = True
) -> tuple[Effect, ...]:
    return rule(row, event, offered=offered, deliverable=deliverable)


NOTE = ev.Note(1, 1, "<p>x</p>")
OPEN = ev.Open("N", "t")
ME = f"{A}.0000000000000000.9"
ASKED = Cause("askback", A, ORIGIN)
PULLED = Cause("pullup", C, ORIGIN)

ORDINARY: dict[str, tuple[CustodyRow | None, Incoming, tuple[Effect, ...]]] = {
    "opening makes the file": (None, incoming(A, OPEN, ORIGIN), (r.Append(),)),
    "diarising makes a subject": (None, incoming(A, ev.Diarise("R", "t", "s", "post"), ORIGIN), (r.Append(),)),
    "no file is opened in a term": (None, incoming(A, OPEN, T1), (r.SetAside(r.DOES_NOT_JOIN),)),
    "a note on nothing": (None, incoming(A, NOTE, ORIGIN), (r.SetAside(r.DOES_NOT_JOIN),)),
    "opened twice": (held(A, ORIGIN), incoming(A, OPEN, ORIGIN), (r.SetAside(r.DOES_NOT_JOIN),)),
    "the holder writes": (held(A, ORIGIN), incoming(A, NOTE, ORIGIN), (r.Append(),)),
    "an older term (1.3)": (held(A, T2), incoming(A, NOTE, ORIGIN, LOG), (r.SetAside(r.OLDER_TERM),)),
    "a later term than the hub's": (held(A, T1), incoming(A, NOTE, T2), (r.SetAside(r.OLDER_TERM),)),
    "the same number of another life": (held(A, T1), incoming(A, NOTE, Term(6, 1)), (r.SetAside(r.OLDER_TERM),)),
    "not the holder": (held(B), incoming(A, NOTE, T1), (r.SetAside(r.OLDER_TERM),)),
    "the first in a term joins on": (held(B, fresh=True), incoming(B, NOTE, T1, LOG), (r.Append(), r.Opened())),
    "opened by a person": (held(B, fresh=True), incoming(B, ev.Receive(), T1, LOG), (r.Append(), r.Opened())),
    "of what came back nobody is told": (held(A, fresh=True, cause=ASKED), incoming(A, NOTE, T1, LOG), (r.Append(),)),
    "the first in a term without a hash": (held(B, fresh=True), incoming(B, NOTE, T1), (r.SetAside(r.DOES_NOT_JOIN),)),
    "the first in a term on another log": (
        held(B, fresh=True), incoming(B, NOTE, T1, b"x" * 32), (r.SetAside(r.DOES_NOT_JOIN),),
    ),
    "a second first one": (held(B), incoming(B, NOTE, T1, LOG), (r.SetAside(r.DOES_NOT_JOIN),)),
    "a kind that is not known joins the log": (held(B), incoming(B, None, T1, kind="stamp"), (r.Append(),)),
    "an office does not force": (held(A), incoming(A, ev.Force(B, "p", "r", "x"), T1), (r.SetAside(r.DOES_NOT_JOIN),)),
    "an office does not rule undelivered": (
        held(A), incoming(A, ev.Undelivered("p", "r"), T1), (r.SetAside(r.DOES_NOT_JOIN),),
    ),
    "a release is ruled on at once": (
        held(A, ORIGIN), incoming(A, ev.Release("chirgaon.head", B), ORIGIN),
        (r.GrantTo(B, "chirgaon.head", Cause("release", A, ORIGIN), joins=True),),
    ),
    "a release that answers a call": (
        held(B, fresh=True), incoming(B, ev.Release("moth.da1", A, ME), T1, LOG),
        (r.GrantTo(A, "moth.da1", Cause("answer", B, T1), joins=True, answered=ME),),
    ),
    "a release in an older term": (
        held(A, T2), incoming(A, ev.Release("chirgaon.head", B), ORIGIN), (r.SetAside(r.OLDER_TERM),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDINARY)
def test_an_event_on_a_file(name: str) -> None:
    row, event, effects = ORDINARY[name]
    assert ruled(row, event) == effects


def test_what_cannot_be_delivered_goes_back_with_the_reason() -> None:
    event = incoming(A, ev.Release("nobody.head", "nobody"), ORIGIN)
    assert ruled(held(A, ORIGIN), event, deliverable=False) == (
        r.Append(), r.GiveBack("moth.da1", "no_such_destination"),
    )  # fmt: skip
    assert ruled(held(A, T2), event, deliverable=False) == (r.SetAside(r.OLDER_TERM),)


P = incoming(A, ev.AskBack(), ORIGIN)
PULL_BACK: dict[str, tuple[CustodyRow | None, bool, tuple[Effect, ...]]] = {
    "B's grant not offered": (held(B), False, (r.Withdrawn(), r.GrantTo(A, "moth.da1", ASKED, joins=True))),
    "offered, fetched or lost": (held(B), True, (r.CallHolder(A, "moth.da1", "back"),)),
    "offered and opened": (held(B, fresh=False), True, (r.CallHolder(A, "moth.da1", "back"),)),
    "sent on by B": (held(C, T2, Cause("release", B, T1)), True, (r.Refuse(A, ME, "moved_on"),)),
    "sent on by B, not offered": (held(C, T2, Cause("release", B, T1)), False, (r.Refuse(A, ME, "moved_on"),)),
    "sent again by A in a later term": (
        held(B, Term(LIFE, 3), Cause("release", A, T2)),
        True,
        (r.Refuse(A, ME, "moved_on"),),
    ),
    "a pull up took it": (held(C, T2, PULLED), False, (r.Refuse(A, ME, "moved_on"),)),
    "asked back already": (held(A, T2, ASKED), True, (r.Refuse(A, ME, "moved_on"),)),
    "it answered a call (3.4)": (held(B, T2, Cause("answer", A, ORIGIN)), False, (r.Refuse(A, ME, "moved_on"),)),
    "moved by order": (held(B, T2, Cause("force", A, ORIGIN)), False, (r.Refuse(A, ME, "moved_on"),)),
    "never heard of": (None, True, (r.Refuse(A, ME, "unknown_file"),)),
}


@pytest.mark.parametrize("name", PULL_BACK)
def test_a_pull_back_where_the_file_is(name: str) -> None:
    row, offered, effects = PULL_BACK[name]
    assert ruled(row, P, offered=offered) == effects


U = incoming(C, ev.PullUp("eraj.head", "why"), ORIGIN)
MY_U = f"{C}.0000000000000000.9"
PULL_UP: dict[str, tuple[CustodyRow | None, bool, tuple[Effect, ...]]] = {
    "not offered": (held(B), False, (r.Withdrawn(), r.GrantTo(C, "eraj.head", PULLED, joins=True))),
    "offered": (held(B), True, (r.PendPullUp(), r.CallHolder(C, "eraj.head", "up"))),
    "a second": (held(B, pull_up="x"), True, (r.Refuse(C, MY_U, "pull_up_pending"),)),
    "here already": (held(C), True, (r.Refuse(C, MY_U, "already_here"),)),
    "never heard of": (None, True, (r.Refuse(C, MY_U, "unknown_file"),)),
}


@pytest.mark.parametrize("name", PULL_UP)
def test_a_pull_up_where_the_file_is(name: str) -> None:
    row, offered, effects = PULL_UP[name]
    assert ruled(row, U, offered=offered) == effects


def test_an_answer_goes_to_whoever_asked() -> None:
    body = ev.Answer(ME, "opened", "E9", "chirgaon.head", 77)
    assert ruled(held(B), incoming(B, body, T1)) == (r.Refuse(A, ME, "opened", "E9", "chirgaon.head", 77),)


def test_a_ruling_changes_nothing_by_itself() -> None:
    row = held(B, fresh=True)
    before = msgspec.to_builtins(row.state), row.term, row.holder, row.log_len, row.dirty
    for event in (P, U, incoming(B, NOTE, T1, LOG), incoming(A, ev.Release("chirgaon.head", B), ORIGIN)):
        ruled(row, event, offered=False)
    assert (msgspec.to_builtins(row.state), row.term, row.holder, row.log_len, row.dirty) == before
