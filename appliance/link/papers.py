"""Papers follow the movements that speak of them: up by tus, down by Range, verified by hash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from appliance.store.unit import Unit
from commons.tus.line import TransferRefused

REST_MS = 600_000


class PaperCarrier(Protocol):
    """What carries papers."""

    def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """Up; when it returns the hub has it whole."""

    def bring_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """Down into `unit.papers`, visible only when its hash is right."""


def to_send(unit: Unit) -> list[tuple[bytes, int]]:
    """Papers that are here and not at the hub, which knows their attachment; small ones first.

    One that it refused rests for ten minutes.
    """
    return [
        (bytes(sha), size)
        for sha, size in unit.db.rows(
            "SELECT sha256, size FROM blob WHERE here=1 AND at_hub=0 AND attached_seq<=(SELECT acked_seq FROM node) "
            "AND abs(? - tried_ms) > ? ORDER BY size LIMIT 100",
            unit.clock.now_ms(), REST_MS,
        )
    ]  # fmt: skip


def send_papers(unit: Unit, carrier: PaperCarrier, token: str) -> int:
    """How many went. A refused one does not hold up those behind it."""
    sent = 0
    for sha256, size in to_send(unit):
        try:
            carrier.send_paper(unit, sha256, size, token)
        except TransferRefused:
            with unit.db.writing():
                unit.db.run("UPDATE blob SET tried_ms=? WHERE sha256=?", unit.clock.now_ms(), sha256)
            continue
        with unit.db.writing():
            unit.db.run("UPDATE blob SET at_hub=1 WHERE sha256=?", sha256)
            _changed(unit)
        sent += 1
    return sent


def bring_papers(unit: Unit, carrier: PaperCarrier, ready: Iterable[bytes], token: str) -> int:
    """How many came."""
    brought = 0
    for sha256 in ready:
        size = unit.db.value("SELECT size FROM blob WHERE sha256=? AND here=0", sha256)
        if size is None:
            continue
        try:
            carrier.bring_paper(unit, sha256, size, token)
        except TransferRefused:
            continue
        paper_is_here(unit, sha256, at_hub=True)
        brought += 1
    return brought


def paper_is_here(unit: Unit, sha256: bytes, *, at_hub: bool) -> None:
    """The bytes are in `unit.papers`: the view may say so."""
    with unit.db.writing():
        unit.db.run("UPDATE blob SET here=1, at_hub=max(at_hub, ?) WHERE sha256=?", int(at_hub), sha256)
        _changed(unit)


def _changed(unit: Unit) -> None:
    unit.db.run("UPDATE node SET changes=changes+1")
