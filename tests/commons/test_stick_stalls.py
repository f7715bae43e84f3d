"""A stick that never answers, and one that is full of things that never end: nobody waits for them."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from commons.stick import FOLDER, Stick
from commons.stick.looking import Patience
from commons.stick.read_me import NAME
from commons.stick.work import StickWork, Tell
from protocol.errors import PatravaliError
from tests.support.sticks import BLUE, ended, folder_of_sticks, stalled_sticks
from tests.support.waiting import until

__all__ = ["folder_of_sticks", "stalled_sticks"]

MOTH, HUB, GREEN = "moth", "jhansi-hub", "हरी"
SOON = Patience(wait_seconds=0.2, look_seconds=0.6, work_seconds=0.6)
NO_WAIT_SECONDS = 5.0


def sticks_of(root: Path) -> StickWork[str]:
    (root / GREEN).mkdir()
    Stick(root / GREEN).prepare()
    Stick(root / GREEN).write(HUB, MOTH, 5, [b"abc"])
    return StickWork(root, MOTH, HUB, lambda: None, SOON)


def look_through(stick: Stick, tell: Tell[str]) -> str:
    tell("in")
    stick.prepare()
    return "looked through"


def test_a_look_at_it_is_not_waited_for(stalled: Path) -> None:
    work, begun = sticks_of(stalled), time.monotonic()
    seen = {one.name: one for one in work.present()}
    assert time.monotonic() - begun < NO_WAIT_SECONDS
    assert (seen[BLUE].state, seen[BLUE].fault) == ("coming", "")
    assert (seen[GREEN].state, seen[GREEN].bags) == ("here", 1)
    until(lambda: work.present()[0].fault == "stick.stalls")
    assert sum(one.name == "look" for one in threading.enumerate()) <= 2


def test_work_with_it_is_left_to_itself_when_another_begins(stalled: Path) -> None:
    work = sticks_of(stalled)
    assert work.begin(BLUE, look_through)
    assert not work.begin(GREEN, look_through)
    until(lambda: (state := work.state()) is not None and state.stalls)
    assert work.begin(GREEN, look_through)
    assert ended(work).result == "looked through"
    assert ended(work).name == GREEN


def test_what_was_left_to_itself_ends_by_its_next_word(root: Path) -> None:
    work, go_on, came = sticks_of(root), threading.Event(), threading.Event()

    def slow(_stick: Stick, tell: Tell[str]) -> str:
        go_on.wait(NO_WAIT_SECONDS)
        with suppress(PatravaliError):
            tell("out")
            came.set()
        return "slow"

    assert work.begin(BLUE, slow)
    until(lambda: (state := work.state()) is not None and state.stalls)
    assert work.begin(GREEN, look_through)
    assert ended(work).name == GREEN
    go_on.set()
    until(lambda: all(one.name != "stick" for one in threading.enumerate()))
    assert not came.is_set()
    assert (ended(work).name, ended(work).result) == (GREEN, "looked through")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.open(path.parent, os.O_DIRECTORY)
        listening.bind(f"/proc/self/fd/{here}/{path.name}")
        os.close(here)


def _device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(5, 0))
    except PermissionError:
        pytest.skip("makes a device: needs root")


def _round(path: Path) -> None:
    path.symlink_to(path.name)


def _zero(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_pipe, _socket, _device, _round, _zero, _folder])
@pytest.mark.parametrize(
    "place", [FOLDER, f"{FOLDER}/{NAME}", f"{FOLDER}/moth--{HUB}--9.bag", f"{FOLDER}/try.part", f"{FOLDER}/{NAME}.part"]
)
def test_nothing_on_a_stick_is_waited_for_or_followed(root: Path, place: str, make: Callable[[Path], None]) -> None:
    path = root / BLUE / place
    path.parent.mkdir(exist_ok=True)
    make(path)
    work: StickWork[str] = StickWork(root, HUB, HUB, lambda: None)
    (seen,) = work.present()
    assert seen.bags == 0

    def all_of_it(stick: Stick, _tell: Tell[str]) -> str:
        with suppress(PatravaliError):
            stick.prepare()
        return str([stick.write(MOTH, HUB, 10, [b"abc"]).number, len(stick.all_bags())])

    assert work.begin(BLUE, all_of_it)
    until(lambda: (state := work.state()) is not None and not state.busy)
    state = work.state()
    assert state is not None
    allowed = {"stick.unfit"} if path == root / BLUE / FOLDER and make is not _folder else {""}
    assert state.code in allowed, state
