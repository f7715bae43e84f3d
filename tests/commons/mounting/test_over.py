"""No stick is mounted over another: its post would go to that one. Real mounts, in a namespace that is gone after."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.plugging import image, run

BEGIN = """
import os, sys, threading
from pathlib import Path
from commons.mounting import mountinfo, system
from commons.mounting.devices import Devices
from commons.mounting.keeper import Keeper
from commons.mounting.mountinfo import number_of
from commons.mounting.values import Device, Mount, Owner

root, *loops = map(Path, sys.argv[1:])
owner = Owner(os.geteuid(), os.getegid())
place = root / "POST"
one, other = (
    Device(key=str(loop), path=str(loop), number=number_of(loop.stat().st_rdev), usb=True, file_system="ext4")
    for loop in loops
)

def said():
    here = [found.number for found in mountinfo.read() if found.place == str(place)]
    return ["one" if number == one.number else "other" for number in here]
"""

OVER = """
system.mount(one, place, owner)
(place / "of-one").touch()
try:
    system.mount(other, place, owner)
except system.CannotMount as error:
    print(error.code)
print(*said(), (place / "of-one").exists())
"""

TWICE = """
keeper = Keeper(root, owner, Devices())
keeper._begin(Mount(one, "POST"))
keeper._begin(Mount(other, "POST"))
print(len(keeper._at_work))
for thread in threading.enumerate():
    if thread.name == "mount":
        thread.join()
print(*said())
keeper._begin(Mount(other, "POST 2"))
print(len(keeper._at_work))
"""


@pytest.fixture
def loops(tmp_path: Path) -> Iterator[list[str]]:
    """Two devices with a file system each."""
    if os.geteuid() != 0:
        pytest.skip("mounts sticks: needs root")
    made = [run("losetup", "-f", "--show", str(image(tmp_path, "mkfs.ext4", "-q"))).strip() for _ in range(2)]
    yield made
    for loop in made:
        run("losetup", "-d", loop)


def lines(tmp_path: Path, loops: list[str], script: str) -> list[str]:
    """What the script says."""
    root = tmp_path / "sticks"
    root.mkdir()
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", sys.executable, "-c", BEGIN + script, str(root), *loops],
        check=False, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_what_is_mounted_at_a_place_stays_what_is_there(tmp_path: Path, loops: list[str]) -> None:
    assert lines(tmp_path, loops, OVER) == ["stick.damaged", "one True"]


def test_a_name_that_is_being_mounted_is_given_to_no_other(tmp_path: Path, loops: list[str]) -> None:
    """Neither stands in the kernel's list of mounts yet when the second is begun."""
    assert lines(tmp_path, loops, TWICE) == ["1", "one", "2"]
