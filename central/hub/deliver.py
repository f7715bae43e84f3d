"""Bundles out: what a node lacks of its stream, and the tickets of a restore.

Packing is where a delivery counts as offered (custody rule 3.1): the mark and the hashes are written in the same
transaction, before the bytes leave.
"""

from __future__ import annotations

from typing import NamedTuple

from central.hub import heard
from central.hub.ingest import NodeRow, beyond, journal_hash, stream_hash
from central.hub.ledger import Ledger
from protocol import messages as ms
from protocol.journal import file_chain, hash_event_id
from protocol.words import MAX_INT, ZERO_HASH, EventId


class Run(NamedTuple):
    """Items from `base` on, as they will travel."""

    parcel: ms.Parcel
    base: int
    hash_after: bytes
    more: bool


def offer(ledger: Ledger, node: NodeRow, cursor: int, budget_bytes: int) -> Run:
    """The items after `cursor` that fit, marked as offered. `cursor` must not exceed what was offered."""
    ledger.flush()
    stream_len = ledger.db.value("SELECT stream_len FROM node WHERE code=?", node.code)
    before = stream_hash(ledger, node.code, cursor)
    if before is None or cursor >= stream_len:
        return Run(ms.Parcel(), cursor, before or ZERO_HASH, more=False)
    items: list[bytes] = []
    logs: list[tuple[ms.LogEntry, ...]] = []
    marks: list[tuple[object, ...]] = []
    size = 0
    more = False
    for n, raw in ledger.db.rows(
        "SELECT n, item FROM stream WHERE node=? AND n>? ORDER BY n LIMIT 5000", node.code, cursor
    ):
        item_bytes = bytes(raw)
        item = ms.decode_item(item_bytes)
        log = _log(ledger, item.file, item.start, item.start + item.count) if isinstance(item, ms.Grant) else ()
        weight = len(item_bytes) + sum(len(entry.header) + len(entry.body) + 40 for entry in log)
        if items and size + weight > budget_bytes:
            more = True
            break
        size += weight
        items.append(item_bytes)
        if isinstance(item, ms.Grant):
            logs.append(log)
        before = ms.stream_chain(before, item_bytes)
        if n > node.offered:
            marks.append((before, node.code, n))
    else:
        more = cursor + len(items) < stream_len
    if marks:
        ledger.db.run_many("UPDATE stream SET hash=? WHERE node=? AND n=?", marks)
        node.offered, node.offered_hash = cursor + len(items), before
        ledger.db.run(
            "UPDATE node SET offered=?, offered_hash=? WHERE code=?", node.offered, node.offered_hash, node.code
        )
    return Run(ms.Parcel(tuple(items), tuple(logs)), cursor, before, more)


def _log(ledger: Ledger, file: str, start: int, end: int = MAX_INT) -> tuple[ms.LogEntry, ...]:
    return tuple(
        ms.LogEntry(node, bytes(epoch), seq, bytes(header), bytes(body))
        for node, epoch, seq, header, body in ledger.db.rows(
            "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos>=? AND pos<? ORDER BY pos",
            file, start, end,
        )
    )  # fmt: skip


def ticket(
    ledger: Ledger,
    node: NodeRow,
    up_cursor: int,
    up_cursor_hash: bytes,
    have: tuple[tuple[bytes, int, bytes], ...],
    token: str = "",
) -> ms.Ticket:
    """All that the hub has of a node and that the node's copy lacks (custody rule 5.3)."""
    known = {epoch: (seq, h) for epoch, seq, h in have}
    chapters = []
    for epoch, closed in ledger.db.rows("SELECT epoch, closed_seq FROM epoch WHERE node=? ORDER BY ordinal", node.code):
        seq, h = known.get(bytes(epoch), (0, ZERO_HASH))
        base = journal_hash(ledger, node.code, bytes(epoch), seq)
        if base != h:
            seq, base = 0, ZERO_HASH
        assert base is not None
        rows = ledger.db.rows(
            "SELECT header, body FROM event WHERE node=? AND epoch=? AND seq>? AND seq<=? ORDER BY seq",
            node.code, epoch, seq, node.head_seq if closed is None else closed,
        )  # fmt: skip
        chapters.append(
            ms.Chapter(
                bytes(epoch), seq + 1, base, tuple(bytes(r[0]) for r in rows), tuple(bytes(r[1]) for r in rows),
                -1 if closed is None else closed,
            )
        )  # fmt: skip
    joins = stream_hash(ledger, node.code, up_cursor) == up_cursor_hash and _is_beginning(ledger, node, have)
    cursor = up_cursor if joins else 0
    run = offer(ledger, node, cursor, 1 << 40)
    while run.more:
        rest = offer(ledger, node, cursor + len(run.parcel.items), 1 << 40)
        parcel = ms.Parcel(run.parcel.items + rest.parcel.items, run.parcel.logs + rest.parcel.logs)
        run = Run(parcel, cursor, rest.hash_after, rest.more)
    return ms.Ticket(
        ledger.hub.node, node.code, ledger.hub.life, node.epoch or bytes(8), node.head_seq, bytes(node.head_hash),
        cursor + len(run.parcel.items), run.hash_after, ledger.now_ms,
        ms.TicketPayload(tuple(chapters), _joining(ledger, node.code, run.parcel), token, beyond(ledger, node)),
    )  # fmt: skip


def _is_beginning(ledger: Ledger, node: NodeRow, have: tuple[tuple[bytes, int, bytes], ...]) -> bool:
    """Whether nothing of a copy's journal has to go when it becomes the hub's: its deliveries may count on it."""
    return all(seq == 0 or journal_hash(ledger, node.code, epoch, seq) == h for epoch, seq, h in have)


def _joining(ledger: Ledger, node: str, parcel: ms.Parcel) -> ms.Parcel:
    """The same deliveries with logs that join on at a node that has no more than its journal here and its stream.

    A grant counts on what the node had when it was made. Where the hub has lost that since, the grant by which the node
    goes brings the file's whole log, and the others of that file none.
    """
    grants = [item for item in map(ms.decode_item, parcel.items) if isinstance(item, ms.Grant)]
    places: dict[str, list[int]] = {}
    for place, grant in enumerate(grants):
        places.setdefault(grant.file, []).append(place)
    logs = list(parcel.logs)
    for file, of_file in places.items():
        log = _log(ledger, file, 0)
        hashes = [ZERO_HASH]
        for entry in log:
            e = hash_event_id(EventId(entry.node, entry.epoch, entry.seq), entry.header, entry.body)
            hashes.append(file_chain(hashes[-1], e))
        if _counts_on_nothing_lost(ledger, node, file, hashes):
            continue
        speaks = max(of_file, key=lambda place: (grants[place].term, -place))
        for place in of_file:
            logs[place] = ()
        end = grants[speaks].start + grants[speaks].count
        if _stands(grants[speaks], hashes):
            logs[speaks] = log[:end]
    return ms.Parcel(parcel.items, tuple(logs))


def _counts_on_nothing_lost(ledger: Ledger, node: str, file: str, hashes: list[bytes]) -> bool:
    """Whether all that the node wrote in the log is in its journal here, and each of its grants is of this very log."""
    beside_journal = ledger.db.value(
        "SELECT count(*) FROM event WHERE subject=? AND node=? AND pos IS NOT NULL AND h IS NULL", file, node
    )
    return not beside_journal and all(_stands(grant, hashes) for grant in heard.grants_to(ledger, file, node))


def _stands(grant: ms.Grant, hashes: list[bytes]) -> bool:
    end = grant.start + grant.count
    return end < len(hashes) and hashes[end] == grant.base
