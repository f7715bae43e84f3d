"""What people decided about entries that were set aside, and who is told (custody section 7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from protocol import events as ev
from protocol import messages as ms
from protocol.efile import Standing
from protocol.journal import hash_event_id
from protocol.words import EventId, parse_event_id

if TYPE_CHECKING:
    from central.hub.ledger import Ledger
    from commons.database import Database


class Decision(NamedTuple):
    """One `decide` of the hub, and the paper of the originals that goes with it; empty without one."""

    event: str
    file: str
    hlc: int
    header: bytes
    body: bytes
    sha256: bytes
    size: int

    @property
    def said(self) -> ev.Decide:
        """What was decided."""
        said = ev.decode_body(ev.Decide.kind, self.body)
        assert isinstance(said, ev.Decide)
        return said

    @property
    def e(self) -> bytes:
        """The hash of the event."""
        return hash_event_id(parse_event_id(self.event), self.header, self.body)


COLUMNS = "event, file, hlc, header, body, sha256, size"


def of_file(db: Database, file: str) -> list[Decision]:
    """The decisions about a subject, in their order."""
    return [
        Decision(event, file, hlc, bytes(header), bytes(body), bytes(sha256), size)
        for event, file, hlc, header, body, sha256, size in db.rows(
            f"SELECT {COLUMNS} FROM decision WHERE file=? ORDER BY hlc, event", file
        )
    ]


def keep(db: Database, decision: Decision) -> None:
    """The decision, and what it settles. Of two about one entry the earlier stands (hlc, then id), on every node."""
    db.run(f"INSERT OR IGNORE INTO decision ({COLUMNS}) VALUES (?,?,?,?,?,?,?)", *decision)
    for _, e in decision.said.entries:
        db.run(
            "INSERT INTO decided (e, event, hlc) VALUES (?,?,?) ON CONFLICT (e) DO UPDATE SET event=excluded.event, "
            "hlc=excluded.hlc WHERE event IN (SELECT event FROM decision) "
            "AND (excluded.hlc, excluded.event)<(hlc, event)",
            e,
            decision.event,
            decision.hlc,
        )


def tell(ledger: Ledger, decision: Decision) -> None:
    """Every node that had the file or wrote on it, and the writer of the entries."""
    ledger.flush_events()
    ledger.flush_items()
    rows = ledger.db.rows(
        "SELECT node FROM stream WHERE file=? AND tag='G' UNION SELECT node FROM event WHERE subject=?",
        decision.file, decision.file,
    )  # fmt: skip
    writers = {event.split(".", 1)[0] for event, _ in decision.said.entries}
    for node in sorted(({node for (node,) in rows} | writers) - {ledger.hub.node}):
        _push(ledger, decision, node)


def tell_holder(ledger: Ledger, file: str, node: str) -> None:
    """Who holds the file now is asked for what was decided, wherever the file was then."""
    for decision in of_file(ledger.db, file):
        _push(ledger, decision, node)


def tell_again(ledger: Ledger) -> None:
    """After a recovery: whoever lacks a decision that others have hears of it."""
    for (file,) in ledger.db.rows("SELECT DISTINCT file FROM decision ORDER BY file"):
        for decision in of_file(ledger.db, file):
            tell(ledger, decision)


def _push(ledger: Ledger, decision: Decision, node: str) -> None:
    """Once; a second time when the node holds the file now and was told without the originals."""
    row = ledger.file(decision.file)
    asked = row is not None and row.holder == node and bool(decision.sha256)
    ledger.flush_items()
    for (raw,) in ledger.db.rows("SELECT item FROM stream WHERE file=? AND node=? AND tag='J'", decision.file, node):
        told = ms.decode_item(bytes(raw))
        if isinstance(told, ms.Decided) and event_of(told) == decision.event and (told.sha256 or not asked):
            return
    originals = (decision.sha256, decision.size) if asked else (b"", 0)
    item = ms.Decided(decision.file, *parse_event_id(decision.event), decision.header, decision.body, *originals)
    ledger.push(node, item)


def event_of(item: ms.Decided) -> str:
    """The id of the `decide` in an item."""
    return str(EventId(item.node, item.epoch, item.seq))


def learn(ledger: Ledger, node: str, items: Iterable[bytes]) -> None:
    """A hub that was set back learns from reports what was decided after its copy."""
    for raw in items:
        item = ms.decode_item(raw)
        if not isinstance(item, ms.Decided):
            continue
        header = ev.decode_header(item.header)
        keep(ledger.db, Decision(event_of(item), item.file, header.hlc, item.header, item.body, b"", 0))
        row = ledger.file(item.file)
        if item.sha256 and (row is None or row.state.standing != Standing.WEEDED):
            _learn_originals(ledger, node, item)


def _learn_originals(ledger: Ledger, node: str, item: ms.Decided) -> None:
    ledger.db.run(
        "UPDATE decision SET sha256=?, size=? WHERE event=? AND sha256=x''", item.sha256, item.size, event_of(item)
    )
    ledger.db.run(
        "INSERT OR IGNORE INTO paper (sha256, size, at_ms, node) VALUES (?,?,?,?)",
        item.sha256, item.size, ledger.now_ms, node,
    )  # fmt: skip
    ledger.db.run("INSERT OR IGNORE INTO paper_use (sha256, file) VALUES (?,?)", item.sha256, item.file)
