"""What a harness tells the checker: what a world's screens said, what was done to it, and whom to excuse.

Nothing here is read from a node by the code under check: the harness notes it down as it happens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Acknowledged(NamedTuple):
    """An event whose action was answered "done": epoch raw (8 bytes), seq from 1, SHA-256 of the body's bytes."""

    node: str
    epoch: bytes
    seq: int
    kind: str
    body_sha256: bytes


class AttachedPaper(NamedTuple):
    """A paper whose attaching was answered "done" at a node, and the event that says so: its epoch and seq."""

    node: str
    sha256: bytes
    epoch: bytes = b""
    seq: int = 0


class ForcedTerm(NamedTuple):
    """A custody that the hub moved by order: the term that the force began, and who held the file before."""

    file: str
    life: int
    number: int
    from_node: str
    in_recovery: bool = False  # while offices had not reported (custody rule 6.6)

    @property
    def term(self) -> tuple[int, int]:
        """The term that the force began."""
        return self.life, self.number


class Excused(NamedTuple):
    """Events that may be aside (or lost with the disk) because their node was set back or cloned, or forced away.

    All events of `node` in `epoch` with seq >= `from_seq`. Nothing else is excused by it.
    """

    node: str
    epoch: bytes
    from_seq: int


class Cost(NamedTuple):
    """One counter of invariant 7: what was measured (bytes or round trips) and the most that is allowed."""

    name: str
    value: int
    bound: int


class Dumps(NamedTuple):
    """Invariant 8: a node's view tables as they stood, and as a rebuild made them: table to its rows, each a tuple."""

    node: str
    live: dict[str, list[tuple[object, ...]]]
    rebuilt: dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Truth:
    """All that the checker may believe beside the databases.

    `hub_code`: the hub's node code. `public_keys`: raw Ed25519 keys by node code, the hub's among them.
    `papers`: those of which their nodes' journals speak; `unspoken`: the others, lost or weeded.
    `excused`: what may be aside. `lost`: what may have vanished altogether (a disk that was set back before the hub had
    it, a branch of a cloned node); an entry of it needs no entry in `excused`. `switched_off`: nodes (keys of
    `unit_folders`) that were left stopped on purpose, as the losing half of a clone. `cloned`: codes of nodes that ran
    twice (two copies may give one number). `hub_set_backs`: how often the hub was set back, so that a world without one
    is held to the tighter rules. `papers_expected`: whether every paper had the time to arrive.
    """

    hub_code: str
    public_keys: dict[str, bytes]
    acknowledged: tuple[Acknowledged, ...] = ()
    papers: tuple[AttachedPaper, ...] = ()
    unspoken: tuple[AttachedPaper, ...] = ()
    forced: tuple[ForcedTerm, ...] = ()
    excused: tuple[Excused, ...] = ()
    lost: tuple[Excused, ...] = ()
    switched_off: frozenset[str] = frozenset()
    cloned: frozenset[str] = frozenset()
    hub_set_backs: int = 0
    papers_expected: bool = True
    costs: tuple[Cost, ...] = ()
    dumps: tuple[Dumps, ...] = field(default=())


def covers(excuses: tuple[Excused, ...], key: tuple[str, bytes, int]) -> bool:
    """Whether one of them excuses this event."""
    return any((e.node, e.epoch) == key[:2] and key[2] >= e.from_seq for e in excuses)
