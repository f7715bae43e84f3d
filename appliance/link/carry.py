"""One round of the carrier: an exchange, then the papers; what it showed about the line is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from msgspec.structs import replace

from appliance.discovery import kept, roster
from appliance.link import papers
from appliance.link.converse import Carrier, Outcome, converse
from appliance.link.https import HttpsCarrier, LineDown
from appliance.link.manners import LinePaused
from appliance.link.paper_line import Papers
from appliance.store.book import read_node
from appliance.store.manners import read_manners
from appliance.store.unit import Unit
from appliance.store.weeding import destroy
from commons.room import DiskFull
from commons.tus.line import NotThePeer, TransferCut, TransferError
from protocol.errors import PatravaliError

HEALTH_EVERY_MS = 300_000


def carry(unit: Unit, carrier: HttpsCarrier) -> Outcome:
    """Movements, then papers. Raises LineDown, LinePaused, PeerErrors, after noting what that says of the line."""
    with _noted(unit):
        return exchange_all(unit, carrier, Papers(carrier), with_papers=not read_manners(unit.db).metered)


def carry_movements(unit: Unit, carrier: HttpsCarrier, *, wants_token: bool) -> Outcome:
    """Movements alone. `wants_token`: papers, if any wait, are to follow on their own connection. Raises as `carry`."""
    with _noted(unit):
        wants_token = wants_token and papers_wait(unit)
        outcome = converse(unit, carrier, health=lambda left: health(unit, left), wants_token=wants_token)
        destroy(unit)
        return outcome


@contextmanager
def _noted(unit: Unit) -> Iterator[None]:
    """What happens inside says how the line is."""
    try:
        yield
    except LinePaused:
        raise
    except LineDown as error:
        note_line(unit, up=False, trouble="" if error.code in (LineDown.code, "gateway") else error.code)
        raise
    except TransferCut as error:
        note_line(unit, up=False, trouble="")
        raise LineDown(reason=type(error).__name__) from error
    except NotThePeer as error:
        note_line(unit, up=False, trouble=error.code)
        raise LineDown(error.code, reason=str(error.status)) from error
    except TransferError as error:
        note_line(unit, up=True, trouble="refused")
        raise LineDown("refused", reason=type(error).__name__) from error
    except DiskFull as error:
        note_line(unit, up=True, trouble=error.code)
        raise
    except PatravaliError as error:
        note_line(unit, up=False, trouble=error.code)
        raise
    note_line(unit, up=True, trouble="")


def exchange_all(
    unit: Unit, carrier: Carrier, paper_carrier: papers.PaperCarrier, *, with_papers: bool = True
) -> Outcome:
    """Everything that both ends have for each other: movements first, papers after.

    In between, what was weeded and has been read by the district is destroyed. What is written here while papers are
    on their way goes before the next paper.
    """
    token, taken = "", False
    while True:
        wants_token = with_papers and not token and papers_wait(unit)
        outcome = converse(unit, carrier, health=lambda left: health(unit, left), wants_token=wants_token)
        token, taken = outcome.token or token, outcome.taken or taken
        destroy(unit)
        told = read_node(unit.db).head_seq

        def has_news(told: int = told) -> bool:
            return read_node(unit.db).head_seq != told

        if token and with_papers:
            papers.send_papers(unit, paper_carrier, token, has_news)
            papers.bring_papers(unit, paper_carrier, outcome.ready, token, has_news)
        if not token or not with_papers or not has_news():
            return replace(outcome, taken=taken, token=token)


def papers_wait(unit: Unit) -> bool:
    """Whether papers are to go up or to come down, or will be once the district has read what is written here."""
    return (
        papers.is_waiting(unit)
        or bool(unit.db.row("SELECT 1 FROM blob WHERE here=0 LIMIT 1"))
        or bool(unit.db.row("SELECT 1 FROM outbox WHERE kind='attach' LIMIT 1"))
    )


class Health(msgspec.Struct, frozen=True, array_like=True):
    """What travels with an exchange when it has changed: what is left once this bundle has gone, and since when.

    `clones`, `namesakes`: other machines that bore this office's name in its network within the last day.
    """

    waiting_events: int
    waiting_movements: int
    waiting_papers: int
    oldest_ms: int
    clones: int = 0
    namesakes: int = 0


def health(unit: Unit, left: int) -> bytes:
    """The snapshot when it has changed, at most every five minutes; empty in between.

    `left`: events that do not fit into this bundle. That nothing is left any more is told at once.
    """
    now = unit.clock.now_ms()
    papers_left = unit.db.value("SELECT count(*) FROM blob WHERE here=1 AND at_hub=0") or 0
    movements, oldest = 0, 0
    if left:
        movements, oldest = unit.db.row("SELECT coalesce(sum(kind='send'), 0), min(at_ms) FROM outbox") or (0, 0)
    said = msgspec.msgpack.encode(Health(left, movements, papers_left, oldest or 0, *_doubles(unit, now)))
    before, at_ms = unit.db.row("SELECT health, health_ms FROM line") or (b"", 0)
    drained = not left and not papers_left
    if said == bytes(before) or (not drained and 0 <= now - at_ms < HEALTH_EVERY_MS):
        return b""
    with unit.db.writing():
        unit.db.run("UPDATE line SET health=?, health_ms=?", said, now)
    return said


def _doubles(unit: Unit, now_ms: int) -> tuple[int, int]:
    """What this office has seen of its own name at other machines; the clock of the sightings is the machine's."""
    found = kept.kept(unit.folder)
    return roster.lately(roster.doubles(unit.node, found.fingerprint, found.others), now_ms) if found else (0, 0)


def note_line(unit: Unit, *, up: bool, trouble: str) -> None:
    """The truth about the line, for every page."""
    now = unit.clock.now_ms()
    with unit.db.writing():
        unit.db.run(
            "UPDATE line SET since_ms=CASE WHEN up IS ? THEN since_ms ELSE ? END, up=?, trouble=?, "
            "last_exchange_ms=CASE WHEN ? THEN ? ELSE last_exchange_ms END",
            int(up), now, int(up), trouble, int(up and not trouble), now,
        )  # fmt: skip
