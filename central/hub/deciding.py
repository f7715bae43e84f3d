"""What a person of the district does about the order of the files: decides what was set aside, moves custody by order.

Each is one transaction. Who may is for the caller to know (`central/rights.py`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from central.hub import decisions
from central.hub import originals as originals_of
from central.hub.decisions import Decision
from central.hub.ledger import Ledger
from central.hub.rule import CustodyRow
from central.hub.unit import HubUnit
from protocol import events as ev
from protocol.efile import Standing
from protocol.errors import LocalError
from protocol.journal import is_stub
from protocol.words import EventId

ANNEXE, REPLAY, DISCARD = "annexe", "replay", "discard"
HOWS = (ANNEXE, REPLAY, DISCARD)
REASON_CHARS = 500
AGAIN = frozenset({ev.Note.kind, ev.Attach.kind})
"""What can be said anew as it stands: words and papers. A movement is made anew by who holds the file, if at all."""


class NotDone(LocalError):
    """A wish about set-aside entries or custody that the rules do not allow now.

    Codes: no_reason, reason_long, unconfirmed, no_choice, nothing_there, mixed, already_decided, hub_recovers, no_file,
    weeded, nothing_to_write, no_such_post, already_there, office_silent.
    """


class _Entry(NamedTuple):
    id: EventId
    e: bytes
    subject: str
    kind: str
    header: bytes
    body: bytes
    settled: str


def decide(hub: HubUnit, hashes: Sequence[bytes], how: str, reason: str, person: str, *, sure: bool) -> str:
    """One decision about entries of one office and one subject, named by their hashes e; the id of its event.

    Raises NotDone. It cannot be taken back, and a second one about an entry is refused.
    """
    said = _reason(reason)
    if how not in HOWS:
        raise NotDone("no_choice")
    _require_sure(sure=sure)
    with hub.db.writing():
        entries = _entries(hub, hashes)
        _check(entries)
        ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
        _require_working(ledger)
        file = entries[0].subject
        originals, size = b"", 0
        if how != DISCARD:
            _require_custodian(ledger.file(file), entries, how)
            kept = hub.papers.put(originals_of.encode((one.id, one.header, one.body) for one in entries))
            originals, size = kept.sha256, kept.size
        event = ledger.write_beside(file, ev.Decide(how, tuple((str(one.id), one.e) for one in entries), said, person))
        if originals:
            hub.db.run(
                "INSERT INTO paper (sha256, size, here, at_ms) VALUES (?,?,1,?) ON CONFLICT (sha256) DO UPDATE SET "
                "here=1",
                originals, size, ledger.now_ms,
            )  # fmt: skip
            hub.db.run("INSERT OR IGNORE INTO paper_use (sha256, file) VALUES (?,?)", originals, file)
        decision = Decision(
            str(event.id), file, event.header.hlc, event.header_bytes, event.body_bytes, originals, size
        )
        decisions.keep(hub.db, decision)
        decisions.tell(ledger, decision)
        ledger.flush()
    return decision.event


def force(hub: HubUnit, file: str, to_post: str, reason: str, person: str, *, sure: bool) -> None:
    """Custody section 4: the file is moved to a post of another office by order of a person. Raises NotDone."""
    said = _reason(reason)
    _require_sure(sure=sure)
    with hub.db.writing():
        ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
        row, node = _may_force(hub, ledger, file, to_post)
        ledger.force(row, node, to_post, said, person)
        ledger.flush()


def look_at_force(hub: HubUnit, file: str, to_post: str, reason: str) -> str:
    """The node to which `force` would move the file now. Raises NotDone as it would."""
    _reason(reason)
    return _may_force(hub, Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post), file, to_post)[1]


def _may_force(hub: HubUnit, ledger: Ledger, file: str, to_post: str) -> tuple[CustodyRow, str]:
    row = ledger.file(file)
    if row is None:
        raise NotDone("no_file")
    node = hub.node_of_post(to_post)
    known = None if node is None else hub.db.row("SELECT reported FROM node WHERE code=?", node)
    if node is None or known is None:
        raise NotDone("no_such_post", post=to_post)
    if row.holder == node:
        raise NotDone("already_there", node=node)
    if ledger.hub.recovering and known[0] is None:
        raise NotDone("office_silent", node=node)
    return row, node


def _require_sure(*, sure: bool) -> None:
    if not sure:
        raise NotDone("unconfirmed")


def _reason(typed: str) -> str:
    """One line, NFC, of what was typed."""
    kept = "".join(ch if unicodedata.category(ch)[0] != "C" or ch in "\u200c\u200d" else " " for ch in typed)
    said = " ".join(unicodedata.normalize("NFC", kept).split())
    if not said:
        raise NotDone("no_reason")
    if len(said) > REASON_CHARS:
        raise NotDone("reason_long", limit=REASON_CHARS)
    return said


def _entries(hub: HubUnit, hashes: Sequence[bytes]) -> list[_Entry]:
    found = []
    for e in dict.fromkeys(hashes):
        row = hub.db.row(
            "SELECT a.node, a.epoch, a.seq, a.subject, a.kind, a.header, a.body, d.event FROM aside a "
            "LEFT JOIN decided d ON d.e=a.e WHERE a.e=?",
            e,
        )
        if row is None:
            raise NotDone("nothing_there")
        node, epoch, seq, subject, kind, header, body, settled = row
        event_id = EventId(node, bytes(epoch), seq)
        found.append(_Entry(event_id, e, subject, kind, bytes(header), bytes(body), settled or ""))
    return sorted(found, key=lambda one: one.id)


def _check(entries: Sequence[_Entry]) -> None:
    if not entries:
        raise NotDone("nothing_there")
    if len({(one.id.node, one.subject) for one in entries}) > 1:
        raise NotDone("mixed")
    if any(one.settled for one in entries):
        raise NotDone("already_decided")


def _require_working(ledger: Ledger) -> None:
    if ledger.hub.recovering:
        raise NotDone("hub_recovers")


def _require_custodian(row: CustodyRow | None, entries: Sequence[_Entry], how: str) -> None:
    """Whom the decision asks to write must exist, and something to write."""
    if row is None:
        raise NotDone("no_file")
    if row.state.standing == Standing.WEEDED or any(is_stub(one.body) for one in entries):
        raise NotDone("weeded")
    if how == REPLAY and not any(one.kind in AGAIN for one in entries):
        raise NotDone("nothing_to_write")
