"""What the copy of a recovered hub has and the truer log has not: taken out of the logs, kept beside (rule 5.8)."""

from __future__ import annotations

from central.hub import rule as rules
from central.hub.ingest import decode, journal_hash
from central.hub.ledger import Ledger
from protocol import events as ev
from protocol import messages as ms
from protocol.efile import FileState
from protocol.fold import Written, evolve
from protocol.journal import file_chain, hash_event_id, is_same
from protocol.words import ZERO_HASH, EventId


def leave_branch(ledger: Ledger, file: str, kept: set[tuple[str, bytes, int]]) -> None:
    """What the copy's log has and the truer log has not (a hub that was set back and wrote on) is kept beside."""
    ledger.flush_events()
    for node, epoch, seq, header, body in ledger.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos IS NOT NULL", file
    ):
        event_id = EventId(node, bytes(epoch), seq)
        if tuple(event_id) in kept:
            continue
        _leave(ledger, event_id, bytes(header), bytes(body))
    ledger.db.run("UPDATE event SET pos=NULL WHERE subject=?", file)


def _leave(ledger: Ledger, event_id: EventId, header: bytes, body: bytes) -> None:
    """Kept beside, but for what only asked for a file: the ruling that it led to is void, and it waits for nobody."""
    event = decode(event_id, header, body, hash_event_id(event_id, header, body))
    if event.header.kind not in ev.BESIDE_THE_CHAIN:
        ledger.set_aside(event, rules.OLDER_TERM)


def leave_chain(ledger: Ledger, entry: ms.LogEntry) -> None:
    """An event of the log whose number the hub's copy gave to another: a clone wrote on to a hub that was set back.

    What a ruling carried was taken first (rule 5.8): the copy's branch of that journal is kept beside as a fork.
    """
    node, epoch, first = entry.node, entry.epoch, entry.seq
    found = ledger.db.row("SELECT header, body, h FROM event WHERE node=? AND epoch=? AND seq=?", node, epoch, first)
    if found is None or found[2] is None or is_same(bytes(found[0]), bytes(found[1]), entry.header, entry.body):
        return
    branch = ledger.db.rows(
        "SELECT seq, subject, pos, header, body FROM event WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL "
        "ORDER BY seq",
        node, epoch, first,
    )  # fmt: skip
    for seq, _, _, header, body in branch:
        event_id = EventId(node, epoch, seq)
        e = hash_event_id(event_id, bytes(header), bytes(body))
        ledger.set_aside(decode(event_id, bytes(header), bytes(body), e), rules.FORK, tell=False)
    ledger.db.run("DELETE FROM event WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL", node, epoch, first)
    ledger.db.run("DELETE FROM taken WHERE node=? AND epoch=? AND seq>=?", node, epoch, first)
    places: dict[str, int] = {}
    for _, subject, pos, _, _ in branch:
        if pos is not None:
            places[subject] = min(pos, places.get(subject, pos))
    for file, place in places.items():
        _shorten(ledger, file, place)
    head = journal_hash(ledger, node, epoch, first - 1) or ZERO_HASH
    ledger.db.run("UPDATE node SET head_seq=?, head_hash=? WHERE code=? AND epoch=?", first - 1, head, node, epoch)
    ledger.db.run(
        "UPDATE epoch SET closed_seq=?, closed_hash=? WHERE node=? AND epoch=? AND closed_seq>=?",
        first - 1, head, node, epoch, first,
    )  # fmt: skip


def leave_beyond(ledger: Ledger, node: str, epoch: bytes, closed: int) -> None:
    """What the copy has of an epoch beyond where the lost life closed it (0: that machine never had it): a twin's.

    It is kept beside, and leaves the logs; but what a ruling has carried on since stays in them (rule 5.8), though it
    is in no journal any more.
    """
    ledger.flush_events()
    left: dict[str, int] = {}
    for seq, subject, pos, header, body in ledger.db.rows(
        "SELECT seq, subject, pos, header, body FROM event WHERE node=? AND epoch=? AND seq>? AND h IS NOT NULL "
        "ORDER BY seq",
        node, epoch, closed,
    ):  # fmt: skip
        event_id = EventId(node, epoch, seq)
        event = decode(event_id, bytes(header), bytes(body), hash_event_id(event_id, bytes(header), bytes(body)))
        row = ledger.file(subject) if pos is not None else None
        if row is not None and event.header.term < row.term:
            ledger.db.run("UPDATE event SET h=NULL WHERE node=? AND epoch=? AND seq=?", *event_id)
            continue
        if event.header.kind not in ev.BESIDE_THE_CHAIN:
            ledger.set_aside(event, rules.EPOCH_CLOSED, tell=False)
        ledger.db.run("DELETE FROM event WHERE node=? AND epoch=? AND seq=?", *event_id)
        if pos is not None:
            left[subject] = min(pos, left.get(subject, pos))
    ledger.db.run("DELETE FROM taken WHERE node=? AND epoch=? AND seq>?", node, epoch, closed)
    for file, place in left.items():
        _shorten(ledger, file, place)
    h = journal_hash(ledger, node, epoch, closed) or ZERO_HASH
    ledger.db.run(
        "UPDATE epoch SET closed_seq=?, closed_hash=? WHERE node=? AND epoch=? AND coalesce(closed_seq, ?)>=?",
        closed, h, node, epoch, closed, closed,
    )  # fmt: skip
    ledger.db.run(
        "UPDATE node SET head_seq=?, head_hash=? WHERE code=? AND epoch=? AND head_seq>?",
        closed,
        h,
        node,
        epoch,
        closed,
    )


def _shorten(ledger: Ledger, file: str, length: int) -> None:
    """A file's log without what stood from a place on; what others wrote there leaves it too, and is kept beside.

    A file that the branch itself had begun is no file any more.
    """
    row = ledger.file(file)
    if row is None:
        return
    for node, epoch, seq, header, body in ledger.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos>=? ORDER BY pos", file, length
    ):
        _leave(ledger, EventId(node, bytes(epoch), seq), bytes(header), bytes(body))
    ledger.db.run("UPDATE event SET pos=NULL WHERE subject=? AND pos>=?", file, length)
    row.state, row.log_hash, row.log_len, row.dirty = FileState(), ZERO_HASH, 0, True
    for node, epoch, seq, header, body in ledger.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos IS NOT NULL ORDER BY pos", file
    ):
        event_id = EventId(node, bytes(epoch), seq)
        e = hash_event_id(event_id, bytes(header), bytes(body))
        event = decode(event_id, bytes(header), bytes(body), e)
        row.state = evolve(row.state, Written(node, str(event_id), event.header, event.body))
        row.log_hash = file_chain(row.log_hash, e)
        row.log_len += 1
    if not row.log_len:
        ledger.replace(file, None)
        ledger.db.run("DELETE FROM efile WHERE file=?", file)
