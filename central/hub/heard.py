"""What a node has heard of a file's log, as its stream and its journal show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from central.hub.rule import CustodyRow
from protocol import events as ev
from protocol import messages as ms
from protocol.journal import file_hash, hash_event_id
from protocol.words import ORIGIN, EventId

if TYPE_CHECKING:
    from central.hub.ledger import Ledger


def known_length(ledger: Ledger, row: CustodyRow, node: str) -> int:
    """How much of a file's log a node certainly has: up to its last grant, and what its journal has from there on.

    Nothing, when its last grant speaks of another log than the file's (a hub that was set back and wrote on).
    """
    ledger.flush_events()
    ledger.flush_items()
    granted = 0
    last = last_heard(ledger, row.file, node)
    if last is not None:
        granted = last.start + last.count
        if hash_at(ledger, row, granted) != last.base:
            return 0
    stranger, end = ledger.db.row(
        "SELECT min(CASE WHEN node<>? OR h IS NULL OR kind IN ('askback','pullup','answer') THEN pos END), "
        "max(pos)+1 FROM event WHERE subject=? AND pos>=?",
        node, row.file, granted,
    ) or (None, None)  # fmt: skip
    return int(granted if end is None else end if stranger is None else stranger)


def last_heard(ledger: Ledger, file: str, node: str) -> ms.Grant | None:
    """The grant in a node's stream that the node goes by: the first of the highest term (rule 1.1)."""
    return max(grants_to(ledger, file, node), key=lambda grant: grant.term, default=None)


def believes_to_hold(ledger: Ledger, row: CustodyRow, node: str) -> bool:
    """Whether a node that hears no more than is in its stream now goes on writing in a file.

    As after a recovery, in which the only word of the ruling against it was the grant that is withdrawn (rule 6.5).
    """
    ledger.flush_events()
    last = last_heard(ledger, row.file, node)
    if (last.holder if last is not None else row.opener) != node:
        return False
    released = ledger.db.rows(
        "SELECT header FROM event WHERE subject=? AND node=? AND kind='release' AND pos IS NOT NULL", row.file, node
    )
    term = last.term if last is not None else ORIGIN
    return all(ev.decode_header(bytes(header)).term != term for (header,) in released)


def grants_to(ledger: Ledger, file: str, node: str) -> list[ms.Grant]:
    """The grants of a file in a node's stream, in order."""
    ledger.flush_items()
    rows = ledger.db.rows("SELECT item FROM stream WHERE file=? AND node=? AND tag='G' ORDER BY n", file, node)
    return [item for (raw,) in rows if isinstance(item := ms.decode_item(bytes(raw)), ms.Grant)]


def hash_at(ledger: Ledger, row: CustodyRow, length: int) -> bytes | None:
    """The hash of a file's log at an earlier length; None beyond its end."""
    if length >= row.log_len:
        return row.log_hash if length == row.log_len else None
    return file_hash(
        hash_event_id(EventId(node, bytes(epoch), seq), bytes(header), bytes(body))
        for node, epoch, seq, header, body in ledger.db.rows(
            "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos<? ORDER BY pos",
            row.file, length,
        )
    )  # fmt: skip
