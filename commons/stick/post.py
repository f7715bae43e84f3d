"""What both ends do with a bag: fill it as far as there is room, empty it item by item."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from commons.papers import Incoming, PaperStore
from commons.stick.errors import StickFull
from commons.stick.folder import Progress, Stick, Waiting
from protocol import bag
from protocol.keys import NodeKeys, seal
from protocol.trust import TrustStore

_ROOM_BYTES = 1 << 20
"""For what a bag is larger than what is in it."""

_OVERHEAD_BYTES = 1_000
"""Of one further message in a bag, with room to spare."""


class End(NamedTuple):
    """The node that writes and reads bags, with its papers."""

    node: str
    keys: NodeKeys
    trust: TrustStore
    papers: PaperStore
    incoming: Incoming

    @property
    def district(self) -> bytes:
        """What the outside of this district's bags says."""
        return hashlib.sha256(self.trust.root.der).digest()


def _no_more(_room: int) -> bytes | None:
    """There is no further message."""
    return None


class Load(NamedTuple):
    """What is to go: the addressee, messages in order, papers by what should have room first.

    `further` gives the next message as long as there is room for so many bytes, None when there is none: what fills a
    large stick need not be held in memory. `papers` are asked for after the last message.
    """

    to: str
    messages: list[bytes]
    papers: Iterable[bytes] = ()
    further: Callable[[int], bytes | None] = _no_more


MOST_PAPERS = bag.MAX_SMALL // 4
"""In one bag: each has a small record at its beginning, and often one at its end."""


class Filled(NamedTuple):
    """A bag on the stick: its bytes, and the papers (SHA-256) that had room in it."""

    size: int
    papers: tuple[bytes, ...]


def fill(stick: Stick, end: End, load: Load, now_ms: int, progress: Progress) -> Filled:
    """Put messages and as many papers as have room into a bag. Raises StickFull and what `Stick.write` raises."""
    end.trust.check(load.to, now_ms // 1000)
    room = stick.free_bytes() - sum(map(len, load.messages)) - _ROOM_BYTES
    if room < 0:
        raise StickFull
    chosen: list[bytes] = []

    def items() -> Iterator[bag.Item]:
        left = room
        yield from map(bag.Bundle, load.messages)
        while (more := load.further(left)) is not None and len(more) + _OVERHEAD_BYTES <= left:
            left -= len(more) + _OVERHEAD_BYTES
            yield bag.Bundle(more)
        for paper in islice(_fitting(end.papers, load.papers, left), MOST_PAPERS):
            chosen.append(paper[0])
            yield from _parts(end, paper)

    number = stick.next_number(end.node, load.to, now_ms)
    packed = _packed(end, load.to, items(), number, now_ms)
    return Filled(stick.write(end.node, load.to, number, packed, progress).size, tuple(chosen))


def packed_bag(end: End, load: Load, chosen: Iterable[tuple[bytes, int]], number: int, now_ms: int) -> Iterator[bytes]:
    """The bytes of a bag with all messages of a load and the `chosen` papers (hash, size), which are here.

    Raises what `TrustStore.check` raises for the addressee.
    """

    def items() -> Iterator[bag.Item]:
        yield from map(bag.Bundle, load.messages)
        for paper in chosen:
            yield from _parts(end, paper)

    return _packed(end, load.to, items(), number, now_ms)


def _parts(end: End, paper: tuple[bytes, int]) -> Iterator[bag.Item]:
    with end.papers.open(paper[0]) as chunks:
        yield from bag.paper_parts(*paper, chunks)


def _packed(end: End, to: str, items: Iterator[bag.Item], number: int, now_ms: int) -> Iterator[bytes]:
    recipient = end.trust.check(to, now_ms // 1000).sealing_key
    head = bag.Head(end.district, end.node, to, number, now_ms)
    return bag.pack_bag(head, items, lambda info, plain: seal(recipient, info, plain))


def small_papers(store: PaperStore, papers: Iterable[tuple[bytes, int]], room: int) -> list[tuple[bytes, int]]:
    """Of papers (hash, size) in their order those that fit into so many bytes; one too large lets smaller ones pass."""
    chosen = []
    for sha256, size in papers:
        need = size + size // 1000 + 1000
        if need <= room and store.has(sha256) and store.verify(sha256):
            chosen.append((sha256, size))
            room -= need
    return chosen


def _fitting(store: PaperStore, papers: Iterable[bytes], room: int) -> Iterator[tuple[bytes, int]]:
    """Papers that have room; one that is damaged or missing here holds up none of the others."""
    for sha256 in papers:
        if not (store.has(sha256) and store.verify(sha256)):
            continue
        size = store.size(sha256)
        room -= size + size // 1000 + 1000
        if room < 0:
            return
        yield sha256, size


def empty(stick: Stick, end: End, waiting: Waiting, progress: Progress) -> Iterator[bag.Item]:
    """What is in a bag for this node. Raises what `bag.open_bag` raises, and the errors of this package."""
    with stick.open(waiting) as read:
        read_bytes = 0

        def counted(count: int) -> bytes:
            nonlocal read_bytes
            data = read(count)
            read_bytes += len(data)
            progress(read_bytes)
            return data

        yield from bag.open_bag(counted, end.district, end.node, end.keys.open_sealed)


def take_part(end: End, part: bag.PaperPart, wanted: Callable[[bytes], int | None]) -> bool:
    """True when a paper is whole and kept. `wanted` gives the size of one that is waited for; others are passed over.

    Raises PaperMismatch, DiskFull.
    """
    if wanted(part.sha256) != part.size:
        return False
    name = f"stick-{part.sha256.hex()}"
    if not part.data:
        end.incoming.discard(name)
        end.incoming.create(name, part.size)
        return False
    end.incoming.append(name, part.offset, [part.data])
    if part.offset + len(part.data) < part.size:
        return False
    end.incoming.finish_into(end.papers, name, part.sha256)
    return True
