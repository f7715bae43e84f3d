"""Which sticks are plugged in, as an unprivileged program sees them: told by the helper, or simply mounted by hand."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

import msgspec

from commons.mounting.asking import ask_out, read_told
from commons.mounting.values import State, Told
from commons.stick.folder import Stick
from protocol.errors import PatravaliError

MOST_STICKS: Final = 20
MOST_NAMED: Final = 12
LEAVE_SECONDS: Final = 45.0


class Present(msgspec.Struct, frozen=True):
    """A stick that is plugged in. `fault`: why it cannot be used, a code; `bags` are for this node.

    `written`: this node's own bags, still to be taken in elsewhere. `others` are the other offices whose post is on it,
    by the names of the bags; `more` are those not named here.
    `helped`: the helper mounted it and takes it out.
    """

    name: str
    state: State = "here"
    free_bytes: int = 0
    size_bytes: int = 0
    bags: int = 0
    bag_bytes: int = 0
    senders: tuple[str, ...] = ()
    written: int = 0
    others: tuple[str, ...] = ()
    more: int = 0
    read_only: bool = False
    file_system: str = ""
    fault: str = ""
    helped: bool = False


def plugged_in(root: Path) -> list[Present]:
    """The sticks, by name, as they are told of; reads one small file or folder and no stick."""
    telling = read_told(root)
    if telling is not None:
        return [_told(one) for one in telling.sticks[:MOST_STICKS]]
    return [Present(name) for name in _folders(root)[:MOST_STICKS]]


def look(root: Path, one: Present, node: str, hub: str) -> Present:
    """The same stick with what is on it for this node, or why it cannot be used. A stick may never answer."""
    change = msgspec.structs.replace
    try:
        stick = Stick(root / one.name)
        free, bags = stick.free_bytes(), stick.all_bags()
    except PatravaliError as error:
        return change(one, fault=error.code)
    ours = [bag for bag in bags if bag.recipient == node]
    others = sorted(
        {code for bag in bags if bag.recipient != node for code in (bag.sender, bag.recipient)} - {node, hub}
    )
    return change(
        one, free_bytes=free, bags=len(ours), bag_bytes=sum(bag.size for bag in ours),
        senders=tuple(sorted({bag.sender for bag in ours})[:MOST_NAMED]), others=tuple(others[:MOST_NAMED]),
        more=max(0, len(others) - MOST_NAMED), written=sum(bag.sender == node for bag in bags),
    )  # fmt: skip


def names_here(root: Path) -> list[str]:
    """The names of those that can be worked on; reads one small file or folder and no stick."""
    telling = read_told(root)
    if telling is not None:
        return [one.name for one in telling.sticks if one.state == "here"]
    return _folders(root)


def names_plugged(root: Path) -> list[str]:
    """The same, and those that cannot be used or are not ready yet: somebody who plugged one in wants something."""
    telling = read_told(root)
    if telling is not None:
        return [one.name for one in telling.sticks if one.state != "out"]
    return _folders(root)


def let_go(root: Path, name: str, seconds: float = LEAVE_SECONDS) -> bool:
    """Have the helper take a stick out; True once it is, within `seconds`.

    Also where no helper runs: what was written is synced.
    """
    if read_told(root) is None:
        return True
    if not ask_out(root, name):
        return name not in names_here(root)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        telling = read_told(root)
        if telling is None or not any(one.name == name and one.state in ("here", "leaving") for one in telling.sticks):
            return True
        time.sleep(0.1)
    return False


def _folders(root: Path) -> list[str]:
    """By what their parent says of them: none is asked itself."""
    try:
        with os.scandir(root) as entries:
            return sorted(one.name for one in entries if one.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _told(told: Told) -> Present:
    return Present(
        told.name, told.state, size_bytes=told.size_bytes, read_only=told.read_only, file_system=told.file_system,
        fault=told.code, helped=True,
    )  # fmt: skip
