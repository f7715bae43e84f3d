"""The practice office's folder: one whole node after the other, and a file that says which one is served.

A reset makes the next node beside the one that is at work and then, in one rename, says that it is the current one.
So a crash at any moment leaves the former sample or the new one, and the next start removes what is not current.

    current             number of the node that is served
    1/ 2/ ...           whole nodes, as any office's folder
    2.making/           one that is being made
    practice.lock       held by who serves; making.lock: held by who makes
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from appliance import config
from appliance.desk import people
from appliance.desk.days import INDIA
from appliance.practice import district
from appliance.practice.play import Play, PlayedClock
from appliance.practice.sample import ACTS, BEGIN_DAYS
from appliance.practice.values import Progress, Role
from commons.clock import Clock
from commons.folder import PRIVATE, BadFolder, held
from commons.papers.durable import sync_folder
from protocol.errors import LocalError

MAKING: Final = ".making"
LOCK, MAKING_LOCK = "practice.lock", "making.lock"
NO_LINE: Final[dict[str, object]] = {"hub_url": "", "mail_server": "", "practice_url": ""}
"""Over config.toml and the environment: whatever stands there, a practice office talks to nobody."""
STEPS: Final = 2 + len(ACTS)

Say = Callable[[Progress], None]


class NotPractice(LocalError):
    """The folder holds something else than a practice office: values `path`."""

    code = "practice.other_folder"


def current(root: Path) -> int:
    """Number of the node that is served; 0 before the first."""
    try:
        return int((root / "current").read_text())
    except FileNotFoundError:
        return 0


def folder_of(root: Path, number: int) -> Path:
    """The folder of one node."""
    return root / str(number)


def heal(root: Path, say: Say = lambda _: None) -> int:
    """Remove what a crash left behind and see to it that there is a sample; the current number.

    Raises NotPractice before anything is touched in a folder of another kind.
    """
    prepare(root)
    with held(root, MAKING_LOCK):
        _sweep(root)
    return current(root) or make(root, say)


def make(root: Path, say: Say = lambda _: None, clock: Clock | None = None) -> int:
    """Make the sample anew and let it be the current one; its number.

    Raises BadFolder (folder.in_use) while another making goes on, NotPractice.
    """
    prepare(root)
    with held(root, MAKING_LOCK):
        _sweep(root)
        number = current(root) + 1
        making = root / f"{number}{MAKING}"
        _furnish(making, clock or Clock(), say)
        making.rename(folder_of(root, number))
        sync_folder(root)
        new = root / "current.new"
        new.write_text(f"{number}\n")
        new.replace(root / "current")
        sync_folder(root)
    say(Progress("ready", STEPS, STEPS))
    return number


def prepare(root: Path) -> None:
    """Make the folder if there is none. Raises NotPractice in a folder of another kind."""
    if (root / "config.toml").exists() or (root.is_dir() and not _is_ours(root)):
        raise NotPractice(path=str(root))
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(PRIVATE)


def _is_ours(root: Path) -> bool:
    names = {place.name for place in root.iterdir()}
    return not names or bool(names & {"current", LOCK, MAKING_LOCK})


def _sweep(root: Path) -> None:
    """All but the current node and the one before, which may still be answering somebody."""
    number = current(root)
    for place in root.iterdir():
        word = place.name.removesuffix(MAKING)
        if not place.is_dir() or not word.isdecimal():
            continue
        if place.name != word or int(word) not in (number, number - 1):
            shutil.rmtree(place)


def _furnish(folder: Path, clock: Clock, say: Say) -> None:
    end_ms = clock.now_ms()
    begin_ms = end_ms - int(timedelta(days=BEGIN_DAYS).total_seconds() * 1000)
    say(Progress("keys", 0, STEPS))
    born = district.found(begin_ms // 1000)
    settings = config.Config(node=district.OFFICE, hub=district.HUB)
    keys = config.make(folder, settings, born.root)
    played = PlayedClock(begin_ms, end_ms)
    unit = config.open_unit(folder, NO_LINE, clock=played)
    with closing(unit.db):
        say(Progress("people", 1, STEPS))
        unit.take_directory(district.signed_directory(born, keys, begin_ms // 1000))
        for role in district.roles():
            people.set_password(unit, role.employee, district.PASSWORD)
        play = Play(unit, played, datetime.fromtimestamp(end_ms / 1000, INDIA).date())
        for place, act in enumerate(ACTS, 2):
            say(Progress("files", place, STEPS))
            act(play)


class Room:
    """The practice office of one process: what is current, and a reset that runs beside the work."""

    password = district.PASSWORD

    def __init__(self, root: Path) -> None:
        self.root = root
        self.roles: tuple[Role, ...] = district.roles()
        self._guard = threading.Lock()
        self._progress: Progress | None = None
        self._thread: threading.Thread | None = None
        self._failed = False

    @property
    def made_ms(self) -> int:
        """When the sample that is shown was made."""
        return (self.root / "current").stat().st_mtime_ns // 1_000_000

    def begin_reset(self) -> None:
        """Begin to make the sample anew; nothing if that goes on already."""
        with self._guard:
            if self._thread is not None and self._thread.is_alive():
                return
            self._failed = False
            self._progress = Progress("keys", 0, STEPS)
            self._thread = threading.Thread(target=self._make, name="practice-reset", daemon=True)
            self._thread.start()

    def progress(self) -> Progress | None:
        """How far a reset is; None while none goes on."""
        return self._progress

    def has_failed(self) -> bool:
        """Whether the last reset ended without a new sample."""
        return self._failed

    def _make(self) -> None:
        try:
            make(self.root, self._say)
        except BadFolder:  # another process makes it: what it makes is served as well
            return
        except Exception:
            self._failed = True
            raise
        finally:
            self._progress = None

    def _say(self, progress: Progress) -> None:
        self._progress = progress
