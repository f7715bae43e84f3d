"""Who was asked about a file, and the page of one opinion: read from the views and the logs. Nothing here writes."""

from __future__ import annotations

import msgspec

from appliance.desk import hand_overs
from appliance.desk.days import today
from appliance.desk.file_log import Told, log_of
from appliance.desk.opinions import answered_hlc, answers, asker_of
from appliance.desk.refused import Refused
from appliance.desk.values import Actor, Stage
from appliance.desk.writing import sanitise
from appliance.store.book import FileRow, read_file, read_node
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import Phase, Sort, Standing

ASKED, OPENED, ANSWERED, ADMITTED, TAKEN_BACK, ENDED, ELSEWHERE = (
    "asked", "opened", "answered", "admitted", "taken_back", "ended", "elsewhere",
)  # fmt: skip


class AskedRow(msgspec.Struct, frozen=True):
    """One post that was asked about a file. Times are unix milliseconds, 0: not yet."""

    opinion: str
    asked_by: str  # post
    to_post: str
    asked_ms: int
    due: str  # ISO day or ""
    state: str  # "asked", "opened", "answered", "admitted", "taken_back", "ended", "elsewhere" (not known here)
    late: bool
    stage: str  # how far the hand-over to the asked post has come, of `Stage`; "" when it is not known here
    opened_by: str  # employee
    opened_ms: int
    answered_ms: int
    admitted_ms: int
    with_post: str  # on whose desk it is, as far as this node knows
    may: frozenset[str]  # "admit", "recall"


class OpinionPage(msgspec.Struct, frozen=True):
    """What the page of an opinion shows besides what it shares with a file: the question and what becomes of it."""

    question: str  # allow-listed HTML
    language: str
    asked_by: str  # post
    asked_employee: str
    asked_ms: int
    due: str
    to_post: str
    file: str
    file_number: str
    file_title: str
    file_is_here: bool  # this node knows the file, so that its page can be shown
    file_post: str  # who holds the file, as far as this node knows; "" when it does not
    file_node: str
    answered_ms: int
    admitted_ms: int
    may: frozenset[str]  # "answer", "admit", "recall", "drop", "follow" (send it after the file)


def asked(unit: Unit, actor: Actor, file: str) -> list[AskedRow]:
    """Whose opinion was asked on a file, in the order in which it was."""
    rows = unit.db.rows(
        "SELECT opinion, to_post, due, post, asked_hlc, admitted_hlc FROM consult WHERE file=? ORDER BY asked_hlc", file
    )
    return [_asked_row(unit, actor, _Consult(*row)) for row in rows]


class _Consult(msgspec.Struct, frozen=True):
    opinion: str
    to_post: str
    due: str
    post: str
    asked_hlc: int
    admitted_hlc: int


def _asked_row(unit: Unit, actor: Actor, consult: _Consult) -> AskedRow:
    row = read_file(unit.db, consult.opinion)
    told = log_of(unit, consult.opinion)
    answered = answered_hlc(told)
    sent = hand_overs.last_sent(unit, consult.opinion)
    opened_by, opened_ms = _opened(told, consult.to_post)
    if not opened_ms and sent is not None and sent.stage is Stage.OPENED and not answered:
        opened_by, opened_ms = sent.opened_by, sent.stage_ms
    state = _state(row, consult, answered, opened_ms)
    waits = state in (ASKED, OPENED)
    return AskedRow(
        consult.opinion,
        consult.post,
        consult.to_post,
        hlc_ms(consult.asked_hlc),
        consult.due,
        state,
        waits and bool(consult.due) and consult.due < today(unit).isoformat(),
        str(sent.stage) if sent is not None and waits else "",
        opened_by,
        opened_ms,
        hlc_ms(answered) if answered else 0,
        hlc_ms(consult.admitted_hlc) if consult.admitted_hlc else 0,
        row.state.post if row is not None and row.phase is Phase.HELD else "",
        _may(unit, row, actor, told),
    )


def _opened(told: list[Told], to_post: str) -> tuple[str, int]:
    """Who of the asked post has opened it, and when."""
    for _, header, body in told:
        if isinstance(body, ev.Receive) and header.post == to_post:
            return header.employee, hlc_ms(header.hlc)
    return "", 0


def _state(row: FileRow | None, consult: _Consult, answered: int, opened_ms: int) -> str:
    if consult.admitted_hlc:
        return ADMITTED
    if row is None:
        return ELSEWHERE
    if row.state.standing == Standing.CLOSED:
        return ENDED if answered else TAKEN_BACK
    if answered:
        return ANSWERED
    if row.phase is Phase.HELD and row.state.post == row.state.opener and row.state.how == "back":
        return TAKEN_BACK
    return OPENED if opened_ms else ASKED


def opinion_page(unit: Unit, actor: Actor, opinion: str) -> OpinionPage:
    """The question, its file, and what the actor may do. Raises Refused no_such_file."""
    row = read_file(unit.db, opinion)
    told = log_of(unit, opinion)
    if row is None or row.state.sort != Sort.OPINION or not told:
        raise Refused("no_such_file")
    _, header, body = told[0]
    if not isinstance(body, ev.Ask):
        raise Refused("no_such_file")
    file = read_file(unit.db, body.file)
    answered = answered_hlc(told)
    admitted = unit.db.value("SELECT admitted_hlc FROM consult WHERE opinion=?", opinion) or 0
    where_post, where_node = _where(file)
    return OpinionPage(
        sanitise(body.html), body.language, header.post, header.employee, hlc_ms(header.hlc), body.due, body.to_post,
        body.file, file.state.number if file is not None else body.number.rpartition("/")[0], body.title,
        file is not None, where_post, where_node, hlc_ms(answered) if answered else 0,
        hlc_ms(admitted) if admitted else 0, _may(unit, row, actor, told),
    )  # fmt: skip


def _where(file: FileRow | None) -> tuple[str, str]:
    if file is None:
        return "", ""
    sending = file.state.sending
    if file.phase in (Phase.RELEASED, Phase.QUEUED, Phase.ASKED) and sending is not None:
        return sending.to_post, sending.to_node
    return file.state.post, file.holder


def _may(unit: Unit, row: FileRow | None, actor: Actor, told: list[Told]) -> frozenset[str]:
    if row is None or read_node(unit.db).mode != "working":
        return frozenset()
    state, may = row.state, set[str]()
    answered = bool(answered_hlc(told))
    if row.phase is Phase.HELD and state.post == actor.post and state.standing in (Standing.TRAY, Standing.DESK):
        if answered and answers(told):
            file = read_file(unit.db, state.within)
            here = file is not None and file.phase is Phase.HELD and file.state.post == actor.post
            may.add("admit" if here and file is not None and file.state.standing == Standing.DESK else "follow")
            may |= {"drop"} if state.standing == Standing.DESK else set()
        elif state.standing == Standing.DESK:
            may.add("drop" if asker_of(told) == actor.post else "answer")
    sent = hand_overs.last_sent(unit, row.file)
    if not answered and sent is not None and sent.can_pull_back and asker_of(told) == actor.post:
        may |= {"recall"} if _last_sender(told) == actor.post else set()
    return frozenset(may)


def _last_sender(told: list[Told]) -> str:
    return next((header.post for _, header, body in reversed(told) if isinstance(body, ev.Send)), "")
