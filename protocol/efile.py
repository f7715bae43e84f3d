"""A file's rules: which verb, in which state, by whom, leads where; and how its events add up to its state.

Two layers. *Custody* (`Phase`) is between nodes: does this node hold the file, has it let go of it. *Standing*
(`Standing`) is between the desks of the node that holds it. `RULES` is the whole table; a pair that is not in it is
not allowed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from protocol import events as ev
from protocol.errors import LocalError


class Phase(StrEnum):
    """What this node may do with a file (custody rule 1.1)."""

    HELD = "held"
    QUEUED = "queued"  # a send waits for a carrier; may be withdrawn here alone
    RELEASED = "released"  # on its way; may be asked back
    ASKED = "asked"  # asked back; the hub rules
    AWAY = "away"


class Standing(StrEnum):
    """Where a file stands within the node that holds it."""

    TRAY = "tray"  # arrived, not yet opened by a person
    DESK = "desk"
    PARKED = "parked"
    CLOSED = "closed"
    ON_THE_WAY = "on_the_way"


class Sending(msgspec.Struct, frozen=True, array_like=True):
    """The last send: from which post, where to, and what was said."""

    from_post: str
    to_post: str
    to_node: str
    how: str
    remarks: str
    due: str
    hlc: int
    event: str
    employee: str
    before: str = Standing.DESK


class FileState(msgspec.Struct, frozen=True, array_like=True):
    """What a file's own events add up to. The same at every node that has the same events."""

    number: str = ""
    title: str = ""
    section: str = ""
    language: str = "hi"
    priority: int = 0
    grading: str = "normal"
    opener: str = ""  # post
    standing: str = Standing.DESK
    post: str = ""  # the desk
    from_post: str = ""
    how: str = "open"
    remarks: str = ""
    due: str = ""
    arrived_hlc: int = 0
    opened_hlc: int = 0  # of the present stay on a desk; 0 while in the tray
    opened_by: str = ""
    opened_post: str = ""
    paragraphs: int = 0
    pages: int = 0
    papers: int = 0
    sending: Sending | None = None
    unknown: int = 0  # events of kinds that this release does not know
    until: str = ""  # parked


class Verb(StrEnum):
    """What a person can do with a file."""

    NOTE = "note"
    ATTACH = "attach"
    SEND = "send"
    RETURN = "return"
    RECEIVE = "receive"
    WITHDRAW = "withdraw"
    ASK_BACK = "ask_back"
    PARK = "park"
    CLOSE = "close"
    REOPEN = "reopen"


HOLDER, SENDER = "holder", "sender"


class Rule(NamedTuple):
    """Who may do it, and where it leads."""

    who: str
    phase: Phase
    standing: Standing | None  # None: as it was


_H, _Q, _R = Phase.HELD, Phase.QUEUED, Phase.RELEASED
_S, _V = Standing, Verb
RULES: dict[tuple[Phase, Standing, Verb], Rule] = {
    (_H, _S.TRAY, _V.RECEIVE): Rule(HOLDER, _H, _S.DESK),
    (_H, _S.TRAY, _V.WITHDRAW): Rule(SENDER, _H, None),
    (_H, _S.DESK, _V.NOTE): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.ATTACH): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.SEND): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.RETURN): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.PARK): Rule(HOLDER, _H, _S.PARKED),
    (_H, _S.DESK, _V.CLOSE): Rule(HOLDER, _H, _S.CLOSED),
    (_H, _S.PARKED, _V.REOPEN): Rule(HOLDER, _H, _S.DESK),
    (_H, _S.PARKED, _V.CLOSE): Rule(HOLDER, _H, _S.CLOSED),
    (_H, _S.CLOSED, _V.REOPEN): Rule(HOLDER, _H, _S.DESK),
    (_Q, _S.ON_THE_WAY, _V.WITHDRAW): Rule(SENDER, _H, None),
    (_R, _S.TRAY, _V.ASK_BACK): Rule(SENDER, Phase.ASKED, None),
}


class NotAllowed(LocalError):
    """The rules do not allow this verb, in this state, to this post."""

    code = "wrong_state"


def allowed(phase: Phase, state: FileState, posts: frozenset[str], *, answered_call: bool = False) -> frozenset[Verb]:
    """The verbs that someone with charge of `posts` may do now.

    `answered_call`: the last release answered a call, and such a release cannot be asked back (custody rule 3.4).
    """
    verbs = set()
    for verb in Verb:
        rule = RULES.get((phase, Standing(state.standing), verb))
        if rule is None:
            continue
        if rule.who == HOLDER and state.post not in posts:
            continue
        if rule.who == SENDER and (state.sending is None or state.sending.from_post not in posts):
            continue
        if verb is Verb.ASK_BACK and answered_call:
            continue
        verbs.add(verb)
    return frozenset(verbs)


def decide(phase: Phase, state: FileState, verb: Verb, post: str, *, answered_call: bool = False) -> Rule:
    """The rule under which `post` may do `verb`. Raises NotAllowed with the reason as its code."""
    rule = RULES.get((phase, Standing(state.standing), verb))
    if rule is None:
        if phase in (Phase.AWAY, Phase.RELEASED, Phase.ASKED):
            raise NotAllowed("away", verb=str(verb))
        if verb is Verb.WITHDRAW and state.standing == Standing.DESK and state.opened_hlc:
            raise NotAllowed("already_opened", who=state.opened_by, at_ms=state.opened_hlc >> 16)
        raise NotAllowed("wrong_state", verb=str(verb), state=state_word(phase, state))
    if rule.who == HOLDER and state.post != post:
        raise NotAllowed("not_holder", post=state.post, state=state_word(phase, state))
    if rule.who == SENDER and (state.sending is None or state.sending.from_post != post):
        raise NotAllowed("not_sender", post=post)
    if verb is Verb.ASK_BACK and answered_call:
        raise NotAllowed("cannot_ask_back")
    return rule


def state_word(phase: Phase, state: FileState) -> str:
    """One word for where a file stands, as screens and refusals use it."""
    return str(state.standing) if phase is Phase.HELD else str(phase)


class Written(NamedTuple):
    """An event in the terms that `evolve` needs."""

    node: str
    event: str
    header: ev.Header
    body: ev.Body | None


def evolve(state: FileState, written: Written) -> FileState:
    """The state after one more event of the file's log."""
    header, body = written.header, written.body
    put = msgspec.structs.replace
    match body:
        case ev.Note():
            return put(state, paragraphs=max(state.paragraphs, body.first + body.count - 1))
        case ev.Send() if body.to_node == written.node:
            return put(
                state,
                standing=Standing.TRAY,
                post=body.to_post,
                from_post=header.post,
                how=body.how,
                remarks=body.remarks,
                due=body.due,
                priority=state.priority if body.priority < 0 else body.priority,
                arrived_hlc=header.hlc,
                opened_hlc=0,
                opened_by="",
                opened_post="",
                sending=_sending(written, body, state),
            )
        case ev.Send():
            return put(
                state,
                standing=Standing.ON_THE_WAY,
                priority=state.priority if body.priority < 0 else body.priority,
                sending=_sending(written, body, state),
            )
        case ev.Receive():
            return put(
                state,
                standing=Standing.DESK,
                opened_hlc=header.hlc,
                opened_by=header.employee,
                opened_post=header.post,
            )
        case ev.Withdraw() | ev.AskBack():
            return _back_to_sender(state, header.post, header.hlc)
        case ev.Undelivered():
            return put(
                _back_to_sender(state, body.to_post, header.hlc), standing=Standing.TRAY, how="undelivered",
                remarks=body.reason, opened_hlc=0, opened_by="",
            )  # fmt: skip
        case ev.Release():
            return _arrived(state, body.to_post, header.hlc)
        case ev.PullUp():
            return put(_arrived(state, body.to_post, header.hlc), how="pulled_up", remarks=body.reason, sending=None)
        case ev.Force():
            return put(_arrived(state, body.to_post, header.hlc), how="order", remarks=body.reason, sending=None)
        case ev.Attach():
            return put(state, papers=state.papers + 1, pages=max(state.pages, body.first_page + body.pages - 1))
        case ev.Park():
            return put(state, standing=Standing.PARKED, until=body.until)
        case ev.Close():
            return put(state, standing=Standing.CLOSED)
        case ev.Reopen():
            return put(state, standing=Standing.DESK, until="")
        case ev.Open():
            return FileState(
                number=body.number,
                title=body.title,
                section=body.section,
                language=body.language,
                priority=body.priority,
                grading=body.grading,
                opener=header.post,
                post=header.post,
                arrived_hlc=header.hlc,
                opened_hlc=header.hlc,
                opened_by=header.employee,
                opened_post=header.post,
            )
        case None:
            return put(state, unknown=state.unknown + 1)
        case _:
            return state


def _sending(written: Written, body: ev.Send, state: FileState) -> Sending:
    header = written.header
    return Sending(
        header.post, body.to_post, body.to_node, body.how, body.remarks, body.due, header.hlc, written.event,
        header.employee, state.standing,
    )  # fmt: skip


def _back_to_sender(state: FileState, post: str, hlc: int) -> FileState:
    return msgspec.structs.replace(
        state, standing=Standing.DESK, post=post, from_post="", how="back", remarks="", due="", arrived_hlc=hlc,
        opened_hlc=hlc, opened_post=post, sending=None,
    )  # fmt: skip


def _arrived(state: FileState, post: str, hlc: int) -> FileState:
    """In the tray of a post of another node: what was said with the send goes with it."""
    sent = state.sending
    return msgspec.structs.replace(
        state,
        standing=Standing.TRAY,
        post=post,
        from_post=sent.from_post if sent else state.post,
        how=sent.how if sent else "up",
        remarks=sent.remarks if sent else "",
        due=sent.due if sent else "",
        arrived_hlc=hlc,
        opened_hlc=0,
        opened_by="",
        opened_post="",
    )
