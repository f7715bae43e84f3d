"""Bundles in: each is one transaction, taken whole or refused whole (custody sections 2, 5, 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from central.hub import rule as rules
from central.hub.ledger import Ledger
from central.hub.rule import Incoming
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle
from protocol.journal import chain_hashes, hash_event_id, is_same, is_stub
from protocol.words import ZERO_HASH, EventId


@dataclass(slots=True)
class NodeRow:
    """What the hub has of one node's journal and stream."""

    code: str
    epoch: bytes | None
    head_seq: int
    head_hash: bytes
    stream_len: int
    offered: int
    offered_hash: bytes
    cursor: int
    reported: int | None


def node_row(ledger: Ledger, code: str) -> NodeRow:
    """The row of a node; made when its certificate is believed and it was never seen."""
    columns = "code, epoch, head_seq, head_hash, stream_len, offered, offered_hash, cursor, reported"
    row = ledger.db.row(f"SELECT {columns} FROM node WHERE code=?", code)
    if row is None:
        ledger.db.run("INSERT INTO node (code, head_hash, offered_hash) VALUES (?,?,?)", code, ZERO_HASH, ZERO_HASH)
        row = ledger.db.row(f"SELECT {columns} FROM node WHERE code=?", code)
        assert row is not None
    return NodeRow(*row)


def decode(event_id: EventId, header_bytes: bytes, body_bytes: bytes, e: bytes) -> Incoming:
    """An event as far as this release can read it. Raises PeerErrors for what no release may send."""
    if len(header_bytes) > ev.MAX_HEADER_BYTES or len(body_bytes) > ev.MAX_BODY_BYTES:
        raise ev.BadEvent(what="size")
    header = ev.decode_header(header_bytes)
    body = ev.decode_body(header.kind, body_bytes)
    subject = ev.subject_of(event_id.node, event_id.epoch, event_id.seq, header.subject)
    return Incoming(event_id, subject, header, body, header_bytes, body_bytes, e)


def take_up(ledger: Ledger, up: ms.Up, node: NodeRow) -> None:
    """The events of an ordinary bundle: new ones are ruled on, known ones passed over, a fork is set aside.

    News has its words: a node destroys what the hub has read. Only a hub that was set back may meet a stub in place of
    an event that it lost. Raises BadBundle.
    """
    if node.epoch is None:
        _first_epoch(ledger, node, up.epoch)
    if up.epoch == node.epoch:
        _take_open(ledger, up, node)
    elif ledger.db.row("SELECT 1 FROM epoch WHERE node=? AND epoch=?", up.sender, up.epoch):
        chapter = ms.Chapter(up.epoch, up.base_seq + 1, up.base_hash, up.payload.headers, up.payload.bodies)
        take_aside(ledger, up.sender, chapter, rules.EPOCH_CLOSED)


def move_cursor(ledger: Ledger, node: NodeRow, cursor: int, cursor_hash: bytes) -> None:
    """How far the node has its stream; the senders of what it fetched are told."""
    if node.cursor < cursor <= node.offered and stream_hash(ledger, node.code, cursor) == cursor_hash:
        ledger.cursor_moved(node.code, node.cursor, cursor)
        ledger.db.run("UPDATE node SET cursor=? WHERE code=?", cursor, node.code)


def stream_hash(ledger: Ledger, node: str, n: int) -> bytes | None:
    """The hash of a node's stream after its item n, as it was offered."""
    if n == 0:
        return ZERO_HASH
    found = ledger.db.value("SELECT hash FROM stream WHERE node=? AND n=?", node, n)
    return None if found is None else bytes(found)


def journal_hash(ledger: Ledger, node: str, epoch: bytes, seq: int) -> bytes | None:
    """The hash of a node's journal after its event seq, as it was taken."""
    if seq == 0:
        return ZERO_HASH
    found = ledger.db.value("SELECT h FROM event WHERE node=? AND epoch=? AND seq=?", node, epoch, seq)
    return None if found is None else bytes(found)


def _first_epoch(ledger: Ledger, node: NodeRow, epoch: bytes) -> None:
    ledger.db.run("INSERT INTO epoch (node, epoch, ordinal) VALUES (?,?,0)", node.code, epoch)
    ledger.db.run("UPDATE node SET epoch=? WHERE code=?", epoch, node.code)
    node.epoch = epoch


def _take_open(ledger: Ledger, up: ms.Up, node: NodeRow) -> None:
    if not up.count or up.base_seq > node.head_seq:
        return
    pairs = tuple(zip(up.payload.headers, up.payload.bodies, strict=True))
    event_hashes, heads = chain_hashes(up.sender, up.epoch, up.base_seq + 1, up.base_hash, pairs)
    if heads[-1] != up.head:
        raise BadBundle(what="head")
    known = node.head_seq - up.base_seq
    if journal_hash(ledger, up.sender, up.epoch, up.base_seq) != up.base_hash:
        new_from, forked = 0, True
    else:
        new_from, forked = _first_unknown(ledger, up, heads, min(known, up.count))
    events = [
        decode(EventId(up.sender, up.epoch, up.base_seq + 1 + i), *pairs[i], event_hashes[i])
        for i in range(new_from, up.count)
    ]
    if node.reported is None and any(is_stub(event.body_bytes) for event in events):
        raise BadBundle(what="stub")
    if forked:
        for event in events:
            ledger.set_aside(event, rules.FORK)
        return
    if not events:
        return
    before = known_events(ledger, up.sender, up.epoch, node.head_seq)
    for event, h in zip(events, heads[new_from:], strict=True):
        here = before.get(event.id.seq)
        if here is not None and here.other_than(event):
            break
        ledger.take(event, h, known_pos=here.pos if here else None, known=here is not None)
        node.head_seq, node.head_hash = event.id.seq, h
    for event in events[node.head_seq - events[0].id.seq + 1 :]:
        ledger.set_aside(event, rules.FORK)
    ledger.db.run("UPDATE node SET head_seq=?, head_hash=? WHERE code=?", node.head_seq, node.head_hash, up.sender)


def _first_unknown(ledger: Ledger, up: ms.Up, heads: Sequence[bytes], overlap: int) -> tuple[int, bool]:
    """(index of the first event that is new, whether it forks off before the head)."""
    if overlap <= 0:
        return 0, False
    if journal_hash(ledger, up.sender, up.epoch, up.base_seq + overlap) == heads[overlap - 1]:
        return overlap, False
    for i in range(overlap):
        if journal_hash(ledger, up.sender, up.epoch, up.base_seq + 1 + i) != heads[i]:
            return i, True
    return overlap, False


class Known(NamedTuple):
    """An event that came inside a grant when the hub recovered, before its node's journal: its place in the log."""

    pos: int | None
    header: bytes
    body: bytes

    def other_than(self, event: Incoming) -> bool:
        """Rule 5.8: the first that was taken stays; another under its number is a fork."""
        return not is_same(self.header, self.body, event.header_bytes, event.body_bytes)


def known_events(ledger: Ledger, node: str, epoch: bytes, after: int) -> dict[int, Known]:
    """Events beyond the head that came inside grants when the hub recovered, by seq."""
    rows = ledger.db.rows(
        "SELECT seq, pos, header, body FROM event WHERE node=? AND epoch=? AND seq>?", node, epoch, after
    )
    return {seq: Known(pos, bytes(header), bytes(body)) for seq, pos, header, body in rows}


def beyond(ledger: Ledger, node: NodeRow) -> tuple[int, bytes] | None:
    """(seq, hash e) of the first event of a node's open epoch that a log has and its journal here has not."""
    if node.epoch is None:
        return None
    found = ledger.db.row(
        "SELECT seq, header, body FROM event WHERE node=? AND epoch=? AND seq>? ORDER BY seq LIMIT 1",
        node.code, node.epoch, node.head_seq,
    )  # fmt: skip
    if found is None:
        return None
    seq, header, body = found
    return seq, hash_event_id(EventId(node.code, node.epoch, seq), bytes(header), bytes(body))


def take_aside(ledger: Ledger, node: str, chapter: ms.Chapter, reason: str) -> None:
    """Events of a chain that no longer counts: those that the hub does not have are kept beside (rules 5.6, 5.8)."""
    for i, (header, body) in enumerate(chapter.pairs()):
        event_id = EventId(node, chapter.epoch, chapter.first + i)
        e = hash_event_id(event_id, header, body)
        found = ledger.db.row("SELECT header, body FROM event WHERE node=? AND epoch=? AND seq=?", *event_id)
        if found is None or not is_same(bytes(found[0]), bytes(found[1]), header, body):
            ledger.set_aside(decode(event_id, header, body, e), reason)
