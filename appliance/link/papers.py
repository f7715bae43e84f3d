"""Papers follow the movements that speak of them: up by tus, down by Range, verified by hash."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from appliance.store.turns import in_order
from appliance.store.unit import Unit
from commons.papers import PaperDamaged, PaperMismatch, PaperMissing, PapersError
from commons.tus.line import PeerMisbehaved, TransferRefused

log = logging.getLogger("patravali.link")

REST_MS = 600_000
AT_ONCE = 100
INSUFFICIENT_STORAGE = 507
UNAUTHORISED = 401
"""A token that is no longer good: it says nothing of the paper."""


class PaperCarrier(Protocol):
    """What carries papers."""

    def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """Up; when it returns the hub has it whole."""

    def bring_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """Down into `unit.papers`, visible only when its hash is right."""


def never() -> bool:
    """Nothing is more urgent."""
    return False


def is_waiting(unit: Unit) -> bool:
    """Whether a paper is to go up, refused ones too."""
    return bool(unit.db.row("SELECT 1 FROM blob WHERE here=1 AND at_hub=0 LIMIT 1"))


def to_send(unit: Unit) -> list[tuple[bytes, int]]:
    """The next papers that are here and not at the hub, which knows their attachment.

    Those of the most urgent file first, then small ones. One that it refused rests for ten minutes.
    """
    waiting = unit.db.rows(
        "SELECT sha256, size FROM blob WHERE here=1 AND at_hub=0 AND attached_seq<=(SELECT acked_seq FROM node) "
        "AND abs(? - tried_ms) > ?",
        unit.clock.now_ms(), REST_MS,
    )  # fmt: skip
    return in_order(unit.db, [(bytes(sha256), size) for sha256, size in waiting])[:AT_ONCE]


def send_papers(
    unit: Unit, carrier: PaperCarrier, token: str, has_news: Callable[[], bool] = never, most: int = AT_ONCE
) -> int:
    """How many went. One that is refused, or damaged here, does not hold up those behind it.

    `has_news` lets something go before the next; after `most` the order is to be looked at again.
    """
    sent = 0
    for sha256, size in to_send(unit):
        if has_news() or sent >= most:
            break
        try:
            carrier.send_paper(unit, sha256, size, token)
        except TransferRefused as error:
            if error.status == UNAUTHORISED:
                raise
            let_rest(unit, sha256, trouble_of(error))
            continue
        except (PapersError, PeerMisbehaved) as error:
            log.warning("paper_not_sent", extra={"code": error.code})
            let_rest(unit, sha256, trouble_of(error))
            continue
        with unit.db.writing():
            unit.db.run("UPDATE blob SET at_hub=1, trouble='' WHERE sha256=?", sha256)
            _changed(unit)
        sent += 1
    return sent


def let_rest(unit: Unit, sha256: bytes, trouble: str) -> None:
    """It is not tried again for ten minutes; `trouble`: why, a code for the page of what waits."""
    with unit.db.writing():
        unit.db.run("UPDATE blob SET tried_ms=?, trouble=? WHERE sha256=?", unit.clock.now_ms(), trouble, sha256)


def trouble_of(error: Exception) -> str:
    """`refused`; `full` (the district's disk); `damaged` (here); `mismatch` (what came is not it)."""
    if isinstance(error, TransferRefused) and error.status == INSUFFICIENT_STORAGE:
        return "full"
    if isinstance(error, PaperMissing | PaperDamaged):
        return "damaged"
    return "mismatch" if isinstance(error, PaperMismatch) else "refused"


def are_at_hub(unit: Unit, sent: Iterable[bytes]) -> None:
    """The hub has said that it took these. Should it lose one, its next answer says so (`wanted`)."""
    with unit.db.writing():
        for sha256 in sent:
            unit.db.run("UPDATE blob SET at_hub=1, trouble='' WHERE sha256=? AND here=1", sha256)
            _changed(unit)


def bring_papers(
    unit: Unit,
    carrier: PaperCarrier,
    ready: Iterable[bytes],
    token: str,
    has_news: Callable[[], bool] = never,
    most: int = AT_ONCE,
) -> int:
    """How many came, in the order in which papers go up; one that is not what it should be holds up no other."""
    brought = 0
    named = [(sha256, unit.db.value("SELECT size FROM blob WHERE sha256=? AND here=0", sha256)) for sha256 in ready]
    for sha256, size in in_order(unit.db, [(sha256, size) for sha256, size in named if size is not None]):
        if has_news() or brought >= most:
            break
        try:
            carrier.bring_paper(unit, sha256, size, token)
        except TransferRefused as error:
            if error.status == UNAUTHORISED:
                raise
            let_rest(unit, sha256, trouble_of(error))
            continue
        except (PapersError, PeerMisbehaved) as error:
            log.warning("paper_not_brought", extra={"code": error.code})
            let_rest(unit, sha256, trouble_of(error))
            continue
        paper_is_here(unit, sha256, at_hub=True)
        brought += 1
    return brought


def paper_is_here(unit: Unit, sha256: bytes, *, at_hub: bool) -> None:
    """The bytes are in `unit.papers`: the view may say so."""
    with unit.db.writing():
        known = unit.db.run(
            "UPDATE blob SET here=1, at_hub=max(at_hub, ?), trouble='' WHERE sha256=?", int(at_hub), sha256
        )
        _changed(unit)
    if not known:  # weeded while it was on its way
        unit.papers.delete(sha256)


def _changed(unit: Unit) -> None:
    unit.db.run("UPDATE node SET changes=changes+1")
