"""Rows of the hub's tables as values, and back."""

from __future__ import annotations

import msgspec

from central.hub.rule import Cause, CustodyRow
from commons.database import Database, Row
from protocol.efile import FileState
from protocol.words import Term

_state_encoder = msgspec.msgpack.Encoder()
_state_decoder = msgspec.msgpack.Decoder(FileState)

FILE_COLUMNS = (
    "file, opener, holder, life, number, cause, cause_node, cause_life, cause_number, gpos, pull_up, fresh, log_len,"
    " log_hash, state"
)


def read_row(found: Row) -> CustodyRow:
    """A row of `FILE_COLUMNS` as a value."""
    (file, opener, holder, life, number, cause, cause_node, cause_life, cause_number, gpos, pull_up, fresh, log_len,
     log_hash, state) = found  # fmt: skip
    return CustodyRow(
        file, opener, holder, Term(life, number), Cause(cause, cause_node, Term(cause_life, cause_number)), gpos,
        pull_up, bool(fresh), log_len, bytes(log_hash), _state_decoder.decode(state),
    )  # fmt: skip


class HubState(msgspec.Struct):
    """The one row of `hub`."""

    node: str
    life: int
    recovering: bool
    hlc: int
    epoch: bytes
    head_seq: int
    head_hash: bytes
    alarm: str


def read_hub(db: Database) -> HubState:
    """The hub's own state."""
    row = db.row("SELECT node, life, recovering, hlc, epoch, head_seq, head_hash, alarm FROM hub")
    assert row is not None
    node, life, recovering, hlc, epoch, head_seq, head_hash, alarm = row
    return HubState(node, life, bool(recovering), hlc, bytes(epoch), head_seq, bytes(head_hash), alarm)


def columns_of(row: CustodyRow) -> tuple[object, ...]:
    """The values of `FILE_COLUMNS`, and those by which files are looked for."""
    state = row.state
    return (
        row.file, row.opener, row.holder, *row.term, row.cause.kind, row.cause.node, *row.cause.term, row.delivery,
        row.pull_up, row.fresh, row.log_len, row.log_hash, _state_encoder.encode(state), state.number, state.title,
        state.post, state.arrived_hlc, state.grading,
    )  # fmt: skip
