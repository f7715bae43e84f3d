"""Sticks that are plugged in and pulled out: images on loop devices, a udev that speaks of them, the real helper.

The helper runs as root in a mount namespace of its own, so that nothing is mounted on this machine; `inside` are its
places as this process can reach them.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from commons.mounting import asking
from commons.mounting.mountinfo import number_of, parse
from commons.mounting.values import Mounted, Told
from tests.support.made_up_udev import MadeUpUdev
from tests.support.waiting import until

NOBODY = 65534
SECONDS = 20
CLONE_NEWNS = 0x20000
UNIT = Path(__file__).parents[2] / "systemd" / "patravali-sticks.service"
USB = "/devices/pci0000:00/usb1/1-1"
_numbers = itertools.count()


def capabilities() -> str:
    """Those of the unit, as setpriv wants them."""
    (line,) = (one for one in UNIT.read_text().splitlines() if one.startswith("CapabilityBoundingSet="))
    return ",".join(f"+{name.removeprefix('CAP_').lower()}" for name in line.partition("=")[2].split())


@dataclass
class Plugged:
    """A stick that is in."""

    loop: str
    image: Path
    path: str

    def goes_bad(self) -> None:
        """From now on the device answers nothing but errors, as one that was pulled out half-way."""
        os.truncate(self.image, 0)
        run("losetup", "-c", self.loop)


def run(*command: str, check: bool = True) -> str:
    """A command to its end; what it said. Raises CalledProcessError, TimeoutExpired."""
    return subprocess.run(
        command, check=check, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL
    ).stdout


def image(folder: Path, *command: str, megabytes: int = 16, content: Path | None = None) -> Path:
    """An image of that size, made by a mkfs; without one it holds zeros. `content` is for mke2fs."""
    made = folder / f"{next(_numbers)}.img"
    made.touch()
    os.truncate(made, megabytes << 20)
    if command:
        run(*command, *(["-d", str(content)] if content else []), str(made))
    return made


class Rig:
    """The helper with its made-up udev."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "sticks"
        self.udev = MadeUpUdev()
        self.udev.add(f"P: {USB}", "E: SUBSYSTEM=usb", "E: DEVTYPE=usb_device")
        self._plugged: list[Plugged] = []
        self.start()

    # ---------------------------------------------------------------- the helper
    def start(self, within: int = 0) -> None:
        """The helper, as its unit starts it; `within` the namespace of that process."""
        inside = ["unshare", "--mount", "--propagation", "private"]
        if within:
            inside = ["nsenter", f"--mount=/proc/{within}/ns/mnt"]
        command = [sys.executable, "-m", "provisioning.cli", "sticks", "--sticks", str(self.root), "--user", "nobody"]
        self.helper = subprocess.Popen(
            [*inside, "setpriv", f"--bounding-set=-all,{capabilities()}", "--no-new-privs", *command],
            env=os.environ | self.udev.environment,
            stderr=(self.folder / "log").open("ab"),
        )
        until(lambda: asking.read_told(self.root) is not None or self.helper.poll() is not None)

    @property
    def inside(self) -> Path:
        """The folder of sticks as the helper's namespace has it."""
        return Path(f"/proc/{self.helper.pid}/root{self.root}")

    def mounts(self) -> list[Mounted]:
        """What is mounted below the folder of sticks there."""
        found = parse(Path(f"/proc/{self.helper.pid}/mountinfo").read_bytes())
        return [one for one in found if Path(one.place).parent == self.root]

    def told(self) -> list[Told]:
        """What the pages read."""
        telling = asking.read_told(self.root)
        return list(telling.sticks) if telling else []

    def until_told(self, *states: str) -> list[Told]:
        """What is told once the sticks have these states, by name."""
        until(lambda: [one.state for one in self.told()] == list(states))
        return self.told()

    # ---------------------------------------------------------------- sticks
    def plug(
        self, image: Path, file_system: str = "ext4", *, read_only: bool = False, on: Plugged | None = None, **said: str
    ) -> Plugged:
        """Plug it in, or let it be a partition `on` another; `said` are more properties that udev found."""
        loop = run("losetup", "-f", "--show", *(["-r"] if read_only else []), str(image)).strip()
        device = Path(loop).stat().st_rdev
        major, minor = number_of(device).split(":")
        above = on.path.removeprefix("/sys") if on else f"{USB}/host{next(_numbers)}/block"
        path = f"{above}/{Path(loop).name}"
        values = {
            "SUBSYSTEM": "block", "DEVTYPE": "partition" if on else "disk", "DEVNAME": loop, "MAJOR": major,
            "MINOR": minor, "ID_BUS": "usb",
            "DISKSEQ": str(next(_numbers)), "ID_FS_TYPE": file_system,
            "ID_FS_USAGE": "filesystem" if file_system else "", **said,
        }  # fmt: skip
        lines = [f"P: {path}", *(f"E: {name}={value}" for name, value in values.items() if value)]
        self._plugged.append(Plugged(loop, image, f"/sys{path}"))
        lines += [f"A: size={image.stat().st_size // 512}\\n", f"A: ro={int(read_only)}\\n"]
        self.udev.add(*lines)
        return self._plugged[-1]

    def pull(self, one: Plugged) -> None:
        """Pull it out."""
        self._plugged.remove(one)
        self.udev.remove(one.path)
        (self.udev.folder / "sys/block" / Path(one.loop).name).unlink(missing_ok=True)
        run("losetup", "-d", one.loop, check=False)

    def as_nobody(self, do: Callable[[], object]) -> bool:
        """Whether it succeeds as the unprivileged user, in the helper's namespace."""
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1] == 0
        code = 1
        with suppress(BaseException):
            fd = os.open(f"/proc/{self.helper.pid}/ns/mnt", os.O_RDONLY)
            assert ctypes.CDLL(None).setns(fd, CLONE_NEWNS) == 0
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            code = 0 if do() is not False else 1
        os._exit(code)

    def close(self) -> None:
        """All is ended, and nothing stays mounted or attached."""
        self.helper.terminate()
        self.helper.wait(SECONDS)
        for one in self._plugged:
            run("losetup", "-d", one.loop, check=False)
        self.udev.close()


@contextmanager
def rig() -> Iterator[Rig]:
    """One rig, below /run: in a temporary folder of the test the unprivileged user could see nothing."""
    folder = Path(tempfile.mkdtemp(dir="/run", prefix="patravali-test-"))
    folder.chmod(0o755)
    made = Rig(folder)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder)
