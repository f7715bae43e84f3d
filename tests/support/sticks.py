"""Sticks for tests of several folders: plain folders with their district, those really plugged in, those that stall."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from commons.mounting import asking
from commons.mounting.values import Owner, Telling, Told
from commons.stick.work import StickWork, Work
from tests.support.copies import meet
from tests.support.district import District, make_district
from tests.support.plugging import Rig, rig
from tests.support.stalling import stalling
from tests.support.waiting import until

BLUE = "नीली"
Result = TypeVar("Result")

TOLD = [
    (Told("लाल", "fault", "stick.file_system", "ntfs"), "NTFS"),
    (Told("लाल", "fault", "stick.file_system", "btrfs"), "btrfs"),
    (Told("लाल", "fault", "stick.locked"), "पासवर्ड"),
    (Told("लाल", "fault", "stick.empty"), "FAT32"),
    (Told("लाल", "fault", "stick.partitions"), "भागों"),
    (Told("लाल", "fault", "stick.damaged"), "खराब"),
    (Told("लाल", "fault", "stick.unclean"), "विंडोज़"),
    (Told("लाल", "fault", "stick.permissions"), "मालिक"),
    (Told("लाल", "coming"), "खोली जा रही है"),
    (Told("लाल", "leaving"), "बन्द की जा रही है"),
    (Told("लाल", "out"), "निकाल सकते हैं"),
    (Told(BLUE, "here", "", "vfat", 8 << 30, read_only=True), "8.6 GB · इस पर लिखा नहीं जा सकता"),
    (Told(BLUE, "here"), "केवल निकालें"),
]
"""What a helper tells, and words of the page that says it."""


@pytest.fixture(name="sticks")
def plugged_sticks() -> Iterator[Rig]:
    """The helper, with nothing plugged in."""
    if os.geteuid() != 0 or shutil.which("umockdev-wrapper") is None:
        pytest.skip("mounts sticks: needs root, and Debian's umockdev")
    with rig() as made:
        yield made


@pytest.fixture(name="district")
def met_district(tmp_path: Path) -> Iterator[District]:
    """A district whose offices have spoken with the hub."""
    made = make_district(tmp_path)
    meet(made, "moth", "chirgaon")
    yield made
    made.close()


@pytest.fixture(name="root")
def folder_of_sticks(tmp_path: Path) -> Path:
    """The folder of sticks, with one in it."""
    made = tmp_path / "sticks"
    (made / BLUE).mkdir(parents=True)
    return made


@pytest.fixture(name="stalled")
def stalled_sticks(root: Path) -> Iterator[Path]:
    """The folder of sticks, in which that one never answers."""
    if os.geteuid() != 0 or not Path("/dev/fuse").exists():
        pytest.skip("mounts a stick that stalls: needs root, and FUSE in the kernel")
    with stalling(root, BLUE) as seen:
        yield seen


def ended(work: StickWork[Result]) -> Work[Result]:
    """What came of it, once it has. Raises TimeoutError."""
    until(lambda: (state := work.state()) is not None and not state.busy)
    state = work.state()
    assert state is not None
    return state


def page_ended(get: Callable[[], str]) -> str:
    """The page, once the stick may be pulled out or the work has failed. Raises TimeoutError."""
    until(lambda: any(f'data-stick="{step}"' in get() for step in ("done", "failed")))
    return get()


def tell(root: Path, *told: Told) -> None:
    """Say of sticks what a helper would."""
    asking.tell(root, Telling(told), Owner(os.geteuid(), os.getegid()))


def check_told_in_words(root: Path, get: Callable[[], str]) -> None:
    """Each of TOLD is said in its words."""
    for told, words in TOLD:
        tell(root, told)
        page = get()
        assert words in page, told
        assert f'data-state="{told.state}"' in page
