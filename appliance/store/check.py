"""Everything that one office's data folder can show about itself: pages, chains, signatures, views, papers, queue."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import blake2b

from appliance.store.book import STOPPED, WORKING, NodeState, read_node
from appliance.store.rebuild import VIEWS, rebuild, said_by
from appliance.store.unit import Unit
from commons.database import Database
from commons.papers import PaperDamaged, PaperMissing
from commons.soundness import (
    START,
    Journal,
    Mark,
    Marks,
    Problem,
    check_journal,
    check_pages,
    check_papers,
    problem,
    signature_problem,
)
from protocol import messages as ms
from protocol.bundle import BadBundle, signed_bytes
from protocol.errors import PatravaliError
from protocol.words import ZERO_HASH

__all__ = ["Problem", "check_unit"]

QUICK_PAPERS = 20
STREAM = "stream"


def check_unit(unit: Unit, *, quick: bool = False, papers: int | None = None) -> list[Problem]:
    """All that does not fit in an office's folder; an empty list when all does. Nothing is changed.

    `quick`, for the start: pages, the newest part of each chain and what is new since the last check, the queue, some
    papers. Otherwise everything; views are made anew in a transaction that is rolled back, so others cannot write
    meanwhile. `papers`: so many of them, chosen by chance, are read (None: all, or a few when quick).
    """
    pages = list(check_pages(unit.db, quick=quick))
    if pages:
        return pages
    marks = Marks(unit.folder, quick=quick)
    node = read_node(unit.db)
    found = [*_check_journals(unit.db, node, marks), *_check_stream(unit, node, marks)]
    found += _check_seals(unit, quick=quick)
    found += _check_queue(unit, node)
    if not quick and not found:
        found += _check_views(unit)
    limit = papers if papers is not None else QUICK_PAPERS if quick else -1
    found += check_papers(
        unit.papers,
        [
            bytes(sha)
            for (sha,) in unit.db.rows("SELECT sha256 FROM blob WHERE here=1 ORDER BY random() LIMIT ?", limit)
        ],
    )
    if not found:
        marks.keep()
    return found


def _check_journals(db: Database, node: NodeState, marks: Marks) -> Iterator[Problem]:
    newest = [0]
    known = db.rows("SELECT epoch, closed_seq FROM epoch ORDER BY ordinal")
    if node.epoch not in {bytes(epoch) for epoch, _ in known}:
        yield problem("check.epoch_missing", epoch=node.epoch)
    for epoch, closed in known:
        if bytes(epoch) == node.epoch:
            head = Mark(node.head_seq, node.head_hash)
        elif closed is None:
            yield problem("check.epoch_open", epoch=bytes(epoch))
            continue
        else:
            head = _closed_head(db, node.code, bytes(epoch), closed)
        yield from check_journal(db, Journal(node.code, bytes(epoch), head), marks, newest)
    strays = db.value(
        "SELECT count(*) FROM event WHERE node=? AND h IS NOT NULL AND epoch NOT IN (SELECT epoch FROM epoch)",
        node.code,
    )
    if strays:
        yield problem("check.epoch_unknown", events=strays)
    if newest[0] > node.hlc:
        yield problem("check.clock", newest=newest[0], mark=node.hlc)
    if node.acked_seq > node.head_seq:
        yield problem("check.acknowledged", acknowledged=node.acked_seq, head=node.head_seq)


def _closed_head(db: Database, code: str, epoch: bytes, closed: int) -> Mark:
    if closed == 0:
        return START
    found = db.value("SELECT h FROM event WHERE node=? AND epoch=? AND seq=?", code, epoch, closed)
    return Mark(closed, bytes(found) if found is not None else b"")


def _check_stream(unit: Unit, node: NodeState, marks: Marks) -> Iterator[Problem]:
    """Every delivery is there, as it was signed for, up to the cursor."""
    db = unit.db

    def hash_at(n: int) -> bytes | None:
        found = ZERO_HASH if n == 0 else db.value("SELECT hash FROM item WHERE n=?", n)
        return None if found is None else bytes(found)

    n, stand = marks.begin(STREAM, node.cursor, hash_at)
    for found, raw, stored, file, tag in db.execute_sql(
        "SELECT n, item, hash, file, tag FROM item WHERE n>? ORDER BY n", (n,)
    ):
        n += 1
        if found != n:
            yield problem("check.item_missing", n=n)
            return
        stand = ms.stream_chain(stand, bytes(raw))
        if stand != bytes(stored):
            yield problem("check.stream", n=n)
            return
        try:
            item = ms.decode_item(bytes(raw))
        except BadBundle:
            yield problem("check.item", n=n)
            return
        expected = ("?", "") if item is None else (item.__struct_config__.tag, getattr(item, "file", ""))
        if (tag, file) != expected:
            yield problem("check.item_columns", n=n)
    if (n, stand) != (node.cursor, node.cursor_hash):
        yield problem("check.cursor", found=n, expected=node.cursor)
        return
    marks.sound(STREAM, Mark(n, stand))


def _check_seals(unit: Unit, *, quick: bool) -> Iterator[Problem]:
    """The hub's signatures over what was delivered."""
    limit = 3 if quick else -1
    for n, letter, statement, signature in unit.db.rows(
        "SELECT n, letter, statement, signature FROM seal ORDER BY n DESC LIMIT ?", limit
    ):
        message = signed_bytes(letter, bytes(statement))
        why = signature_problem(partial(unit.verify, unit.settings.hub, message, bytes(signature)))
        if why:
            yield problem("check.seal", n=n, why=why)
        elif not _fits(unit, n, ms.decode_statement(letter, bytes(statement))):
            yield problem("check.seal_of_another", n=n)


def _fits(unit: Unit, n: int, said: ms.Message) -> bool:
    """Whether a statement is for this node and, if it is kept with item n, names the stream as it is there."""
    if said.recipient != unit.node:
        return False
    if n == 0:
        return True
    stands = unit.db.value("SELECT hash FROM item WHERE n=?", n)
    match said:
        case ms.Down():
            named = (said.stream_base + said.count, said.stream_hash)
        case ms.Ticket():
            named = (said.stream_count, said.stream_hash)
        case _:
            return False
    return stands is not None and named == (n, bytes(stands))


def _check_queue(unit: Unit, node: NodeState) -> Iterator[Problem]:
    """What waits to be carried are events of the journal that the hub has not acknowledged."""
    db = unit.db
    if node.mode not in (WORKING, STOPPED):
        yield problem("check.mode", mode=node.mode)
    astray = db.value(
        "SELECT count(*) FROM outbox o LEFT JOIN event e ON e.node=? AND e.epoch=o.epoch AND e.seq=o.seq "
        "WHERE e.seq IS NULL OR o.epoch<>? OR o.seq<=? OR e.kind<>o.kind",
        node.code, node.epoch, node.acked_seq,
    )  # fmt: skip
    if astray:
        yield problem("check.outbox", rows=astray)
    foreign = db.value("SELECT count(*) FROM task WHERE queue<>?", unit.huey.name)
    if foreign:
        yield problem("check.queue", rows=foreign)
    for sha256, size in db.rows("SELECT sha256, size FROM spool"):
        try:
            kept: int | None = unit.spool.size(bytes(sha256))
        except (PaperMissing, PaperDamaged):
            kept = None
        if kept not in (None, size):
            yield problem("check.spool", sha256=bytes(sha256))


def _check_views(unit: Unit) -> list[Problem]:
    """Invariant 8, on this folder: the views, and each event's place in its file's log, as a rebuild makes them."""
    db = unit.db
    found: list[Problem] = []
    try:
        with db.atomic("IMMEDIATE") as transaction:
            live = {table: _rows(db, table) for table in (*VIEWS, "event")}
            rebuild(db, unit.clock.now_ms())
            for table, before in live.items():
                made = _rows(db, table)
                different = [before[row] for row in before.keys() - made.keys()]
                other = [made[row] for row in made.keys() - before.keys()]
                if different or other:
                    example = min(different or other)
                    found.append(problem("check.view", table=table, live=len(different), made=len(other), row=example))
            transaction.rollback()
    except PatravaliError as error:
        found.append(problem("check.views_unmade", why=error.code))
    return found


def _rows(db: Database, table: str) -> dict[bytes, str]:
    """A table's rows: a short hash of each, and how its first column calls it."""
    sql = (
        "SELECT node || ' ' || seq, node, epoch, seq, pos FROM event WHERE pos IS NOT NULL"
        if table == "event"
        else said_by(table)
    )
    return {blake2b(repr(row).encode(), digest_size=16).digest(): str(row[0])[:60] for row in db.execute_sql(sql)}
