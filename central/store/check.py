"""Everything that the hub's data folder can show about itself: pages, chains, signatures, logs, grants, papers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from commons.database import Database
from commons.papers import PaperStore
from commons.soundness import (
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
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle, signed_bytes
from protocol.efile import FileState
from protocol.errors import PeerError
from protocol.fold import Written, evolve
from protocol.journal import file_chain, hash_event_id
from protocol.words import ZERO_HASH, EventId

__all__ = ["Problem", "check_hub"]

QUICK_PAPERS = 20
QUICK_STATEMENTS = 200


class Hub(Protocol):
    """What a check needs of the opened hub."""

    folder: Path
    node: str
    db: Database
    papers: PaperStore

    def verify(self, node: str, message: bytes, signature: bytes) -> None:
        """Raises a PeerError unless this node signed it."""


def check_hub(hub: Hub, *, quick: bool = False, papers: int | None = None) -> list[Problem]:
    """All that does not fit in the hub's folder; an empty list when all does. Nothing is changed.

    `quick`, for the start: pages, the newest part of each chain and what is new since the last check, some signatures
    and papers. `papers`: so many of them, chosen by chance, are read (None: all, or a few when quick).
    """
    pages = list(check_pages(hub.db, quick=quick))
    if pages:
        return pages
    marks = Marks(hub.folder, quick=quick)
    found = [*_check_journals(hub, marks), *_check_streams(hub.db, marks), *_check_statements(hub, quick=quick)]
    if not quick:
        found += _check_logs(hub.db)
        found += _check_aside(hub.db)
    found += _check_tables(hub.db)
    limit = papers if papers is not None else QUICK_PAPERS if quick else -1
    here = hub.db.rows("SELECT sha256 FROM paper WHERE here=1 ORDER BY random() LIMIT ?", limit)
    found += check_papers(hub.papers, [bytes(sha) for (sha,) in here])
    if not found:
        marks.keep()
    return found


def _check_journals(hub: Hub, marks: Marks) -> Iterator[Problem]:
    db = hub.db
    for node, epoch, closed, closed_hash, current, head_seq, head_hash in db.rows(
        "SELECT e.node, e.epoch, e.closed_seq, e.closed_hash, n.epoch, n.head_seq, n.head_hash "
        "FROM epoch e LEFT JOIN node n ON n.code=e.node ORDER BY e.node, e.ordinal"
    ):
        if current is not None and bytes(current) == bytes(epoch):
            head = Mark(head_seq, bytes(head_hash))
        elif closed is None:
            yield problem("check.epoch_open", node=node, epoch=bytes(epoch))
            continue
        else:
            head = Mark(closed, bytes(closed_hash) if closed_hash is not None else ZERO_HASH)
        yield from check_journal(db, Journal(node, bytes(epoch), head), marks)
    for node, events in db.rows(
        "SELECT e.node, count(*) FROM event e LEFT JOIN epoch p ON p.node=e.node AND p.epoch=e.epoch "
        "WHERE e.h IS NOT NULL AND p.node IS NULL AND e.node<>? GROUP BY e.node",
        hub.node,
    ):
        yield problem("check.epoch_unknown", node=node, events=events)
    row = db.row("SELECT epoch, head_seq, head_hash FROM hub")
    if row is None:
        yield problem("check.no_life")
        return
    yield from check_journal(db, Journal(hub.node, bytes(row[0]), Mark(row[1], bytes(row[2])), counted=False), marks)


def _check_streams(db: Database, marks: Marks) -> Iterator[Problem]:
    for node, length, offered, offered_hash, cursor in db.rows(
        "SELECT code, stream_len, offered, offered_hash, cursor FROM node ORDER BY code"
    ):
        if not cursor <= offered <= length:
            yield problem("check.offered", node=node, cursor=cursor, offered=offered, length=length)
        yield from _check_stream(db, node, length, Mark(offered, bytes(offered_hash)), marks)


def _check_stream(db: Database, node: str, length: int, offered: Mark, marks: Marks) -> Iterator[Problem]:
    """Items are numbered without a gap; those that were offered hash to what was signed, the rest have no hash yet."""

    def hash_at(n: int) -> bytes | None:
        found = ZERO_HASH if n == 0 else db.value("SELECT hash FROM stream WHERE node=? AND n=?", node, n)
        return None if found is None else bytes(found)

    n, stand = marks.begin(f"stream {node}", offered.seq, hash_at)
    for found, raw, stored, tag, file in db.execute_sql(
        "SELECT n, item, hash, tag, file FROM stream WHERE node=? AND n>? ORDER BY n", (node, n)
    ):
        n += 1
        if found != n:
            yield problem("check.item_missing", node=node, n=n)
            return
        if (n <= offered.seq) != (stored is not None):
            yield problem("check.item_offered", node=node, n=n, offered=offered.seq)
            return
        stand = ms.stream_chain(stand, bytes(raw))
        if stored is not None and (stand != bytes(stored) or (n == offered.seq and stand != offered.hash)):
            yield problem("check.stream", node=node, n=n)
            return
        try:
            item = ms.decode_item(bytes(raw))
        except BadBundle:
            yield problem("check.item", node=node, n=n)
            return
        if (tag, file) != (("?", "") if item is None else (item.__struct_config__.tag, getattr(item, "file", ""))):
            yield problem("check.item_columns", node=node, n=n)
    if n != length:
        yield problem("check.stream_length", node=node, found=n, expected=length)
        return
    marks.sound(f"stream {node}", offered)


def _check_statements(hub: Hub, *, quick: bool) -> Iterator[Problem]:
    """What offices signed when the hub took their events: the hub cannot have made these up."""
    for node, epoch, seq, statement, signature in hub.db.rows(
        "SELECT node, epoch, seq, statement, signature FROM taken ORDER BY at_ms DESC LIMIT ?",
        QUICK_STATEMENTS if quick else -1,
    ):
        message = signed_bytes(ms.Up.letter, bytes(statement))
        why = signature_problem(partial(hub.verify, node, message, bytes(signature)))
        if why:
            yield problem("check.statement", node=node, seq=seq, why=why)
            continue
        said = ms.decode_statement(ms.Up.letter, bytes(statement))
        h = hub.db.value("SELECT h FROM event WHERE node=? AND epoch=? AND seq=?", node, epoch, seq)
        about = (said.sender, said.epoch, said.base_seq + said.count, said.head) if isinstance(said, ms.Up) else ()
        if h is None or about != (node, bytes(epoch), seq, bytes(h)):
            yield problem("check.statement_of_another", node=node, seq=seq)


class _Fold:
    """One file's log, added up again."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.state = FileState()
        self.hashes = [ZERO_HASH]
        self.fault = ""

    def add(self, event_id: EventId, pos: int, header_bytes: bytes, body_bytes: bytes) -> None:
        """The next event by place."""
        if pos != len(self.hashes) - 1:
            self.fault = self.fault or "place"
        try:
            header = ev.decode_header(header_bytes)
            body = ev.decode_body(header.kind, body_bytes)
        except PeerError as error:
            self.fault = self.fault or error.code
            return
        self.state = evolve(self.state, Written(event_id.node, str(event_id), header, body))
        self.hashes.append(file_chain(self.hashes[-1], hash_event_id(event_id, header_bytes, body_bytes)))


def _check_logs(db: Database) -> Iterator[Problem]:
    """Invariant 8, on the hub: what its table says of each file is what log and grants add up to."""
    grants = _grants(db)
    recovering = bool(db.value("SELECT recovering FROM hub"))
    seen = set()
    for fold in _folds(db):
        seen.add(fold.file)
        if fold.fault:
            yield problem("check.log", file=fold.file, why=fold.fault)
            continue
        yield from _check_file(db, fold, grants.get(fold.file, []), recovering=recovering)
    for (file,) in db.rows("SELECT file FROM efile"):
        if file not in seen:
            yield problem("check.log", file=file, why="empty")


def _folds(db: Database) -> Iterator[_Fold]:
    fold: _Fold | None = None
    for file, node, epoch, seq, pos, header, body in db.execute_sql(
        "SELECT subject, node, epoch, seq, pos, header, body FROM event WHERE pos IS NOT NULL ORDER BY subject, pos"
    ):
        if fold is None or fold.file != file:
            if fold is not None:
                yield fold
            fold = _Fold(file)
        fold.add(EventId(node, bytes(epoch), seq), pos, bytes(header), bytes(body))
    if fold is not None:
        yield fold


def _grants(db: Database) -> dict[str, list[ms.Grant]]:
    found: dict[str, list[ms.Grant]] = {}
    for (raw,) in db.execute_sql("SELECT item FROM stream WHERE tag='G'"):
        item = ms.decode_item(bytes(raw))
        if isinstance(item, ms.Grant):
            found.setdefault(item.file, []).append(item)
    return found


def _check_file(db: Database, fold: _Fold, grants: list[ms.Grant], *, recovering: bool) -> Iterator[Problem]:
    row = db.row(
        "SELECT opener, life, number, holder, log_len, log_hash, state, file_number, title, post, since_hlc FROM efile "
        "WHERE file=?",
        fold.file,
    )
    if row is None:
        yield problem("check.file_missing", file=fold.file)
        return
    opener, life, number, holder, length, log_hash, state, *shown = row
    if (length, bytes(log_hash)) != (len(fold.hashes) - 1, fold.hashes[-1]):
        yield problem("check.log_hash", file=fold.file, found=len(fold.hashes) - 1, expected=length)
    said = fold.state
    if bytes(state) != msgspec.msgpack.encode(said) or shown != [said.number, said.title, said.post, said.arrived_hlc]:
        yield problem("check.view", table="efile", row=fold.file)
    for grant in grants:
        end = grant.start + grant.count
        if end >= len(fold.hashes) or grant.base != fold.hashes[end]:
            yield problem("check.grant", file=fold.file, life=grant.life, number=grant.number)
    highest = max((grant.term for grant in grants), default=None)
    holders = {grant.holder for grant in grants if grant.term == highest} if highest else {opener}
    if not recovering and ((highest or (0, 0)) != (life, number) or holders != {holder}):
        yield problem("check.custodian", file=fold.file, table=holder, grants=",".join(sorted(holders)))


def _check_aside(db: Database) -> Iterator[Problem]:
    """What was set aside is whole; what stands in no log is aside, unless it only speaks of a file."""
    for node, epoch, seq, e, header, body in db.execute_sql("SELECT node, epoch, seq, e, header, body FROM aside"):
        if hash_event_id(EventId(node, bytes(epoch), seq), bytes(header), bytes(body)) != bytes(e):
            yield problem("check.aside", node=node, epoch=bytes(epoch), seq=seq)
    beside = ",".join(f"'{kind}'" for kind in sorted(ev.BESIDE_THE_CHAIN))
    for node, events in db.rows(
        f"SELECT e.node, count(*) FROM event e WHERE e.pos IS NULL AND e.kind NOT IN ({beside}) AND NOT EXISTS "
        "(SELECT 1 FROM aside a WHERE a.node=e.node AND a.epoch=e.epoch AND a.seq=e.seq) GROUP BY e.node"
    ):
        yield problem("check.nowhere", node=node, events=events)


def _check_tables(db: Database) -> Iterator[Problem]:
    waiting = db.value("SELECT count(*) FROM backlog")
    if waiting and not db.value("SELECT recovering FROM hub"):
        yield problem("check.backlog", rows=waiting)
    for (file,) in db.rows(
        "SELECT e.subject FROM event e WHERE e.kind='attach' AND e.pos IS NOT NULL "
        "AND NOT (length(e.body)=33 AND substr(e.body, 1, 1)=x'c1') AND NOT EXISTS "
        "(SELECT 1 FROM paper_use u WHERE u.file=e.subject) GROUP BY e.subject LIMIT 20"
    ):
        yield problem("check.paper_use", file=file)
