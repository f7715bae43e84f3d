"""The paper of the originals that a decision asks somebody to write from (docs/protocol.md 6.9)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from central.hub.unit import HubUnit
from protocol import events as ev
from protocol import messages as ms
from protocol.words import EventId, parse_event_id


def encode(entries: Iterable[tuple[EventId, bytes, bytes]]) -> bytes:
    """Of (id, header, body): a MessagePack array of log entries, verbatim."""
    return msgspec.msgpack.encode([ms.LogEntry(*event_id, header, body) for event_id, header, body in entries])


def remake(hub: HubUnit) -> int:
    """Papers of decisions that a hub which was set back has no more, from the entries that it has aside; how many."""
    made = 0
    for wanted, raw in hub.db.rows(
        "SELECT d.sha256, d.body FROM decision d JOIN paper p ON p.sha256=d.sha256 WHERE p.here=0"
    ):
        said = ev.decode_body(ev.Decide.kind, bytes(raw))
        assert isinstance(said, ev.Decide)
        data = encode(_aside(hub, said))
        if sha256(data).digest() != bytes(wanted):
            continue
        hub.papers.put(data)
        with hub.db.writing():
            made += hub.db.run("UPDATE paper SET here=1 WHERE sha256=?", wanted)
    return made


def _aside(hub: HubUnit, said: ev.Decide) -> Iterable[tuple[EventId, bytes, bytes]]:
    for event, e in said.entries:
        row = hub.db.row("SELECT header, body FROM aside WHERE e=?", e)
        if row is not None:
            yield parse_event_id(event), bytes(row[0]), bytes(row[1])
