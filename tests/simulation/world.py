"""The running parts of a run: nodes, hub, clocks, and the way in which a process dies."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.store.unit import Unit
from central.hub.unit import HubUnit
from commons.clock import Clock
from tests.simulation import offices as of
from tests.simulation.plans import Plan
from tests.simulation.record import Record

if TYPE_CHECKING:
    from flask import Flask

YEAR_MS = 365 * 86_400_000


class Crash(BaseException):
    """The process `who` ends here, as after kill -9."""

    def __init__(self, who: str) -> None:
        super().__init__(who)
        self.who = who


class Fuse:
    """Counts the writes of one process; when it has burnt down, the process dies and writes nothing more."""

    def __init__(self, who: str) -> None:
        self.who = who
        self.left: int | None = None
        self.blown = False

    def __call__(self, _step: str) -> None:
        if self.left is not None and not self.blown:
            self.left -= 1
            self.blown = self.left < 0
        if self.blown:
            raise Crash(self.who)


@dataclass
class SimClock(Clock):
    """One machine's clock: the time of the world, and how far it is off."""

    world: World
    offset_ms: int = 0

    def now_ms(self) -> int:
        """Unix milliseconds."""
        return max(self.world.ms + self.offset_ms, 0)


@dataclass
class Copy:
    """A copy of a disk, and what the screens of that day had said."""

    folder: Path
    at_ms: int
    head: tuple[bytes, int] = (b"", 0)
    yellow: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)


@dataclass
class Node:
    """One appliance: `key` is its code, or `code#2` for a clone. `suspect`: set back or cloned, and may not know it."""

    key: str
    code: str
    folder: Path
    clock: SimClock
    unit: Unit
    fuse: Fuse
    line_up: bool = True
    suspect: bool = False
    off: bool = False
    woken: bool = False
    copies: list[Copy] = field(default_factory=list)
    yellow: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    suspect_epoch: bytes = b""
    acked: int = 0


@dataclass
class HubNode:
    """The district server. `suspect`: set back, and may not know it."""

    folder: Path
    clock: SimClock
    unit: HubUnit
    fuse: Fuse
    copies: list[Copy] = field(default_factory=list)
    suspect_life: int = -1

    @property
    def suspect(self) -> bool:
        """Whether it still works in the life in which it was set back unnoticed."""
        return bool(self.unit.db.value("SELECT life FROM hub") == self.suspect_life)


class World:
    """One run's nodes and hub in a folder, all chance from the seed. Close it in the end."""

    def __init__(self, seed: int, plan: Plan) -> None:
        self.rng = random.Random(f"run {seed}")
        self.more = random.Random(f"more of run {seed}")
        self.hand = random.Random(f"by hand in run {seed}")
        self.judge = random.Random(f"decided in run {seed}")
        self.bytes = random.Random(f"bytes {seed}").randbytes
        self.plan = plan
        self.ms = of.START_MS + self.rng.randrange(86_400_000)
        self.offices = of.offices_of(plan.offices)
        self.folder = of.scratch()
        self.record = Record()
        self.trace: list[str] = []
        self.ups: list[tuple[str, bytes]] = []
        self.downs: list[tuple[str, bytes]] = []
        self.sticks: list[Path] = []
        self.sticks_made = 0
        self.torn: set[Path] = set()
        self.bags: list[tuple[str, bytes]] = []
        self.answers: list[tuple[str, bytes]] = []
        self.doors: tuple[HubUnit, Flask] | None = None
        self.fillings: dict[str, bytes] = {}
        self.disasters = 0
        self.faultless = False
        shutil.copytree(of.template(plan.offices), self.folder, dirs_exist_ok=True)
        self.hub = self._first_hub()
        self.nodes: dict[str, Node] = {}
        for code in self.offices.codes:
            self._add(code, code, self.folder / code)

    # ---------------------------------------------------------------- processes
    def _first_hub(self) -> HubNode:
        clock, fuse = SimClock(self), Fuse(of.HUB_CODE)
        folder = self.folder / of.HUB_CODE
        unit = of.open_hub(folder, self.offices, clock, self.bytes)
        unit.db.on_write = fuse
        return HubNode(folder, clock, unit, fuse)

    def _add(self, key: str, code: str, folder: Path) -> Node:
        clock, fuse = SimClock(self), Fuse(key)
        unit = of.open_unit(folder, code, self.offices, clock, self.bytes)
        node = self.nodes[key] = Node(key, code, folder, clock, unit, fuse)
        self._hook(node)
        return node

    def add_clone(self, node: Node, key: str) -> Node:
        """A second machine with the disk of the first; both run."""
        folder = self.folder / key
        self.rest(node)
        of.copy_folder(node.folder, folder)
        twin = self._add(key, node.code, folder)
        twin.clock.offset_ms, twin.yellow = node.clock.offset_ms, dict(node.yellow)
        return twin

    def _hook(self, node: Node) -> None:
        unit, fuse = node.unit, node.fuse

        def wake() -> None:
            node.woken = True

        unit.on_carry = wake
        unit.db.on_write = fuse
        for store in (unit.papers, unit.spool):
            store._on_write = store._scratch._on_write = fuse
        unit.incoming._on_write = unit.incoming._scratch._on_write = fuse

    def reopen(self, node: Node) -> None:
        """Starts the node's processes again over what is on its disk, and sweeps as they do."""
        node.unit.db.close()
        node.fuse = Fuse(node.key)
        node.woken = True
        node.unit = of.open_unit(node.folder, node.code, self.offices, node.clock, self.bytes)
        now = node.clock.now_ms() / 1000
        node.unit.papers.sweep(86_400, now)
        node.unit.incoming.sweep(86_400, now)
        self._hook(node)

    def reopen_hub(self) -> None:
        """The same for the hub. The directory of the day is published again where the copy lacks it."""
        hub = self.hub
        hub.unit.db.close()
        hub.fuse = Fuse(of.HUB_CODE)
        hub.unit = of.open_hub(hub.folder, self.offices, hub.clock, self.bytes)
        if self.record.second_directory and hub.unit.directory_version() < 2:
            hub.unit.publish(self.offices.second)
        hub.unit.db.on_write = hub.fuse

    def revive(self, crash: Crash) -> None:
        """Whoever died is started again."""
        self.record.crashes += 1
        self.say(f"  {crash.who} died")
        if crash.who == of.HUB_CODE:
            self.reopen_hub()
        else:
            self.reopen(self.nodes[crash.who])

    @contextmanager
    def mortal(self, *fuses: Fuse) -> Iterator[None]:
        """Within the block one of these processes may die, at any write."""
        if not self.faultless and self.rng.random() < self.plan.crash:
            self.rng.choice(fuses).left = self.rng.randrange(self.rng.choice((3, 12, 40)))
        try:
            yield
        finally:
            for fuse in fuses:
                if not fuse.blown:
                    fuse.left = None

    def rest(self, node: Node | HubNode) -> None:
        """Leaves all that was written in the database file itself."""
        node.unit.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def live(self) -> list[Node]:
        """Nodes that are switched on."""
        return [node for node in self.nodes.values() if not node.off]

    def sorted_choice(self, what: dict[str, float]) -> str:
        """One key by weight."""
        return self.rng.choices(list(what), list(what.values()))[0]

    def chance(self, share: float) -> bool:
        """True in so many of all cases, false at the quiet end."""
        return not self.faultless and self.rng.random() < share

    # ---------------------------------------------------------------- the trace
    def say(self, line: str) -> None:
        """One line of what was decided."""
        self.trace.append(line)

    def stamp(self) -> None:
        """Heads of all journals into the trace."""
        parts = [f"{node.key}:{node.unit.db.value('SELECT hex(head_hash) FROM node')[:12]}" for node in self.live()]
        parts.append(f"hub:{self.hub.unit.db.value('SELECT life FROM hub')}")
        self.trace.append("  = " + " ".join(parts))

    def digest(self) -> str:
        """One hash over the whole trace."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    def close(self, *, keep: bool = False) -> None:
        """Closes everything and removes the folder."""
        for node in self.nodes.values():
            node.unit.db.close()
        self.hub.unit.db.close()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
