"""What the checks of both programs share: a problem as a value, the pages, the chains, the papers of one data folder.

A full check reads everything. A quick one, for the start, reads each chain from where the last check left off, and the
newest part of it always; how far that was lies in the file `checked` in the folder. The file only says what need not be
read again: without it, or when it does not fit the rows, the whole chain is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec
from peewee import DatabaseError
from playhouse.sqlcipher_ext import sqlcipher

from commons.database import Database
from commons.papers import PaperMissing, PaperStore
from protocol import events as ev
from protocol.errors import PeerError
from protocol.journal import chain, event_prefix, hash_event
from protocol.trust import RevokedNode
from protocol.words import ZERO_HASH

TAIL = 1000
"""So many of the newest entries of a chain are read at every start."""


class Problem(NamedTuple):
    """One thing that does not fit: a code, and what it is about."""

    code: str
    values: dict[str, object]

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.values.items())])


def problem(code: str, **values: object) -> Problem:
    """A problem; bytes among its values are shown as hex."""
    return Problem(code, {name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()})


class Mark(NamedTuple):
    """A place in a chain: the number of an entry and the hash after it."""

    seq: int
    hash: bytes


START = Mark(0, ZERO_HASH)


class Marks:
    """How far each chain of a folder was found sound by the last check."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self._path = folder / "checked"
        self._quick = quick
        self._known: dict[str, tuple[int, bytes]] = {}
        self._new: dict[str, Mark] = {}
        with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            self._known = msgspec.msgpack.decode(self._path.read_bytes(), type=dict[str, tuple[int, bytes]])

    def begin(self, name: str, head: int, hash_at: Callable[[int], bytes | None]) -> Mark:
        """Where to begin to read a chain of `head` entries; `hash_at` gives the hash that a row has."""
        seq, h = self._known.get(name, START)
        if not self._quick or hash_at(seq) != h:
            return START
        seq = max(0, min(seq, head - TAIL))
        found = hash_at(seq) if seq else ZERO_HASH
        return START if found is None else Mark(seq, found)

    def sound(self, name: str, mark: Mark) -> None:
        """The chain is sound up to here."""
        self._new[name] = mark

    def keep(self) -> None:
        """Writes them down; a folder that cannot be written only costs time at the next check."""
        with suppress(OSError):
            fresh = self._path.with_suffix(".new")
            fresh.write_bytes(msgspec.msgpack.encode(self._new))
            fresh.replace(self._path)


def check_pages(db: Database, *, quick: bool) -> Iterator[Problem]:
    """The database file itself: SQLite's structures and, unless quick, the seal of every page."""
    questions = ["PRAGMA quick_check(5)"] if quick else ["PRAGMA integrity_check(5)", "PRAGMA cipher_integrity_check"]
    for question in questions:
        try:
            answers = [str(found) for (found,) in db.rows(question)]
        except (DatabaseError, sqlcipher.DatabaseError) as error:
            answers = [str(error)]
        for answer in answers[:5]:
            if answer != "ok":
                yield problem("check.pages", found=answer[:200])


class Journal(NamedTuple):
    """One epoch of one node, as the other tables say it ends. `counted`: numbered 1, 2, 3; the hub numbers by time."""

    node: str
    epoch: bytes
    head: Mark
    counted: bool = True

    @property
    def name(self) -> str:
        """Under which it is marked."""
        return f"{self.node}.{self.epoch.hex()}"


def check_journal(
    db: Database, journal: Journal, marks: Marks, newest_hlc: list[int] | None = None
) -> Iterator[Problem]:
    """Every event is there, in its place, and hashes to what its row and the head say. Ends at the first fault.

    `newest_hlc`, a list of one, is raised to the newest time that was read.
    """
    node, epoch, head, counted = journal

    def hash_at(seq: int) -> bytes | None:
        if seq == 0:
            return ZERO_HASH
        found = db.value("SELECT h FROM event WHERE node=? AND epoch=? AND seq=?", node, epoch, seq)
        return None if found is None else bytes(found)

    seq, h = marks.begin(journal.name, head.seq, hash_at)
    prefix = event_prefix(node, epoch)
    rows = db.execute_sql(
        "SELECT seq, subject, kind, header, body, h FROM event WHERE node=? AND epoch=? AND seq>? AND h IS NOT NULL "
        "ORDER BY seq",
        (node, epoch, seq),
    )
    for found, subject, kind, header_bytes, body, stored in rows:
        seq = seq + 1 if counted else found
        where: dict[str, object] = {"node": node, "epoch": epoch, "seq": seq}
        if found != seq:
            yield problem("check.event_missing", **where)
            return
        h = chain(h, hash_event(prefix, seq, bytes(header_bytes), bytes(body)))
        if h != bytes(stored):
            yield problem("check.chain", **where)
            return
        try:
            header = ev.decode_header(bytes(header_bytes))
            named = ev.subject_of(node, epoch, seq, header.subject)
        except PeerError as error:
            yield problem("check.header", **where, why=error.code)
            return
        if (header.kind, named) != (kind, subject):
            yield problem("check.event_columns", **where)
        if newest_hlc is not None:
            newest_hlc[0] = max(newest_hlc[0], header.hlc)
    if (seq, h) != head:
        yield problem("check.head", node=node, epoch=epoch, found=seq, expected=head.seq)
        return
    marks.sound(journal.name, head)


def signature_problem(verify: Callable[[], None]) -> str:
    """Why a kept signature is not believed; empty when it is. One by a key that was revoked since still counts."""
    try:
        verify()
    except RevokedNode:
        return ""
    except PeerError as error:
        return error.code
    return ""


def check_papers(papers: PaperStore, wanted: Iterable[bytes]) -> Iterator[Problem]:
    """Each paper is there and hashes to its name."""
    for sha256 in wanted:
        try:
            if not papers.verify(sha256):
                yield problem("check.paper_damaged", sha256=sha256)
        except PaperMissing:
            yield problem("check.paper_missing", sha256=sha256)
