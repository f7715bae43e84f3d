"""Data folders as plain facts: every row that a check needs, decoded by generic MessagePack alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlcipher3 import dbapi2

from commons.papers import PapersError, PaperStore

Term = tuple[int, int]
Key = tuple[str, bytes, int]
"""(node, epoch, seq) of an event."""


class Violation(NamedTuple):
    """One broken promise: number of the invariant (1 to 8), a short code, and what exactly, for a person to read."""

    invariant: int
    code: str
    detail: str


class Event(NamedTuple):
    """One row of a table of events, and what its header says (docs/protocol.md, Events)."""

    key: Key
    subject: str
    pos: int | None
    header: bytes
    body: bytes
    h: bytes | None
    kind: str
    term: Term
    hlc: int
    after: bytes | None
    said_subject: int | str

    def __str__(self) -> str:
        return f"{self.key[0]}.{self.key[1].hex()}.{self.key[2]} ({self.kind})"

    @property
    def is_stub(self) -> bool:
        """Whether the body was destroyed by a weeding: C1 and its SHA-256 stand in its place."""
        return len(self.body) == 33 and self.body[:1] == b"\xc1"

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the body, also of one that was destroyed."""
        return self.body[1:] if self.is_stub else sha256(self.body).digest()

    def fields(self) -> list[Any]:
        """The body's fields in order; none of one that was destroyed."""
        if self.is_stub:
            return []
        found = msgspec.msgpack.decode(self.body)
        return found if isinstance(found, list) else []


class Grant(NamedTuple):
    """A `G` item, in whose stream it stands where; `end` is how long the file's log is with what it brings."""

    node: str
    n: int
    file: str
    term: Term
    holder: str
    cause: str
    end: int
    base: bytes


class Item(NamedTuple):
    """One numbered delivery."""

    n: int
    tag: str
    raw: bytes
    hash: bytes | None


class Aside(NamedTuple):
    """An event that was set aside."""

    event: Event
    reason: str


@dataclass(frozen=True)
class HubFacts:
    """What lies in the hub's folder."""

    code: str
    recovering: bool
    epoch: bytes
    head: tuple[int, bytes]
    nodes: dict[str, dict[str, Any]]
    epochs: dict[tuple[str, bytes], tuple[int | None, bytes | None]]
    events: dict[Key, Event]
    taken: list[tuple[str, bytes, int, bytes, bytes]]
    files: dict[str, dict[str, Any]]
    streams: dict[str, list[Item]]
    asides: list[Aside]
    backlog: int
    folder: Path

    @property
    def life(self) -> int:
        """The life in which it works; its own epoch is named by it."""
        return int.from_bytes(self.epoch, "big")

    @property
    def recovered(self) -> bool:
        """Whether it was ever restored from a copy: offices have reported."""
        return any(row["reported"] is not None for row in self.nodes.values())

    def logs(self) -> dict[str, list[Event]]:
        """All logs."""
        return _logs(self.events.values())

    def grants(self) -> list[Grant]:
        """All grants of all streams."""
        return [grant for node, items in self.streams.items() for grant in grants_of(node, items)]


@dataclass(frozen=True)
class UnitFacts:
    """What lies in an office's folder. `name` is the folder's key, `code` the node's code."""

    name: str
    code: str
    node: dict[str, Any]
    epochs: dict[bytes, tuple[int, int | None]]
    events: dict[Key, Event]
    items: list[Item]
    seals: list[tuple[int, str, bytes, bytes]]
    asides: list[Aside]
    files: dict[str, dict[str, Any]]
    outbox: int
    blobs: list[tuple[bytes, bool, int]]
    folder: Path

    @property
    def working(self) -> bool:
        """Whether its mode lets it write."""
        return bool(self.node["mode"] == "working")

    def logs(self) -> dict[str, list[Event]]:
        """All logs."""
        return _logs(self.events.values())

    def own(self) -> list[Event]:
        """Its journal, epoch by epoch."""
        mine = [event for event in self.events.values() if event.key[0] == self.code and event.h is not None]
        return sorted(mine, key=lambda event: (self.epochs.get(event.key[1], (1 << 60, None))[0], event.key[2]))


def _logs(events: Iterable[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        if event.pos is not None:
            found.setdefault(event.subject, []).append(event)
    for log in found.values():
        log.sort(key=lambda event: (event.pos or 0, event.key))
    return found


def grants_of(node: str, items: Iterable[Item]) -> list[Grant]:
    """The grants in one stream, in order."""
    found = []
    for item in items:
        said = decode_list(item.raw)
        if said and said[0] == "G" and len(said) >= 13:
            _, file, life, number, holder, _, cause, _, _, _, start, count, base = said[:13]
            found.append(Grant(node, item.n, file, (life, number), holder, cause, start + count, base))
    return found


def decode_list(raw: bytes) -> list[Any]:
    """A MessagePack array; an empty list for anything else."""
    try:
        said = msgspec.msgpack.decode(raw)
    except msgspec.DecodeError:
        return []
    return said if isinstance(said, list) else []


@contextmanager
def database(path: Path, key: bytes) -> Iterator[dbapi2.Connection]:
    """A connection that cannot write."""
    with closing(dbapi2.connect(str(path), timeout=20)) as connection:
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        connection.execute("PRAGMA query_only=1")
        yield connection


def read_hub(folder: Path, key: bytes) -> HubFacts:
    """All facts of the hub."""
    with database(folder / "hub.db", key) as db:
        code, recovering, epoch, seq, h = db.execute(
            "SELECT node, recovering, epoch, head_seq, head_hash FROM hub"
        ).fetchone()
        streams: dict[str, list[Item]] = {}
        for node, n, tag, raw, s in db.execute("SELECT node, n, tag, item, hash FROM stream ORDER BY node, n"):
            streams.setdefault(node, []).append(Item(n, tag, raw, s))
        return HubFacts(
            code=code,
            recovering=bool(recovering),
            epoch=epoch,
            head=(seq, h),
            nodes=_named(db, "SELECT * FROM node", "code"),
            epochs={
                (node, found): (closed, closed_hash)
                for node, found, closed, closed_hash in db.execute(
                    "SELECT node, epoch, closed_seq, closed_hash FROM epoch"
                )
            },
            events=_events(db.execute("SELECT node, epoch, seq, subject, pos, header, body, h FROM event")),
            taken=db.execute("SELECT node, epoch, seq, statement, signature FROM taken").fetchall(),
            files=_named(db, "SELECT * FROM efile", "file"),
            streams=streams,
            asides=[
                Aside(_event(row[:8]), row[8])
                for row in db.execute("SELECT node, epoch, seq, subject, NULL, header, body, NULL, reason FROM aside")
            ],
            backlog=db.execute("SELECT count(*) FROM backlog").fetchone()[0],
            folder=folder,
        )


def read_unit(name: str, folder: Path, key: bytes) -> UnitFacts:
    """All facts of an office."""
    code = name.split("#", maxsplit=1)[0]
    with database(folder / "patravali.db", key) as db:
        (node,) = _named(db, "SELECT * FROM node", "code").values()
        return UnitFacts(
            name=name,
            code=code,
            node=node,
            epochs={epoch: (ordinal, closed) for epoch, ordinal, closed in db.execute("SELECT * FROM epoch")},
            events=_events(db.execute("SELECT node, epoch, seq, subject, pos, header, body, h FROM event")),
            items=[
                Item(n, tag, raw, s) for n, tag, raw, s in db.execute("SELECT n, tag, item, hash FROM item ORDER BY n")
            ],
            seals=db.execute("SELECT n, letter, statement, signature FROM seal ORDER BY n").fetchall(),
            asides=[
                Aside(_event((code, *row[:-1])), row[-1])
                for row in db.execute("SELECT epoch, seq, subject, NULL, header, body, NULL, reason FROM aside")
            ],
            files=_named(db, "SELECT * FROM efile", "file"),
            outbox=db.execute("SELECT count(*) FROM outbox").fetchone()[0],
            blobs=[(sha, bool(here), at) for sha, here, at in db.execute("SELECT sha256, here, at_hub FROM blob")],
            folder=folder,
        )


def read_paper(folder: Path, key: bytes, sha: bytes) -> str:
    """What is wrong with a paper in a folder: empty, missing, damaged, or other (its bytes hash to something else)."""
    digest = sha256()
    try:
        with PaperStore(folder / "papers", key).open(sha) as reader:
            for chunk in reader:
                digest.update(chunk)
    except PapersError as error:
        return type(error).__name__
    return "" if digest.digest() == sha else "other bytes"


def _events(rows: Iterable[tuple[Any, ...]]) -> dict[Key, Event]:
    found = (_event(row) for row in rows)
    return {event.key: event for event in found}


def _event(row: tuple[Any, ...]) -> Event:
    node, epoch, seq, subject, pos, header, body, h = row
    said = [*decode_list(header), *[None] * 10][:10]
    _, kind, said_subject, life, number, hlc, _, _, _, after = said
    return Event(
        (node, epoch, seq), subject, pos, header, body, h, str(kind), (life or 0, number or 0), hlc or 0, after,
        said_subject if isinstance(said_subject, int | str) else "",
    )  # fmt: skip


def _named(db: dbapi2.Connection, sql: str, key: str) -> dict[str, dict[str, Any]]:
    cursor = db.execute(sql)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row[key]: row for row in rows}
