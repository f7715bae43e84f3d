"""Invariants 2 and 6: nothing vanishes, nothing is silently put by, nobody is stuck."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.checking.custody import BESIDE
from tests.simulation.checking.read import Aside, Event, HubFacts, Key, UnitFacts, Violation, read_paper
from tests.simulation.truth import Truth, covers

REASONS = frozenset({"older_term", "epoch_closed", "fork", "does_not_join"})


def _bytes_of(event: Event) -> tuple[bytes, bytes]:
    """Header, and the SHA-256 of the body: it stays the same when the body is destroyed by an order."""
    return event.header, event.digest


def check_kept(hub: HubFacts, units: list[UnitFacts], truth: Truth) -> Iterator[Violation]:
    """Invariant 2: what was acknowledged, and what any journal holds, is at its writer and at the hub."""
    at_hub = _everything(hub.events, hub.asides)
    of_code: dict[str, dict[Key, set[bytes]]] = {}
    for unit in units:
        bodies = of_code.setdefault(unit.code, {})
        for key, found in _everything(unit.events, unit.asides).items():
            bodies.setdefault(key, set()).update(digest for _, digest in found)
    for said in truth.acknowledged:
        key = (said.node, said.epoch, said.seq)
        if covers(truth.lost, key):
            continue
        where = f"{said.node}.{said.epoch.hex()}.{said.seq} ({said.kind})"
        here = of_code.get(said.node)
        if here is not None and said.body_sha256 not in here.get(key, set()) and not covers(truth.excused, key):
            yield Violation(2, "gone_at_writer", where)
        if said.body_sha256 not in {digest for _, digest in at_hub.get(key, set())}:
            yield Violation(2, "gone_at_hub", where)
    for unit in units:
        if unit.name not in truth.switched_off:
            yield from _same_journal(hub, unit, at_hub)


def _same_journal(hub: HubFacts, unit: UnitFacts, at_hub: dict[Key, set[tuple[bytes, bytes]]]) -> Iterator[Violation]:
    mine = {event.key: event for event in unit.own()}
    for key, event in mine.items():
        if _bytes_of(event) not in at_hub.get(key, set()):
            yield Violation(2, "not_at_hub", f"{unit.name}: {event}")
    for key, event in hub.events.items():
        if key[0] == unit.code and event.h is not None and (key not in mine or mine[key].h != event.h):
            yield Violation(2, "not_at_writer", f"{unit.name}: {event}")


def _everything(events: dict[Key, Event], asides: list[Aside]) -> dict[Key, set[tuple[bytes, bytes]]]:
    found = {key: {_bytes_of(event)} for key, event in events.items()}
    for entry in asides:
        found.setdefault(entry.event.key, set()).add(_bytes_of(entry.event))
    return found


def check_papers(hub: HubFacts, units: list[UnitFacts], storage_key: bytes, truth: Truth) -> Iterator[Violation]:
    """Invariant 2: papers of the logs are readable at the hub and at the custodian; those put in, where that was."""
    if not truth.papers_expected:
        return
    by_code = {unit.code: unit for unit in units if unit.name not in truth.switched_off}
    wanted: set[tuple[str, bytes, str]] = set()
    for file, log in hub.logs().items():
        holder = hub.files.get(file, {"holder": "hub"})["holder"]
        for event in log:
            if event.kind == "attach" and not event.is_stub:
                wanted |= {(place, event.fields()[0], str(event)) for place in ("hub", holder)}
    for entry in hub.asides:
        event = entry.event
        if event.kind == "attach" and not event.is_stub and _must_have_paper(by_code, storage_key, truth, event):
            wanted |= {(place, event.fields()[0], f"aside {event}") for place in ("hub", event.key[0])}
    for node, sha, *_ in truth.papers:
        wanted.add((node, sha, "put in"))
    for place, sha, why in sorted(wanted):
        if place != "hub" and place not in by_code:
            continue
        fault = read_paper(hub.folder if place == "hub" else by_code[place].folder, storage_key, sha)
        if fault:
            invariant = 6 if why.startswith("aside") else 2
            yield Violation(invariant, "paper", f"{place}: {sha.hex()[:16]} of {why}: {fault}")


def _must_have_paper(by_code: dict[str, UnitFacts], storage_key: bytes, truth: Truth, event: Event) -> bool:
    """Of what a set-back disk may have lost, the paper is owed only while its writer has it."""
    if not covers((*truth.excused, *truth.lost), event.key):
        return True
    writer = by_code.get(event.key[0])
    return writer is not None and not read_paper(writer.folder, storage_key, event.fields()[0])


def check_aside(hub: HubFacts, units: list[UnitFacts], truth: Truth) -> Iterator[Violation]:
    """Invariant 6: what is in no log is aside with a reason, at both ends; a healthy office has nothing aside."""
    aside = {entry.event.key for entry in hub.asides}
    for event in hub.events.values():
        if event.pos is None and event.kind not in BESIDE and event.key not in aside:
            yield Violation(6, "nowhere", f"hub: {event} is in no log and not aside")
    for entry in hub.asides:
        event = entry.event
        if entry.reason not in REASONS:
            yield Violation(6, "reason", f"hub: {event}: {entry.reason!r}")
        excused = covers(truth.excused, event.key) or covers(truth.lost, event.key) or _forced(truth, event)
        if not excused and not (truth.hub_set_backs and _overruled(hub, entry)):
            yield Violation(6, "healthy_aside", f"{event} of {event.subject}: {entry.reason}")
        written = [unit for unit in units if unit.code == event.key[0]]
        if written and not covers(truth.excused, event.key) and not any(_has(unit, event) for unit in written):
            yield Violation(6, "aside_at_hub_only", f"{event}: {entry.reason}")
    kept = {(entry.event.key, entry.event.digest) for entry in hub.asides}
    kept |= {(key, event.digest) for key, event in hub.events.items()}
    for unit in units:
        for entry in unit.asides:
            if entry.reason not in REASONS:
                yield Violation(6, "reason", f"{unit.name}: {entry.event}: {entry.reason!r}")
            if unit.name not in truth.switched_off and (entry.event.key, entry.event.digest) not in kept:
                yield Violation(6, "aside_at_writer_only", f"{unit.name}: {entry.event}: {entry.reason}")


def _overruled(hub: HubFacts, entry: Aside) -> bool:
    """A hub that was set back and did not know it ruled anew on what it had ruled on: the higher term holds."""
    row = hub.files.get(entry.event.subject)
    later = row is not None and (row["life"], row["number"]) > entry.event.term
    return later and entry.reason in ("older_term", "does_not_join")


def _forced(truth: Truth, event: Event) -> bool:
    return any(
        (forced.file, forced.from_node) == (event.subject, event.key[0]) and event.term < (forced.life, forced.number)
        for forced in truth.forced
    )


def _has(unit: UnitFacts, event: Event) -> bool:
    found = unit.events.get(event.key)
    if found is not None and _bytes_of(found) == _bytes_of(event):
        return True
    return any(entry.event.key == event.key and _bytes_of(entry.event) == _bytes_of(event) for entry in unit.asides)


def check_quiet(hub: HubFacts, units: list[UnitFacts], truth: Truth) -> Iterator[Violation]:
    """Invariant 6: after quiet nobody waits for anything."""
    if hub.recovering:
        yield Violation(6, "recovering", "the hub still waits for reports")
    if hub.backlog:
        yield Violation(6, "backlog", f"the hub has {hub.backlog} events that it has not ruled on")
    for unit in units:
        if unit.name in truth.switched_off:
            continue
        node = unit.node
        if not unit.working:
            yield Violation(6, "stopped", f"{unit.name}: {node['stopped_why']}")
        if unit.outbox:
            yield Violation(6, "outbox", f"{unit.name}: {unit.outbox} rows")
        known = hub.nodes.get(unit.code)
        if known is None:
            yield Violation(6, "unknown_node", unit.name)
            continue
        if (known["epoch"], known["head_seq"]) != (node["epoch"], node["head_seq"]) and (known["epoch"] or unit.own()):
            yield Violation(6, "not_taken", f"{unit.name}: at {node['head_seq']}, the hub has {known['head_seq']}")
        if node["acked_seq"] != node["head_seq"]:
            yield Violation(6, "not_acknowledged", f"{unit.name}: {node['acked_seq']} of {node['head_seq']}")
        if known["stream_len"] != node["cursor"]:
            yield Violation(6, "not_fetched", f"{unit.name}: item {node['cursor']} of {known['stream_len']}")
        missing = [sha.hex()[:16] for sha, here, at_hub in unit.blobs if not here or not at_hub]
        if missing and truth.papers_expected:
            yield Violation(6, "papers_wait", f"{unit.name}: {', '.join(missing[:5])}")
