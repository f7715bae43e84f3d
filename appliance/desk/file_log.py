"""A file's own events, read in order: what its pages are made of."""

from __future__ import annotations

from appliance.store.unit import Unit
from protocol import events as ev
from protocol.words import EventId

Told = tuple[EventId, ev.Header, ev.Body | None]


def log_of(unit: Unit, file: str) -> list[Told]:
    """A file's events in the order of its log."""
    told: list[Told] = []
    for node, epoch, seq, header_bytes, body_bytes in unit.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos IS NOT NULL ORDER BY pos", file
    ):
        header = ev.decode_header(bytes(header_bytes))
        told.append((EventId(node, bytes(epoch), seq), header, ev.decode_body(header.kind, bytes(body_bytes))))
    return _after_weeding(told)


def _after_weeding(told: list[Told]) -> list[Told]:
    """A weeded file's log without what its order destroys, although that may stand here until the district knows."""
    weeds = [(place, body) for place, (_, _, body) in enumerate(told) if isinstance(body, ev.Weed)]
    if not weeds:
        return told
    end, weed = weeds[-1]
    return [
        (event_id, header, None if place < end and ev.is_shed(header.kind, body, weed.order) else body)
        for place, (event_id, header, body) in enumerate(told)
    ]
