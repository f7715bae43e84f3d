"""How far each hand-over has come, for the sent list and the page of a file."""

from __future__ import annotations

from appliance.desk.values import SentRow, Stage
from appliance.store.book import read_file, read_node
from appliance.store.unit import Unit
from commons.database import Row
from protocol.clock import hlc_ms
from protocol.efile import FileState

_SENT = (
    "SELECT event, file, to_post, remarks, sent_hlc, stage, stage_hlc, opened_by, reason, release_seq, release_epoch,"
    " to_node FROM movement"
)


def sent(unit: Unit, post: str, *, limit: int = 200) -> list[SentRow]:
    """Hand-overs by a post, newest first."""
    rows = unit.db.rows(f"{_SENT} WHERE from_post=? ORDER BY sent_hlc DESC LIMIT ?", post, limit)
    return [sent_row(unit, row) for row in rows]


def sent_row(unit: Unit, found: Row) -> SentRow:
    """One row of `_SENT` as a value."""
    event, file, to_post, remarks, sent_hlc, stage, stage_hlc, opened_by, reason, seq, epoch, to_node = found
    row = read_file(unit.db, str(file))
    state = row.state if row is not None else FileState()
    node = read_node(unit.db)
    known = Stage(str(stage))
    if known is Stage.ON_ITS_WAY and (bytes(epoch) != node.epoch or seq <= node.acked_seq):
        known = Stage.AT_DISTRICT
    last = row is not None and state.sending is not None and state.sending.event == event
    here = to_node == unit.node
    can = (
        last
        and row is not None
        and (
            (here and known is Stage.DELIVERED and state.standing == "tray" and row.phase == "held")
            or (not here and row.phase in ("queued", "released") and not row.answered and known is not Stage.OPENED)
        )
    )
    return SentRow(
        str(file), state.number, state.title, state.language, state.priority, str(to_post), str(remarks),
        hlc_ms(int(str(sent_hlc))), known, hlc_ms(int(str(stage_hlc))), str(opened_by), str(reason), bool(can),
        str(event),
    )  # fmt: skip


def last_sent(unit: Unit, file: str) -> SentRow | None:
    """The newest hand-over of a file from this node."""
    row = unit.db.row(f"{_SENT} WHERE file=? ORDER BY sent_hlc DESC LIMIT 1", file)
    return None if row is None else sent_row(unit, row)
