"""Invariant 2 where an order to weed stands: what it names is gone everywhere, and nothing else is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.simulation.checking.read import Event, HubFacts, Key, UnitFacts, Violation, decode_list, read_paper
from tests.simulation.truth import Truth

WORDS = frozenset({"note", "attach", "draft", "approve"})
"""Kinds whose bodies an order destroys (docs/protocol.md, Weeding)."""


class Ordered:
    """One weeding in a file's log: where it stands, when it was written, and by which paper."""

    def __init__(self, event: Event) -> None:
        self.pos = event.pos or 0
        self.hlc = event.hlc
        self.paper = event.fields()[0]
        self.by_person = decode_list(event.header)[6:7] != [""]

    def names(self, event: Event, pos: int | None) -> bool:
        """Whether the order destroys the body of an event, that has this place in the log or none."""
        if event.kind not in WORDS or (not event.is_stub and event.fields()[:1] == [self.paper]):
            return False
        return pos < self.pos if pos is not None else event.hlc <= self.hlc


def check_weeded(hub: HubFacts, units: list[UnitFacts], storage_key: bytes, truth: Truth) -> Iterator[Violation]:
    """At the hub and at every office that was not switched off, in logs, journals and what is aside."""
    logs = hub.logs()
    places = {event.key: event.pos for log in logs.values() for event in log}
    orders = {
        file: [Ordered(event) for event in log if event.kind == "weed"]
        for file, log in logs.items()
    }  # fmt: skip
    for file, found in orders.items():
        for order in found:
            if order.by_person and not any(_is_paper(event, order.paper) for event in logs[file]):
                yield Violation(2, "order_gone", f"hub: {file} was weeded by a paper that is not in it")
    owners = [("hub", [*hub.events.values(), *(one.event for one in hub.asides)])]
    owners += [
        (unit.name, [*unit.events.values(), *(one.event for one in unit.asides)])
        for unit in units
        if unit.name not in truth.switched_off
    ]
    for owner, events in owners:
        yield from _check_bodies(owner, events, orders, places)
    folders = {"hub": hub.folder, **{unit.name: unit.folder for unit in units if unit.name not in truth.switched_off}}
    yield from _check_papers(hub, units, truth, folders, storage_key)


def _is_paper(event: Event, sha: bytes) -> bool:
    return event.kind == "attach" and event.fields()[:1] == [sha]


def _check_bodies(
    owner: str, events: Iterable[Event], orders: dict[str, list[Ordered]], places: dict[Key, int | None]
) -> Iterator[Violation]:
    for event in events:
        named = any(order.names(event, places.get(event.key)) for order in orders.get(event.subject, []))
        if event.is_stub and not named:
            yield Violation(2, "stub_without_order", f"{owner}: {event} of {event.subject}")
        if named and not event.is_stub:
            yield Violation(2, "body_stays", f"{owner}: {event} of {event.subject}, which was weeded")


def _check_papers(
    hub: HubFacts, units: list[UnitFacts], truth: Truth, folders: dict[str, Path], storage_key: bytes
) -> Iterator[Violation]:
    """Bytes of papers that only destroyed bodies named."""
    everything = [*hub.events.values(), *(one.event for one in hub.asides)]
    for unit in units:
        everything += [*unit.events.values(), *(one.event for one in unit.asides)]
    named = {event.fields()[0] for event in everything if event.kind == "attach" and not event.is_stub}
    for paper in (*truth.papers, *truth.unspoken):
        event = hub.events.get((paper.node, paper.epoch, paper.seq))
        if event is None or not event.is_stub or paper.sha256 in named:
            continue
        for owner, folder in folders.items():
            if not read_paper(folder, storage_key, paper.sha256):
                yield Violation(2, "paper_stays", f"{owner}: {paper.sha256.hex()[:16]} of {event}, which was weeded")
