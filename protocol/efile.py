"""A file's rules: which verb, in which state, by whom, leads where. How events add up to a state: `fold.py`.

All that moves obeys the one table: files, receipts, opinions asked, letters on their way. `VERBS_OF` says which verbs
each sort knows. Two layers. *Custody* (`Phase`) is between nodes: does this node hold the file, has it let go of it.
*Standing* (`Standing`) is between the desks of the node that holds it. `RULES` is the whole table; a pair that is not
in it is not allowed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

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
    FILED = "filed"  # a receipt that was put in a file
    OUT = "out"  # a printed package is with an office that has no Patravali
    RECORDED = "recorded"
    WEEDED = "weeded"


class Sort(StrEnum):
    """What a subject is."""

    FILE = "file"
    RECEIPT = "receipt"
    OPINION = "opinion"
    LETTER = "letter"  # of another office; a receipt once it is diarised
    PROPOSAL = "proposal"  # to the directory; does not move


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
    sort: str = Sort.FILE
    category: str = ""
    sender: str = ""  # of a receipt or a letter
    within: str = ""  # the file that a receipt was put in, or that an opinion is about
    retention: str = ""
    review: str = ""  # of the record
    drafts: int = 0
    out_to: str = ""


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
    AMEND = "amend"
    LINK = "link"
    ENCLOSE = "enclose"
    CONSULT = "consult"
    ADMIT = "admit"
    DRAFT = "draft"
    APPROVE = "approve"
    ISSUE = "issue"
    DISPATCH = "dispatch"
    DIARISE = "diarise"
    PUT = "put"
    OUT_PAPER = "out_paper"
    BACK_PAPER = "back_paper"
    RECORD = "record"
    REVIEW = "review"
    WEED = "weed"
    DRAW = "draw"


HOLDER, SENDER, SUPERIOR = "holder", "sender", "superior"
"""Who may: the post on whose desk it is, the one that sent it, one above (who that is, the directory says)."""


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
    (_H, _S.DESK, _V.AMEND): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.LINK): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.ENCLOSE): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.CONSULT): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.ADMIT): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.DRAFT): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.APPROVE): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.ISSUE): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.DISPATCH): Rule(HOLDER, _H, None),
    (_H, _S.CLOSED, _V.DISPATCH): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.DIARISE): Rule(HOLDER, _H, None),
    (_H, _S.DESK, _V.PUT): Rule(HOLDER, _H, _S.FILED),
    (_H, _S.DESK, _V.OUT_PAPER): Rule(HOLDER, _H, _S.OUT),
    (_H, _S.OUT, _V.BACK_PAPER): Rule(HOLDER, _H, _S.DESK),
    (_H, _S.OUT, _V.ATTACH): Rule(HOLDER, _H, None),
    (_H, _S.CLOSED, _V.RECORD): Rule(HOLDER, _H, _S.RECORDED),
    (_H, _S.RECORDED, _V.REVIEW): Rule(HOLDER, _H, None),
    (_H, _S.RECORDED, _V.WEED): Rule(HOLDER, _H, _S.WEEDED),
    (_H, _S.RECORDED, _V.REOPEN): Rule(HOLDER, _H, _S.DESK),
    (_Q, _S.ON_THE_WAY, _V.WITHDRAW): Rule(SENDER, _H, None),
    (_H, _S.TRAY, _V.DRAW): Rule(SUPERIOR, _H, _S.DESK),
    (_H, _S.DESK, _V.DRAW): Rule(SUPERIOR, _H, _S.DESK),
    (_H, _S.PARKED, _V.DRAW): Rule(SUPERIOR, _H, _S.DESK),
    (_Q, _S.ON_THE_WAY, _V.DRAW): Rule(SUPERIOR, _H, _S.DESK),
    (_R, _S.TRAY, _V.ASK_BACK): Rule(SENDER, Phase.ASKED, None),
}

_MOVES = frozenset({_V.ATTACH, _V.SEND, _V.RETURN, _V.RECEIVE, _V.WITHDRAW, _V.ASK_BACK, _V.DRAW})
_SHELF = frozenset({_V.PARK, _V.CLOSE, _V.REOPEN})
VERBS_OF: dict[Sort, frozenset[Verb]] = {
    Sort.FILE: frozenset(Verb) - {_V.DIARISE, _V.PUT},
    Sort.RECEIPT: _MOVES | _SHELF | {_V.PUT},
    Sort.OPINION: _MOVES | {_V.NOTE, _V.CLOSE},
    Sort.LETTER: _MOVES | {_V.DIARISE},
    Sort.PROPOSAL: frozenset(),
}
"""A letter must be diarised before it is put in a file; an opinion is answered by notes and closed when admitted."""


class NotAllowed(LocalError):
    """The rules do not allow this verb, in this state, to this post."""

    code = "wrong_state"


def allowed(
    phase: Phase, state: FileState, posts: frozenset[str], *, answered_call: bool = False, above: bool = False
) -> frozenset[Verb]:
    """The verbs that someone with charge of `posts` may do now.

    `answered_call`: the last release answered a call, and such a release cannot be asked back (custody rule 3.4).
    `above`: one of `posts` is above the post on whose desk the file is.
    """
    verbs = set()
    for verb in VERBS_OF[Sort(state.sort)]:
        rule = RULES.get((phase, Standing(state.standing), verb))
        if rule is None:
            continue
        if rule.who == HOLDER and state.post not in posts:
            continue
        if rule.who == SENDER and (state.sending is None or state.sending.from_post not in posts):
            continue
        if rule.who == SUPERIOR and (not above or state.post in posts):
            continue
        if verb is Verb.ASK_BACK and answered_call:
            continue
        verbs.add(verb)
    return frozenset(verbs)


def decide(phase: Phase, state: FileState, verb: Verb, post: str, *, answered_call: bool = False) -> Rule:
    """The rule under which `post` may do `verb`. Raises NotAllowed with the reason as its code.

    Whether `post` is above the file's desk is the caller's to know: DRAW is only refused to the desk itself.
    """
    rule = RULES.get((phase, Standing(state.standing), verb)) if verb in VERBS_OF[Sort(state.sort)] else None
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
    if rule.who == SUPERIOR and state.post == post:
        raise NotAllowed("already_here", post=post)
    if verb is Verb.ASK_BACK and answered_call:
        raise NotAllowed("cannot_ask_back")
    return rule


def state_word(phase: Phase, state: FileState) -> str:
    """One word for where a file stands, as screens and refusals use it."""
    return str(state.standing) if phase is Phase.HELD else str(phase)
