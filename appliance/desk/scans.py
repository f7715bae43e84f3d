"""Scans that wait for their diary entry: safe on the machine, seen by the post that put them there, in no journal."""

from __future__ import annotations

from typing import IO

import msgspec

from appliance.desk.papers import PaperIn, read_paper
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.room import require_room
from appliance.store.unit import Unit
from commons.database import Row

KEPT_MS = 30 * 24 * 3600 * 1000
"""How long what became of a scan is remembered, and how long one that was left with its form is kept."""
_COLUMNS = "id, sha256, size, name, media_type, pages, at_ms, bulk, receipt"


class Scan(msgspec.Struct, frozen=True):
    """One scan. `receipt` is the id of the receipt that it became, "" while it waits. Size in bytes."""

    id: str
    sha256: bytes
    size: int
    name: str
    media_type: str
    pages: int
    at_ms: int
    bulk: bool
    receipt: str

    @property
    def paper(self) -> PaperIn:
        """The paper as verbs attach it."""
        return PaperIn(self.sha256, self.size, self.name, self.media_type, self.pages)


def take_scan(unit: Unit, actor: Actor, name: str, media_type: str, stream: IO[bytes], *, bulk: bool = False) -> Scan:
    """Keeps a scan for the post, durably, until it is diarised or thrown away. Raises Refused as `read_paper`."""
    require_room(unit)
    paper = read_paper(unit, name, media_type, stream)
    now = unit.clock.now_ms()
    scan = Scan(
        unit.random_bytes(12).hex(), paper.sha256, paper.size, paper.name, paper.media_type, paper.pages, now, bulk, ""
    )
    with unit.db.writing():
        unit.db.run(
            f"INSERT INTO scan (post, employee, turn, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            actor.post, actor.employee, _next_turn(unit, actor.post), scan.id, scan.sha256, scan.size, scan.name,
            scan.media_type, scan.pages, scan.at_ms, bulk, "",
        )  # fmt: skip
        if not unit.papers.has(scan.sha256):  # the same bytes were thrown away in this moment
            raise Refused("paper_empty")
        _forget_old(unit, now)
    return scan


def waiting(unit: Unit, post: str) -> list[Scan]:
    """The post's scans that wait to be diarised one after the other, in their turn."""
    rows = unit.db.rows(f"SELECT {_COLUMNS} FROM scan WHERE post=? AND receipt='' AND bulk=1 ORDER BY turn, id", post)
    return [_scan(row) for row in rows]


def count_waiting(unit: Unit, post: str) -> int:
    """How many of them."""
    return unit.db.value("SELECT count(*) FROM scan WHERE post=? AND receipt='' AND bulk=1", post) or 0


def scan_of(unit: Unit, actor: Actor, scan: str) -> Scan:
    """A scan of the actor's post, waiting or diarised. Raises Refused no_such_scan."""
    row = unit.db.row(f"SELECT {_COLUMNS} FROM scan WHERE id=? AND post=?", scan, actor.post)
    if row is None:
        raise Refused("no_such_scan")
    return _scan(row)


def skip_scan(unit: Unit, actor: Actor, scan: str) -> None:
    """Its turn comes after all others. Raises Refused no_such_scan."""
    with unit.db.writing():
        scan_of(unit, actor, scan)
        unit.db.run("UPDATE scan SET turn=? WHERE id=?", _next_turn(unit, actor.post), scan)


def throw_away(unit: Unit, actor: Actor, scan: str) -> None:
    """It was no letter. One that is diarised stays where it is. Raises Refused no_such_scan."""
    with unit.db.writing():
        found = scan_of(unit, actor, scan)
        if found.receipt:
            return
        unit.db.run("DELETE FROM scan WHERE id=?", scan)
    drop_paper(unit, found.sha256)


def use_scan(unit: Unit, scan: Scan, receipt: str) -> None:
    """Inside the transaction that diarises: the scan is the receipt's now."""
    unit.db.run("UPDATE scan SET receipt=? WHERE id=?", receipt, scan.id)


def drop_paper(unit: Unit, sha256: bytes) -> None:
    """Removes a paper that nothing speaks of any more."""
    with unit.db.writing():
        if not is_used(unit, sha256):
            unit.papers.delete(sha256)


def is_used(unit: Unit, sha256: bytes) -> bool:
    """Whether an event, a waiting scan or a phone's photo is this paper."""
    return any(
        unit.db.value(f"SELECT 1 FROM {table} WHERE sha256=? LIMIT 1", sha256) for table in ("blob", "scan", "photo")
    )


def _next_turn(unit: Unit, post: str) -> int:
    last: int = unit.db.value("SELECT max(turn) FROM scan WHERE post=?", post) or 0
    return last + 1


def _forget_old(unit: Unit, now_ms: int) -> None:
    """A scan left with a form that was never saved, and the memory of what became of one; bulk scans wait for ever."""
    old = now_ms - KEPT_MS
    left = unit.db.rows("SELECT sha256 FROM scan WHERE receipt='' AND bulk=0 AND at_ms<?", old)
    unit.db.run("DELETE FROM scan WHERE at_ms<? AND (receipt<>'' OR bulk=0)", old)
    unit.db.run("DELETE FROM saved_form WHERE at_ms<?", old)
    for (sha256,) in left:
        drop_paper(unit, bytes(sha256))


def _scan(row: Row) -> Scan:
    scan, sha256, size, name, media_type, pages, at_ms, bulk, receipt = row
    return Scan(scan, bytes(sha256), size, name, media_type, pages, at_ms, bool(bulk), receipt)
