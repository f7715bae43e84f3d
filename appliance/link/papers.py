"""Papers follow the movements that speak of them: up by tus, down by Range, verified by hash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from appliance.store.book import read_node
from appliance.store.unit import Unit


class PaperCarrier(Protocol):
    """What carries papers."""

    def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """Up; when it returns the hub has it whole."""

    def bring_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """Down into `unit.papers`, visible only when its hash is right."""


def to_send(unit: Unit) -> list[tuple[bytes, int]]:
    """Papers that are here and not yet at the hub, whose attachment the hub knows; small ones first."""
    node = read_node(unit.db)
    return [
        (bytes(sha), size)
        for sha, size in unit.db.rows(
            "SELECT b.sha256, b.size FROM blob b WHERE b.here=1 AND b.at_hub=0 AND EXISTS ("
            "SELECT 1 FROM paper p JOIN event e ON e.subject=p.file AND e.kind='attach' AND e.node=? "
            "WHERE p.sha256=b.sha256 AND (e.epoch<>? OR e.seq<=?)) ORDER BY b.size LIMIT 100",
            node.code, node.epoch, node.acked_seq,
        )
    ]  # fmt: skip


def send_papers(unit: Unit, carrier: PaperCarrier, token: str) -> int:
    """How many went."""
    sent = 0
    for sha256, size in to_send(unit):
        carrier.send_paper(unit, sha256, size, token)
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
        carrier.bring_paper(unit, sha256, size, token)
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
