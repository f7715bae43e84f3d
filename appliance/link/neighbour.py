"""The carrier that is a neighbour: this office's post in sealed bags to the hub, and its answers back, at once.

The bags are those of the stick. First the hub itself must answer a bag in which nothing leaves hand (custody rule 2.2:
a neighbour that has no line, or only says so, costs nobody the right to withdraw); then releases are written, then they
go. Whatever is lost on the way goes again by whatever carrier comes next.
"""

from __future__ import annotations

import io
from typing import Protocol

import msgspec

from appliance.link import papers, speak
from appliance.link.manners import LinePaused
from appliance.link.stick import end_of, messages_out, take_items
from appliance.store.book import STOPPED
from appliance.store.manners import read_manners
from appliance.store.unit import Unit
from appliance.store.weeding import destroy
from commons.papers import PapersError
from commons.stick import Load, packed_bag, small_papers
from protocol.bag import open_bag
from protocol.carried import MAX_BAG_BYTES
from protocol.errors import LocalError, PeerError

RAW_BYTES = 448 << 10
"""Raw bytes of events in one bag: even what does not compress fits."""

MOST_TURNS = 12
"""In one visit; what is left goes with the next."""

FORMAT_BYTES = 4096
"""For what a bag is larger than what is in it."""


class TooLargeForNeighbour(LocalError):
    """What is to go next does not fit into a neighbour's bag; it waits for the line or a stick."""

    code = "neighbour.too_large"


class Carrier(Protocol):
    """A way to the hub that answers a bag at once."""

    def exchange(self, bag: bytes) -> bytes:
        """The hub's answer to a bag, a bag for us; proved to be that. Raises PeerErrors."""


class Carried(msgspec.Struct):
    """What a visit came to. `papers_left` have no room in a bag, or were not reached: they wait for line or stick."""

    turns: int = 0
    movements: int = 0
    deliveries: int = 0
    papers_out: int = 0
    papers_in: int = 0
    papers_left: int = 0

    @property
    def active(self) -> bool:
        """Whether anything moved."""
        return bool(self.movements or self.deliveries or self.papers_out or self.papers_in)


def is_resting(unit: Unit) -> bool:
    """Whether someone of the office wants nothing to go now, by no way that goes by itself."""
    return read_manners(unit.db).pause_left_ms(unit.clock.now_ms()) > 0


def has_news(unit: Unit) -> bool:
    """Whether there is something to say that need not wait for a round."""
    return bool(
        unit.db.row("SELECT 1 FROM outbox LIMIT 1") or unit.db.row("SELECT 1 FROM owed LIMIT 1") or _has_queued(unit)
    )


def hand_over(unit: Unit, carrier: Carrier) -> Carried:
    """Everything that both ends have for each other, as far as it fits.

    Raises TooLargeForNeighbour before anything is released, LinePaused and PeerErrors; what was taken holds.
    """
    done = Carried()
    _check_sizes(unit)
    if _has_queued(unit):
        _turn(unit, carrier, done, events=False)
    while done.turns < MOST_TURNS:
        if is_resting(unit):
            raise LinePaused
        done.movements += speak.release_queued(unit)
        if not _turn(unit, carrier, done, events=True):
            break
    destroy(unit)
    done.papers_left = len(papers.to_send(unit))
    return done


def _check_sizes(unit: Unit) -> None:
    """What does not fit must cost nobody the right to withdraw what stands behind it."""
    largest = unit.db.value(
        "SELECT max(length(e.header) + length(e.body)) FROM event e JOIN node n ON e.node=n.code AND e.epoch=n.epoch "
        "WHERE e.seq>n.acked_seq AND e.h IS NOT NULL"
    )
    owed = unit.db.value("SELECT sum(length(message)) FROM owed")
    if (largest or 0) + (owed or 0) > RAW_BYTES:
        raise TooLargeForNeighbour


def _has_queued(unit: Unit) -> bool:
    queued = unit.db.row("SELECT 1 FROM efile WHERE phase='queued' LIMIT 1")
    return bool(queued) and unit.db.value("SELECT mode FROM node") != STOPPED


def _turn(unit: Unit, carrier: Carrier, done: Carried, *, events: bool) -> bool:
    """One bag there and one back; whether there is more to say or to hear."""
    messages, _, more = messages_out(unit, RAW_BYTES, events=events)
    room = MAX_BAG_BYTES - FORMAT_BYTES - sum(map(len, messages))
    chosen = small_papers(unit.papers, papers.to_send(unit), room) if events and not more else []
    now_ms = unit.clock.now_ms()
    end, before = end_of(unit), _standing(unit)
    bag = b"".join(packed_bag(end, Load(unit.settings.hub, messages), chosen, now_ms, now_ms))
    answer = io.BytesIO(carrier.exchange(bag))
    done.turns += 1
    papers.are_at_hub(unit, [sha256 for sha256, _ in chosen])
    try:
        items = open_bag(answer.read, end.district, end.node, end.keys.open_sealed)
        taken = take_items(unit, items)
    except PapersError as error:
        raise PeerError("neighbour.bad") from error
    done.papers_out += len(chosen)
    done.papers_in += taken.papers
    after = _standing(unit)
    done.deliveries += after[0] - before[0]
    fits = [one for one in papers.to_send(unit) if one[1] < MAX_BAG_BYTES - FORMAT_BYTES * 2] if events else []
    return taken.again or (after != before and bool(more or fits)) or (bool(chosen) and bool(fits))


def _standing(unit: Unit) -> tuple[int, int]:
    cursor, acked = unit.db.row("SELECT cursor, acked_seq FROM node") or (0, 0)
    return cursor, acked
