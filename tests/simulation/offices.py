"""The district of a run: keys, two directories (the second closes an office and a post), folders as they are born."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir, mkdtemp

from appliance.desk.values import Actor
from appliance.store.unit import Settings, Unit
from central.hub.unit import HubUnit
from commons.clock import Clock
from protocol.directory import Charge, Directory, Employee, Office, Post, Section
from protocol.keys import APPLIANCE, HUB, NodeKeys
from protocol.trust import TrustStore
from provisioning.authority import Authority
from tests.support.paper import look_here

HUB_CODE = "hub"
CLOSED_CODE = "old"
CODES = ("aa", "bb", "cc", "dd")
RANKS = ("head", "da1", "da2")
GONE = "gone"
START_MS = 1_795_000_000_000
STORAGE_KEY = bytes(range(32))


@dataclass(frozen=True)
class Offices:
    """Keys, trust and directories of a district; `first` has what `second` closes."""

    codes: tuple[str, ...]
    keys: dict[str, NodeKeys]
    root: TrustStore
    first: bytes
    second: bytes

    def actor(self, post: str) -> Actor:
        """The employee who has charge of a post."""
        office, word = post.split(".")
        number, rank = self.codes.index(office), RANKS.index(word)
        return Actor(f"{number}{rank:02d}", post, number * 10 + rank + 1)


@cache
def offices_of(count: int) -> Offices:
    """Made once a process for each number of offices, from a fixed seed."""
    codes = CODES[:count]
    source = random.Random(f"offices {count}")
    now = START_MS // 1000 - 86_400
    with TemporaryDirectory() as folder:
        authority = Authority.create(Path(folder) / "authority", "test", now, random=source.randbytes)
        keys = {code: NodeKeys.from_bytes(source.randbytes(64)) for code in (HUB_CODE, *codes)}
        authority.issue(keys[HUB_CODE].request(HUB_CODE), HUB, [], now)
        for code in codes:
            serves = [code, CLOSED_CODE] if code == codes[0] else [code]
            authority.issue(keys[code].request(code), APPLIANCE, serves, now)
        first = authority.sign_directory(_directory(codes, 1, now))
        second = authority.sign_directory(_directory(codes, 2, now))
        return Offices(codes, keys, TrustStore.assemble(authority.root.der), first, second)


def _directory(codes: tuple[str, ...], version: int, now: int) -> Directory:
    posts, employees, charges = [], [], []
    for number, code in enumerate(codes):
        for rank, word in enumerate(RANKS):
            person = f"{number}{rank:02d}"
            superior = f"{code}.head" if rank else None
            posts.append(
                Post(f"{code}.{word}", code, word.upper(), f"पद {person}", f"Post {person}", superior, rank + 1)
            )
            employees.append(Employee(person, f"कर्मचारी {person}", "hi"))
            charges.append(Charge(number * 10 + rank + 1, person, f"{code}.{word}", date(2026, 1, 1)))
        if version == 1:
            posts.append(Post(f"{code}.{GONE}", code, "GONE", "पद", "Post", f"{code}.head", 4))
    posts.append(Post(f"{CLOSED_CODE}.head", CLOSED_CODE, "HEAD", "पद", "Post", None, 1))
    offices = [Office(code, code, f"कार्यालय {code}", f"Office {code}", "block") for code in codes]
    offices.append(Office(CLOSED_CODE, codes[0], "कार्यालय", "Office", "block", version > 1))
    return Directory(
        version=version,
        issued=now,
        district="test",
        name_hi="जनपद",
        name_en="District",
        offices=tuple(offices),
        sections=tuple(Section(f"{code}.dev", code, "विकास", "Development") for code in codes),
        posts=tuple(posts),
        employees=tuple(employees),
        charges=tuple(charges),
    )


class FixedClock(Clock):
    """Stands at the district's first day."""

    def now_ms(self) -> int:
        """Unix milliseconds."""
        return START_MS


def open_unit(folder: Path, code: str, offices: Offices, clock: Clock, random_bytes: object) -> Unit:
    """One node over its folder."""
    settings = Settings(node=code, hub=HUB_CODE, reserve_bytes=0)
    unit = Unit(
        folder, settings, offices.keys[code], STORAGE_KEY, offices.root, clock=clock, synchronous="off",
        random_bytes=random_bytes, check=False,  # type: ignore[arg-type] # a seeded randbytes
    )  # fmt: skip
    unit.look_at = look_here
    return unit


def open_hub(folder: Path, offices: Offices, clock: Clock, random_bytes: object) -> HubUnit:
    """The hub over its folder."""
    return HubUnit(
        folder, HUB_CODE, offices.keys[HUB_CODE], STORAGE_KEY, offices.root, clock=clock, synchronous="off",
        random_bytes=random_bytes, check=False,  # type: ignore[arg-type] # a seeded randbytes
    )  # fmt: skip


_PREFIX = "patravali-simulation-"


def scratch() -> Path:
    """A new folder, in memory where the machine has that."""
    return Path(mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_memory()))


def _memory() -> Path:
    memory = Path("/dev/shm")
    return memory if memory.is_dir() else Path(gettempdir())


def sweep() -> None:
    """Remove what processes that are gone have left: one that is killed, or a pool's, removes nothing itself."""
    for folder in _memory().glob(f"{_PREFIX}*"):
        if not Path("/proc", folder.name.removeprefix(_PREFIX).partition("-")[0]).exists():
            shutil.rmtree(folder, ignore_errors=True)


@cache
def template(count: int) -> Path:
    """Folders of nodes and hub on their first day; opened and migrated once a process, copied for each run."""
    sweep()
    offices, folder = offices_of(count), scratch()
    clock = FixedClock()
    hub = open_hub(folder / HUB_CODE, offices, clock, random.Random("first hub").randbytes)
    hub.publish(offices.first)
    _rest(hub)
    for code in offices.codes:
        unit = open_unit(folder / code, code, offices, clock, random.Random(f"first {code}").randbytes)
        unit.take_directory(offices.first)
        _rest(unit)
    return folder


def _rest(opened: Unit | HubUnit) -> None:
    opened.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.db.close()


def copy_folder(source: Path, target: Path) -> None:
    """A node's folder as a copy on another disk. The node is idle and its WAL empty."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*-wal", "*-shm", "tmp"))
