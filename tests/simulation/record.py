"""What the screens of a run have said, kept outside the nodes, and what was done to the disks since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from commons.database import Database
from protocol.journal import body_digest
from tests.simulation.checker import Violation
from tests.simulation.truth import Acknowledged, AttachedPaper, Excused, ForcedTerm


class Order(NamedTuple):
    """An order of the district that was carried out. `blind`: by a hub that was set back and did not know it."""

    file: str
    epoch: bytes
    seq: int
    term: tuple[int, int]
    blind: bool


@dataclass
class Record:
    """Counts, and the promises made."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    papers: list[AttachedPaper] = field(default_factory=list)
    forced: list[ForcedTerm] = field(default_factory=list)
    excused: list[Excused] = field(default_factory=list)
    lost: list[Excused] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)  # decisions of the district, since its disk was last set back
    twice: set[str] = field(default_factory=set)  # codes that ran from one disk twice and may not have known it
    cloned: dict[str, set[bytes]] = field(default_factory=dict)  # code to the epochs that were there before
    gone_papers: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    second_directory: bool = False
    hub_set_backs: int = 0
    office_set_backs: int = 0
    events: int = 0
    exchanges: int = 0
    cuts: int = 0
    crashes: int = 0
    restores: int = 0
    patches: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    by_hand: Counter[str] = field(default_factory=Counter)

    def wrong(self, invariant: int, code: str, detail: str) -> None:
        """One more violation."""
        self.violations.append(Violation(invariant, code, detail))

    def acknowledge(self, event: Acknowledged) -> None:
        """A screen said: done."""
        self.acknowledged.append(event)
        self.events += 1

    def forget_what_is_gone(self, databases: list[Database], paper_is: Callable[[bytes], bool]) -> None:
        """After a disk was set back: what now is nowhere cannot come back, and nobody promised more than that."""
        kept: list[Acknowledged] = []
        gone: list[Acknowledged] = []
        for event in self.acknowledged:
            (kept if any(holds(db, event) for db in databases) else gone).append(event)
        self.acknowledged = kept
        self.lost += [Excused(event.node, event.epoch, event.seq) for event in gone]
        self.gone_papers |= {paper.sha256.hex()[:16] for paper in self.papers if not paper_is(paper.sha256)}
        self.papers = [paper for paper in self.papers if paper_is(paper.sha256)]


def holds(db: Database, event: Acknowledged) -> bool:
    """Whether a database (a node's or the hub's) has this very event, in its journal or beside it."""
    bodies = db.rows("SELECT body FROM event WHERE node=? AND epoch=? AND seq=?", event.node, event.epoch, event.seq)
    own = "node" in {row[1] for row in db.rows("PRAGMA table_info(aside)")}
    if own:
        bodies += db.rows(
            "SELECT body FROM aside WHERE node=? AND epoch=? AND seq=?", event.node, event.epoch, event.seq
        )
        bodies += db.rows(
            "SELECT body FROM backlog WHERE node=? AND epoch=? AND seq=?", event.node, event.epoch, event.seq
        )
    elif db.value("SELECT code FROM node") == event.node:
        bodies += db.rows("SELECT body FROM aside WHERE epoch=? AND seq=?", event.epoch, event.seq)
    return any(body_digest(bytes(body)) == event.body_sha256 for (body,) in bodies)
