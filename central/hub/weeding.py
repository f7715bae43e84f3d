"""Weeding at the district: the same bodies and papers go that the holder's order destroys, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from central.hub.rule import Incoming
from central.hub.unit import TOKEN_MS, HubUnit
from commons.database import Database
from protocol import events as ev
from protocol import messages as ms
from protocol.journal import is_stub, stub_of

if TYPE_CHECKING:
    from central.hub.ledger import Ledger


def tell(ledger: Ledger, event: Incoming, weed: ev.Weed) -> None:
    """Every other node to which the file was granted, or that wrote in it, is told to destroy its copy."""
    ledger.flush_events()
    ledger.flush_items()
    rows = ledger.db.rows(
        "SELECT node FROM stream WHERE file=? AND tag='G' UNION SELECT node FROM event WHERE subject=?",
        event.subject, event.subject,
    )  # fmt: skip
    for node in sorted({node for (node,) in rows} - {event.id.node, ledger.hub.node}):
        ledger.push(node, ms.Weeded(event.subject, weed.order, weed.order_number, event.id.node, event.header.hlc))


def shed(db: Database, events: Sequence[Incoming]) -> None:
    """What honoured weedings destroy: bodies of the log before each, and of what was set aside until then."""
    if events:
        with db.shredding():
            for event in events:
                _shed(db, event)
            db.run("UPDATE answer SET at_ms=0")


def _shed(db: Database, event: Incoming) -> None:
    weed = event.body
    assert isinstance(weed, ev.Weed)
    end = db.value("SELECT pos FROM event WHERE node=? AND epoch=? AND seq=?", *event.id)
    if end is None:
        return  # a truer log of the file does not have it
    papers = {bytes(sha) for (sha,) in db.rows("SELECT sha256 FROM decision WHERE file=?", event.subject)} - {b""}
    db.run("UPDATE decision SET sha256=x'', size=0 WHERE file=?", event.subject)
    for node, epoch, seq, kind, pos, header, body in db.rows(
        "SELECT node, epoch, seq, kind, pos, header, body FROM event WHERE subject=?", event.subject
    ):
        before = pos < end if pos is not None else ev.decode_header(bytes(header)).hlc <= event.header.hlc
        if before and _goes(kind, bytes(body), weed, papers):
            stub = stub_of(bytes(body))
            db.run("UPDATE event SET body=? WHERE node=? AND epoch=? AND seq=?", stub, node, epoch, seq)
    for node, epoch, seq, e, kind, header, body in db.rows(
        "SELECT node, epoch, seq, e, kind, header, body FROM aside WHERE subject=?", event.subject
    ):
        before = ev.decode_header(bytes(header)).hlc <= event.header.hlc
        if before and _goes(kind, bytes(body), weed, papers):
            stub = stub_of(bytes(body))
            db.run("UPDATE aside SET body=? WHERE node=? AND epoch=? AND seq=? AND e=?", stub, node, epoch, seq, e)
    for sha256 in sorted(papers - _still_attached(db, event.subject)):
        _let_go(db, sha256, event.subject)


def _goes(kind: str, raw: bytes, weed: ev.Weed, papers: set[bytes]) -> bool:
    if kind not in ev.SHED or is_stub(raw):
        return False
    body = ev.decode_body(kind, raw)
    if not ev.is_shed(kind, body, weed.order):
        return False
    if isinstance(body, ev.Attach):
        papers.add(body.sha256)
    return True


def _still_attached(db: Database, file: str) -> set[bytes]:
    """Papers of a file that its weeding leaves: the order, and what came later."""
    found = set()
    for (raw,) in db.rows(
        "SELECT body FROM event WHERE subject=? AND kind='attach' UNION ALL "
        "SELECT body FROM aside WHERE subject=? AND kind='attach'",
        file, file,
    ):  # fmt: skip
        body = ev.decode_body("attach", bytes(raw))
        if isinstance(body, ev.Attach):
            found.add(body.sha256)
    return found


def _let_go(db: Database, sha256: bytes, file: str) -> None:
    db.run("DELETE FROM paper_use WHERE sha256=? AND file=?", sha256, file)
    if not db.row("SELECT 1 FROM paper_use WHERE sha256=? LIMIT 1", sha256):
        upload = db.value("SELECT upload FROM arriving WHERE sha256=?", sha256) or ""
        db.run("DELETE FROM paper WHERE sha256=?", sha256)
        db.run("INSERT OR IGNORE INTO paper_going (sha256, upload) VALUES (?,?)", sha256, upload)


def remove_bytes(hub: HubUnit) -> None:
    """Of papers that were let go (one that a file names again meanwhile stays), and of answers that were put by: nobody
    may fetch one after a day, and none that was packed before a weeding stays.
    """
    for (found,) in hub.db.rows("SELECT sha256 FROM answer WHERE at_ms<?", hub.clock.now_ms() - TOKEN_MS):
        with hub.db.writing():
            hub.bundles.delete(bytes(found))
            hub.db.run("DELETE FROM answer WHERE sha256=?", found)
    for found, upload in hub.db.rows("SELECT sha256, upload FROM paper_going"):
        sha256 = bytes(found)
        with hub.db.writing():
            if not hub.db.row("SELECT 1 FROM paper WHERE sha256=?", sha256):
                hub.papers.delete(sha256)
                if upload:
                    hub.incoming.discard(upload)
            hub.db.run("DELETE FROM paper_going WHERE sha256=?", sha256)
