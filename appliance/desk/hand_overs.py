"""How far each hand-over has come, for the sent list and the page of a file."""

from __future__ import annotations

from appliance.desk import rights
from appliance.desk.values import Actor, SentRow, Stage
from appliance.store.book import NodeState, decode_state, read_node
from appliance.store.unit import Unit
from commons.database import Row
from protocol.clock import hlc_ms
from protocol.efile import FileState

NEWEST = (1 << 63) - 1
"""Before which everything lies that a list in the order of time can show."""

_WAITS = "m.stage IN ('waiting','on_its_way')"  # as the index movement_waiting says it
_SENT = (
    "SELECT m.event, m.file, m.to_post, m.remarks, m.sent_hlc, m.stage, m.stage_hlc, m.opened_by, m.reason,"
    " m.release_seq, m.release_epoch, m.to_node, e.phase, e.answered, e.state"
    " FROM movement m LEFT JOIN efile e ON e.file=m.file"
)


def sent(unit: Unit, post: str, *, limit: int = 200, before: int = NEWEST) -> list[SentRow]:
    """Hand-overs by a post, newest first; `before` is the `place` of the row above."""
    return _of(unit, post, f"{_SENT} WHERE m.from_post=? AND m.sent_hlc<? ORDER BY m.sent_hlc DESC", before, limit)


def waiting(unit: Unit, post: str, *, limit: int = 500) -> list[SentRow]:
    """Hand-overs by a post that the district has not acknowledged, oldest first, however much went after them."""
    rows = _of(unit, post, f"{_SENT} WHERE m.from_post=? AND {_WAITS} ORDER BY +m.sent_hlc", limit)
    return [row for row in rows if row.stage in {Stage.WAITING, Stage.ON_ITS_WAY}]


def _of(unit: Unit, post: str, query: str, *values: object) -> list[SentRow]:
    """Of a post and further values, the last of which is the most rows."""
    node = read_node(unit.db)
    rows = unit.db.rows(f"{query} LIMIT ?", post, *values)
    seen = (rights.veil_sent(unit, Actor("", post, 0), _sent_row(node, row)) for row in rows)
    return [row for row in seen if row is not None]


def _sent_row(node: NodeState, found: Row) -> SentRow:
    """One row of `_SENT` as a value."""
    (event, file, to_post, remarks, sent_hlc, stage, stage_hlc, opened_by, reason, seq, epoch, to_node, phase, answered,
     packed) = found  # fmt: skip
    state = FileState() if packed is None else decode_state(bytes(packed))
    known = Stage(str(stage))
    if known is Stage.ON_ITS_WAY and (bytes(epoch) != node.epoch or seq <= node.acked_seq):
        known = Stage.AT_DISTRICT
    last = state.sending is not None and state.sending.event == event
    here = to_node == node.code
    can = last and (
        (here and known is Stage.DELIVERED and state.standing == "tray" and phase == "held")
        or (not here and phase in ("queued", "released") and not answered and known is not Stage.OPENED)
    )
    return SentRow(
        str(file), state.number, state.title, state.language, state.priority, str(to_post), str(remarks),
        hlc_ms(int(str(sent_hlc))), known, hlc_ms(int(str(stage_hlc))), str(opened_by), str(reason), bool(can),
        str(event), grading=state.grading, sort=state.sort, place=int(str(sent_hlc)),
    )  # fmt: skip


def last_sent(unit: Unit, file: str) -> SentRow | None:
    """The newest hand-over of a file from this node."""
    row = unit.db.row(f"{_SENT} WHERE m.file=? ORDER BY m.sent_hlc DESC LIMIT 1", file)
    return None if row is None else _sent_row(read_node(unit.db), row)
