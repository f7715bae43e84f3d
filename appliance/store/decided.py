"""The view of what the district decided about entries that were set aside (docs/protocol.md 6.9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from commons.database import Database
from protocol import events as ev
from protocol import messages as ms
from protocol.journal import hash_event_id
from protocol.words import EventId

VIEWS = ("decision", "decided")
_originals = msgspec.msgpack.Decoder(list[ms.LogEntry])


class DecisionRow(NamedTuple):
    """One decision. `sha256` is the paper of the originals, empty where this node is not asked to write."""

    event: str
    file: str
    hlc: int
    e: bytes
    how: str
    reason: str
    person: str
    sha256: bytes
    size: int


COLUMNS = ", ".join(DecisionRow._fields)


def told(db: Database, item: ms.Decided) -> None:
    """The district's word. Of two decisions about one entry the earlier stands (hlc, then id), on every node."""
    event_id = EventId(item.node, item.epoch, item.seq)
    header = ev.decode_header(item.header)
    said = ev.decode_body(header.kind, item.body)
    if not isinstance(said, ev.Decide):
        return  # of a later release: kept, and passed over
    event, e = str(event_id), hash_event_id(event_id, item.header, item.body)
    db.run(
        f"INSERT INTO decision ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (event) DO UPDATE SET "
        "sha256=excluded.sha256, size=excluded.size WHERE sha256=x''",
        event, item.file, header.hlc, e, said.how, said.reason, said.person, item.sha256, item.size,
    )  # fmt: skip
    for _, entry in said.entries:
        db.run(
            "INSERT INTO decided (e, event, hlc) VALUES (?,?,?) ON CONFLICT (e) DO UPDATE SET event=excluded.event, "
            "hlc=excluded.hlc WHERE (excluded.hlc, excluded.event)<(hlc, event)",
            entry, event, header.hlc,
        )  # fmt: skip


def want_originals(db: Database) -> None:
    """The papers of originals that this node is asked to write from are fetched like those of files, and not read.

    Asked is who has the file now: one to whom it was only on its way, and has gone on, may not have them.
    """
    for sha256, size in db.rows(
        "SELECT sha256, size FROM decision d WHERE sha256<>x'' "
        "AND EXISTS (SELECT 1 FROM efile f WHERE f.file=d.file AND f.holder=(SELECT code FROM node)) "
        "AND NOT EXISTS (SELECT 1 FROM weeded w WHERE w.file=d.file) "
        "AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256=d.sha256)"
    ):
        db.run("INSERT OR IGNORE INTO paper_reading (sha256, state) VALUES (?, 'read')", sha256)
        db.run("INSERT OR IGNORE INTO blob (sha256, size, here, at_hub) VALUES (?,?,0,0)", sha256, size)


def has_decisions(db: Database) -> bool:
    """Whether the district has decided anything that concerns this node."""
    return db.row("SELECT 1 FROM decision LIMIT 1") is not None


def of_file(db: Database, file: str) -> list[DecisionRow]:
    """The decisions about a subject, in their order."""
    return [
        DecisionRow(*row) for row in db.rows(f"SELECT {COLUMNS} FROM decision WHERE file=? ORDER BY hlc, event", file)
    ]


def settled(db: Database, e: bytes) -> str:
    """The decision about an entry, by its hash; empty for none."""
    return str(db.value("SELECT event FROM decided WHERE e=?", e) or "")


def entries_of(db: Database, event: str) -> list[bytes]:
    """The hashes of the entries that a decision settles."""
    return [bytes(e) for (e,) in db.rows("SELECT e FROM decided WHERE event=?", event)]


def decode_originals(data: bytes, wanted: Iterable[bytes]) -> list[tuple[bytes, ms.LogEntry]]:
    """The entries in a paper of originals with their hashes: those that the decision names, and no other."""
    named = set(wanted)
    found = []
    for entry in _originals.decode(data):
        e = hash_event_id(EventId(entry.node, entry.epoch, entry.seq), entry.header, entry.body)
        if e in named:
            found.append((e, entry))
    return found
