"""What this node says next: the releases written, the bundle packed (custody sections 2, 5, 6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from appliance.link import restore
from appliance.store.book import STOPPED, Book, Who, own_hash, read_node
from appliance.store.rebuild import read_log
from appliance.store.turns import in_order, in_rounds
from appliance.store.unit import Unit
from protocol import events as ev
from protocol import messages as ms
from protocol.words import ZERO_HASH

RAW_BYTES = 24 << 20
"""Raw bytes of events in one bundle."""

LOOKED_AT, ASKED_FOR = 1_000, 200
"""Of the papers that are missing here."""


Health = Callable[[int], bytes]
"""The snapshot for a bundle after which so many events are left here; empty when there is nothing to say."""


def no_health(_left: int) -> bytes:
    """Nothing to say."""
    return b""


class Spoken(NamedTuple):
    """A message, how many events are in it, and their size before packing."""

    message: ms.Up
    events: int
    raw_bytes: int
    more: bool


def has_queued(unit: Unit) -> bool:
    """Whether any send waits for a carrier."""
    return unit.db.row("SELECT 1 FROM efile WHERE phase='queued' LIMIT 1") is not None


def release_queued(unit: Unit) -> int:
    """Rule 2.2: a carrier stands, so every queued send becomes a release, in one transaction. How many."""
    if not has_queued(unit):
        return 0
    with unit.db.writing():
        book = Book(unit.db, unit.clock.now_ms())
        if book.node.mode == STOPPED:
            return 0
        queued = unit.db.rows("SELECT file FROM efile WHERE phase='queued' ORDER BY arrived_hlc, file")
        for (file,) in queued:
            row = book.file(file)
            assert row is not None
            sending = row.state.sending
            assert sending is not None
            book.write(file, ev.Release(sending.to_post, sending.to_node), Who(post=sending.from_post))
        book.flush()
    return len(queued)


def speak(
    unit: Unit, *, flags: int = 0, health: Health = no_health, raw_bytes: int = RAW_BYTES, events: bool = True
) -> Spoken:
    """The ordinary bundle up: what the hub has not acknowledged, as far as it fits. Write the releases first.

    A stopped node whose deliveries are not those that the district goes by asks as one that has received nothing: it
    becomes what the district has, and what it has alone goes up with the epoch that it opens.
    """
    node = read_node(unit.db)
    size = 0
    headers: list[bytes] = []
    bodies: list[bytes] = []
    more = False
    for header, body in unit.db.execute_sql(
        "SELECT header, body FROM event WHERE node=? AND epoch=? AND seq>? AND h IS NOT NULL ORDER BY seq LIMIT ?",
        (node.code, node.epoch, node.acked_seq, -1 if events else 0),
    ):
        size += len(header) + len(body)
        if headers and size > raw_bytes:
            more = True
            break
        headers.append(bytes(header))
        bodies.append(bytes(body))
    base_hash = own_hash(unit.db, node.code, node.epoch, node.acked_seq)
    count = len(headers)
    head = own_hash(unit.db, node.code, node.epoch, node.acked_seq + count) if count else b""
    stopped = node.mode == STOPPED
    payload = ms.UpPayload(
        tuple(headers),
        tuple(bodies),
        wanted_papers(unit),
        health(node.head_seq - node.acked_seq - count),
        restore.have(unit) if stopped else (),
    )
    parted = stopped and unit.db.value("SELECT parted FROM node")
    cursor, cursor_hash = (0, ZERO_HASH) if parted else (node.cursor, node.cursor_hash)
    message = ms.Up(
        node.code, node.hub, node.epoch, node.life, node.acked_seq, base_hash, count, head, cursor, cursor_hash,
        unit.clock.now_ms(), unit.directory_version(), flags | (ms.UP_STOPPED if stopped else 0), payload,
    )  # fmt: skip
    return Spoken(message, count, size, more)


def wanted_papers(unit: Unit) -> tuple[bytes, ...]:
    """Papers of files that were delivered here and whose bytes are not, in the order in which they are to come.

    Of very many, others with each minute that passes.
    """
    turn = unit.clock.now_ms() // 60_000
    count = unit.db.value("SELECT count(*) FROM blob WHERE here=0")
    skipped = turn * LOOKED_AT % count if count > LOOKED_AT else 0
    missing = unit.db.rows("SELECT sha256, size FROM blob WHERE here=0 LIMIT ? OFFSET ?", LOOKED_AT, skipped)
    ordered = in_order(unit.db, [(bytes(sha), size) for sha, size in missing])
    return in_rounds([sha256 for sha256, _ in ordered], ASKED_FOR, turn)


def report(unit: Unit, notice: ms.Notice) -> ms.Report:
    """Rule 6.4: what this node holds beyond what the hub's copy says."""
    node = read_node(unit.db)
    base = notice.stream_count if notice.stream_count <= node.cursor else 0
    if base and _item_hash(unit, base) != notice.stream_hash:
        base = 0
    if notice.stream_count > node.cursor:
        base = node.cursor
    items = unit.db.rows("SELECT n, item FROM item WHERE n>? ORDER BY n", base)
    last: dict[str, int] = {}
    for n, raw in items:
        item = ms.decode_item(bytes(raw))
        if isinstance(item, ms.Grant):
            last[item.file] = n
    logs = []
    for n, raw in items:
        item = ms.decode_item(bytes(raw))
        if isinstance(item, ms.Grant):
            whole = last[item.file] == n
            logs.append(read_log(unit.db, item.file, 0, item.start + item.count) if whole else ())
    parcel = ms.Parcel(tuple(bytes(raw) for _, raw in items), tuple(logs))
    return ms.Report(
        node.code, node.hub, notice.life, node.epoch, base, node.cursor, node.cursor_hash, node.worked,
        unit.clock.now_ms(),
        ms.ReportPayload(parcel, _lost_chapters(unit, notice), restore.own_aside(unit), _proofs(unit)),
    )  # fmt: skip


def _proofs(unit: Unit) -> ms.Proofs:
    """The hub's own words for the end of this node's stream, and for the last life in which this node worked."""
    found = [
        unit.db.row("SELECT letter, statement, signature FROM seal WHERE n=(SELECT cursor FROM node) AND n>0"),
        unit.db.row(
            "SELECT letter, statement, signature FROM seal WHERE life=(SELECT worked FROM node) "
            "AND letter IN ('D','T') ORDER BY n=0 DESC, n DESC LIMIT 1"
        ),
    ]
    kept = dict.fromkeys((row[0], bytes(row[1]), bytes(row[2])) for row in found if row is not None)
    return tuple(kept)


def _item_hash(unit: Unit, n: int) -> bytes:
    found = unit.db.value("SELECT hash FROM item WHERE n=?", n)
    return b"" if found is None else bytes(found)


def _lost_chapters(unit: Unit, notice: ms.Notice) -> tuple[ms.Chapter, ...]:
    """Closed epochs that the hub's copy does not know as closed, from where it has them."""
    known = dict(notice.epochs)
    chapters = []
    for epoch, closed in unit.db.rows(
        "SELECT epoch, closed_seq FROM epoch WHERE closed_seq IS NOT NULL ORDER BY ordinal"
    ):
        base = min(known.get(bytes(epoch), 0), closed)
        rows = unit.db.rows(
            "SELECT header, body FROM event WHERE node=? AND epoch=? AND seq>? AND seq<=? AND h IS NOT NULL "
            "ORDER BY seq",
            unit.node, epoch, base, closed,
        )  # fmt: skip
        base_hash = own_hash(unit.db, unit.node, bytes(epoch), base) if base else ZERO_HASH
        chapters.append(
            ms.Chapter(
                bytes(epoch), base + 1, base_hash, tuple(bytes(r[0]) for r in rows), tuple(bytes(r[1]) for r in rows),
                closed,
            )
        )  # fmt: skip
    return tuple(chapters)


def evidence(unit: Unit, life: int) -> ms.Evidence | None:
    """Rule 6.7: the hub's own newest signed statement, when it asks for it."""
    row = unit.db.row("SELECT letter, statement, signature FROM seal WHERE n=0")
    if row is None:
        return None
    letter, statement, signature = row
    return ms.Evidence(
        unit.node, unit.settings.hub, life, letter, bytes(statement), bytes(signature), unit.clock.now_ms()
    )  # fmt: skip
