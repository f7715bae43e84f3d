"""Invariant 5: hashes and signatures, computed anew from the bytes (docs/protocol.md, Hashes and Bundles)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.simulation.checking.read import Event, HubFacts, Item, UnitFacts, Violation, decode_list
from tests.simulation.truth import Truth, covers

ZERO = b"\x00" * 32


def event_hash(event: Event) -> bytes:
    """The hash e of an event."""
    node, epoch, seq = event.key
    name = node.encode("ascii")
    said = b"PV1e" + len(name).to_bytes(2, "big") + name + epoch + seq.to_bytes(8, "big")
    said += len(event.header).to_bytes(2, "big") + event.header + event.digest
    return sha256(said).digest()


def file_hashes(log: Iterable[Event]) -> list[bytes]:
    """The hashes f before the first event, after the first, ..., after the last."""
    found = [ZERO]
    for event in log:
        found.append(sha256(b"PV1f" + found[-1] + event_hash(event)).digest())
    return found


def chain_fault(events: list[Event], length: int | None = None, *, counted: bool = True) -> str:
    """What is wrong with one epoch's chain, of which `length` events are expected; empty for nothing."""
    h = ZERO
    for seq, event in enumerate(events, 1):
        if counted and event.key[2] != seq:
            return f"number {seq} is not there, {event} is"
        h = sha256(b"PV1h" + h + event_hash(event)).digest()
        if h != event.h:
            return f"hash of {event}"
    if length is not None and length != len(events):
        return f"{len(events)} events, {length} expected"
    return ""


def stream_fault(items: list[Item]) -> str:
    """What is wrong with a stream's chain; items without a hash were never offered and may only end it."""
    s = ZERO
    hashed = True
    for n, item in enumerate(items, 1):
        if item.n != n:
            return f"item {n} is not there, {item.n} is"
        s = sha256(b"PV1d" + s + item.raw).digest()
        hashed = hashed and item.hash is not None
        if item.hash is not None and (item.hash != s or not hashed):
            return f"hash of item {n}"
    return ""


def signature_holds(key: bytes, letter: str, statement: bytes, signature: bytes) -> bool:
    """Whether a bundle's signature is by this key over this statement."""
    said = b"patravali/1/bundle\n" + b"PV1s" + letter.encode() + statement
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, said)
    except InvalidSignature:
        return False
    return True


def _journals(hub: HubFacts) -> dict[tuple[str, bytes], list[Event]]:
    """The chained events of each (node, epoch), in order."""
    found: dict[tuple[str, bytes], list[Event]] = {}
    for event in sorted(hub.events.values(), key=lambda event: event.key):
        if event.h is not None:
            found.setdefault(event.key[:2], []).append(event)
    return found


def check_hub(hub: HubFacts, truth: Truth) -> Iterator[Violation]:
    """The journals, streams and signatures that the hub keeps."""
    journals = _journals(hub)
    for event in hub.events.values():
        gone = covers(truth.excused, event.key) or covers(truth.lost, event.key)
        if event.h is None and not gone and event.key[0] != hub.code:
            yield Violation(5, "not_in_a_chain", f"hub: {event} came in a grant and never in its node's journal")
    for node, epoch in hub.epochs:
        yield from _check_journal(hub, node, epoch, journals.get((node, epoch), []))
        yield from _covered(hub, truth, node, epoch)
    own = journals.get((hub.code, hub.epoch), [])
    own_lives = [events for (node, _), events in journals.items() if node == hub.code]
    fault = next(filter(None, (chain_fault(events, counted=False) for events in own_lives)), "")
    if own and own[-1].key[2] != hub.head[0]:
        fault = fault or "its last number"
    if fault or hub.head[1] != (own[-1].h if own else ZERO):
        yield Violation(5, "chain", f"hub: its own journal: {fault or 'head'}")
    for node, epoch in journals:
        if node != hub.code and (node, epoch) not in hub.epochs:
            yield Violation(5, "epoch_unknown", f"hub: events of {node} in {epoch.hex()}, which was never opened")
    for node, items in hub.streams.items():
        fault = stream_fault(items)
        if fault:
            yield Violation(5, "stream", f"hub: stream of {node}: {fault}")
    for node, epoch, seq, statement, signature in hub.taken:
        yield from _taken(hub, truth, (node, epoch, seq), statement, signature)


def _head(hub: HubFacts, node: str, epoch: bytes) -> tuple[int | None, bytes | None]:
    """How far the hub says that it has an epoch."""
    row = hub.nodes.get(node)
    return (row["head_seq"], row["head_hash"]) if row and row["epoch"] == epoch else hub.epochs[node, epoch]


def _check_journal(hub: HubFacts, node: str, epoch: bytes, events: list[Event]) -> Iterator[Violation]:
    seq, h = _head(hub, node, epoch)
    fault = chain_fault(events, seq)
    if not fault and h is not None and h != (events[-1].h if events else ZERO):
        fault = "head"
    if fault:
        yield Violation(5, "chain", f"hub: journal of {node} {epoch.hex()}: {fault}")


def _covered(hub: HubFacts, truth: Truth, node: str, epoch: bytes) -> Iterator[Violation]:
    seq = _head(hub, node, epoch)[0] or 0
    covered = max((row[2] for row in hub.taken if row[:2] == (node, epoch)), default=0)
    if covered < seq and not truth.hub_set_backs and not hub.recovered:
        yield Violation(5, "unsigned", f"hub: {node} {epoch.hex()}: signed up to {covered} of {seq}")


def _taken(
    hub: HubFacts, truth: Truth, key: tuple[str, bytes, int], statement: bytes, signature: bytes
) -> Iterator[Violation]:
    node, epoch, seq = key
    said = decode_list(statement)
    where = f"hub: taken {node} {epoch.hex()} {seq}"
    if node not in truth.public_keys or not signature_holds(truth.public_keys[node], "U", statement, signature):
        yield Violation(5, "signature", where)
        return
    sender, recipient, said_epoch, _, base, _, count, head = said[:8]
    event = hub.events.get(key)
    if (
        (sender, recipient, said_epoch, base + count) != (node, hub.code, epoch, seq)
        or event is None
        or event.h != head
    ):
        yield Violation(5, "statement", f"{where}: the statement is about something else")


def check_unit(unit: UnitFacts, hub_code: str, truth: Truth) -> Iterator[Violation]:
    """The journal, the stream and the hub's signatures that an office keeps."""
    where = unit.name
    for epoch, (_, closed) in unit.epochs.items():
        events = sorted(
            (e for e in unit.events.values() if e.key[:2] == (unit.code, epoch) and e.h is not None),
            key=lambda event: event.key[2],
        )
        current = epoch == unit.node["epoch"]
        fault = chain_fault(events, unit.node["head_seq"] if current else closed)
        if not fault and current and unit.node["head_hash"] != (events[-1].h if events else ZERO):
            fault = "head"
        if fault:
            yield Violation(5, "chain", f"{where}: journal {epoch.hex()}: {fault}")
    fault = stream_fault(unit.items)
    last = unit.items[-1].hash if unit.items else ZERO
    if not fault and (len(unit.items), last) != (unit.node["cursor"], unit.node["cursor_hash"]):
        fault = "cursor"
    if fault or any(item.hash is None for item in unit.items):
        yield Violation(5, "stream", f"{where}: {fault or 'item without a hash'}")
    for n, letter, statement, signature in unit.seals:
        if not signature_holds(truth.public_keys[hub_code], letter, statement, signature):
            yield Violation(5, "signature", f"{where}: seal {n}")
        elif not _seals(unit, n, letter, decode_list(statement)):
            yield Violation(5, "statement", f"{where}: seal {n} is about something else")


def _seals(unit: UnitFacts, n: int, letter: str, said: list[Any]) -> bool:
    """Whether a statement of the hub is for this office and, if it is kept with item n, names the stream as it is."""
    if said[1] != unit.code:
        return False
    if n == 0:
        return True
    if letter == "D":
        upto, stream_hash = said[6] + said[7], said[8]
    else:
        upto, stream_hash = said[6], said[7]
    return bool(upto == n and n <= len(unit.items) and stream_hash == unit.items[n - 1].hash)


def self_test(hub: HubFacts, fault: Callable[..., str] = chain_fault) -> Iterator[Violation]:
    """That this room is not blind: a changed, a dropped and a reordered event of this very world are noticed."""
    longest = max(_journals(hub).values(), key=len, default=[])
    if len(longest) < 3 or chain_fault(longest):
        return
    middle = len(longest) // 2
    event = longest[middle]
    for spoilt in (
        [*longest[:middle], event._replace(body=_flipped(event.body)), *longest[middle + 1 :]],
        [*longest[:middle], event._replace(header=_flipped(event.header)), *longest[middle + 1 :]],
        [*longest[:middle], *longest[middle + 1 :]],
        [*longest[: middle - 1], event, longest[middle - 1], *longest[middle + 1 :]],
    ):
        if not fault(spoilt, len(longest)):
            yield Violation(5, "blind", "the checker did not notice a spoilt journal")


def _flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])
