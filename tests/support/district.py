"""A small district for tests: real authority, real directory, real nodes, in folders of the test."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.desk.values import Actor
from appliance.store.unit import Settings, Unit
from central.hub.unit import HubUnit
from commons.clock import Clock
from protocol.directory import Charge, Directory, Employee, Office, Post, Section
from protocol.keys import APPLIANCE, HUB, NodeKeys
from protocol.trust import TrustStore
from provisioning.authority import Authority

HUB_CODE = "hub"
START_MS = 1_795_000_000_000
STORAGE_KEY = bytes(range(32))


@dataclass
class TestClock(Clock):
    """A clock that a test sets."""

    __test__ = False
    ms: int = START_MS

    def now_ms(self) -> int:
        """Unix milliseconds."""
        return self.ms


@dataclass(frozen=True)
class Papers:
    """Keys, trust and the signed directory of a district of these offices."""

    keys: dict[str, NodeKeys]
    root: TrustStore
    signed: bytes
    offices: tuple[str, ...]


@cache
def papers_of(offices: tuple[str, ...]) -> Papers:
    """Made once a process for each set of offices, from a fixed seed."""
    source = random.Random("district" + ",".join(offices))
    now = START_MS // 1000 - 86_400
    with TemporaryDirectory() as folder:
        authority = Authority.create(Path(folder) / "authority", "test", now, random=source.randbytes)
        keys = {code: NodeKeys.from_bytes(source.randbytes(64)) for code in (HUB_CODE, *offices)}
        authority.issue(keys[HUB_CODE].request(HUB_CODE), HUB, [], now)
        for code in offices:
            authority.issue(keys[code].request(code), APPLIANCE, [code], now)
        signed = authority.sign_directory(_directory(offices, now))
        root = TrustStore.assemble(authority.root.der)
    return Papers(keys, root, signed, offices)


def _directory(offices: tuple[str, ...], now: int) -> Directory:
    posts, employees, charges = [], [], []
    for number, code in enumerate(offices):
        for rank, word in enumerate(("head", "da1", "da2")):
            person = f"{number}{rank:02d}"
            superior = f"{code}.head" if rank else None
            posts.append(
                Post(f"{code}.{word}", code, word.upper(), f"पद {person}", f"Post {person}", superior, rank + 1)
            )
            employees.append(Employee(person, f"कर्मचारी {person}", "hi"))
            charges.append(Charge(number * 10 + rank + 1, person, f"{code}.{word}", date(2026, 1, 1)))
    return Directory(
        version=1,
        issued=now,
        district="test",
        name_hi="जनपद",
        name_en="District",
        offices=tuple(
            Office(code, code, f"कार्यालय {code}", f"Office {code}", "headquarters" if code == "hq" else "block")
            for code in offices
        ),
        sections=tuple(Section(f"{code}.dev", code, "विकास", "Development") for code in offices),
        posts=tuple(posts),
        employees=tuple(employees),
        charges=tuple(charges),
    )


@dataclass
class District:
    """Opened nodes by code, and the hub."""

    folder: Path
    papers: Papers
    clock: TestClock
    hub: HubUnit
    units: dict[str, Unit]
    closers: list[Callable[[], object]] = field(default_factory=list)

    def close(self) -> None:
        """Closes all databases of this thread."""
        self.hub.db.close()
        for unit in self.units.values():
            unit.db.close()


def open_hub(folder: Path, papers: Papers, clock: Clock, *, synchronous: str = "off", seed: str = "hub") -> HubUnit:
    """The hub over its folder, with the directory published."""
    hub = HubUnit(
        folder / HUB_CODE, HUB_CODE, papers.keys[HUB_CODE], STORAGE_KEY, papers.root, clock=clock,
        synchronous=synchronous, random_bytes=random.Random(seed).randbytes, check=False,
    )  # fmt: skip
    if hub.directory() is None:
        hub.publish(papers.signed)
    return hub


def open_unit(
    folder: Path,
    code: str,
    papers: Papers,
    clock: Clock,
    *,
    synchronous: str = "off",
    seed: str = "",
    hub_url: str = "",
) -> Unit:
    """One node over its folder, with the directory taken."""
    settings = Settings(node=code, hub=HUB_CODE, hub_url=hub_url, reserve_bytes=0)
    unit = Unit(
        folder / code, settings, papers.keys[code], STORAGE_KEY, papers.root, clock=clock, synchronous=synchronous,
        random_bytes=random.Random(seed or code).randbytes, check=False,
    )  # fmt: skip
    if unit.directory_version() == 0:
        unit.take_directory(papers.signed)
    return unit


def make_district(folder: Path, offices: tuple[str, ...] = ("moth", "chirgaon")) -> District:
    """A hub and these offices, none of which has met the hub yet."""
    papers, clock = papers_of(offices), TestClock()
    hub = open_hub(folder, papers, clock)
    units = {code: open_unit(folder, code, papers, clock) for code in offices}
    return District(folder, papers, clock, hub, units)


def actor(post: str, offices: tuple[str, ...] = ("moth", "chirgaon")) -> Actor:
    """The employee of the test directory who has charge of a post."""
    office, word = post.split(".")
    number, rank = offices.index(office), ("head", "da1", "da2").index(word)
    return Actor(f"{number}{rank:02d}", post, number * 10 + rank + 1)
