"""Sticks as the kernel and udev show them, what is to be done with each, and what the pages are told."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import msgspec

FOLDER_NAME: Final = "PATRAVALI"
"""The one folder of a stick that is ours (commons/stick)."""

State = Literal["coming", "here", "leaving", "out", "fault"]


class Owner(NamedTuple):
    """The unprivileged user who reads and writes sticks."""

    uid: int
    gid: int


class Device(msgspec.Struct, frozen=True):
    """A block device or a partition of one. `key` differs for whatever is plugged in anew under the same name."""

    key: str
    path: str  # such as /dev/sda1
    number: str  # major:minor, as in /proc/self/mountinfo
    usb: bool = False
    disk: str = ""  # number of the whole disk; its own for a whole disk
    size_bytes: int = 0
    read_only: bool = False
    held: bool = False  # below another device: encrypted, RAID, swap, LVM
    usage: str = ""  # udev's ID_FS_USAGE
    file_system: str = ""  # udev's ID_FS_TYPE
    table: str = ""  # udev's ID_PART_TABLE_TYPE
    part_type: str = ""  # udev's ID_PART_ENTRY_TYPE
    label: str = ""
    serial: str = ""

    @property
    def whole(self) -> bool:
        """Whether it is a whole disk and no partition."""
        return self.number == self.disk


class Mounted(msgspec.Struct, frozen=True):
    """What is mounted, as /proc/self/mountinfo has it."""

    number: str
    place: str
    options: frozenset[str] = frozenset()
    source: str = ""


class Mount(msgspec.Struct, frozen=True):
    """Mount this device under a name below the folder of sticks."""

    device: Device
    name: str
    read_only: bool = False


class Unmount(msgspec.Struct, frozen=True):
    """Take away what is mounted at a place; `at_once` when nothing can be written to it any more."""

    place: str
    number: str
    at_once: bool = False


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the pages read about one stick. `code`: why it cannot be used; `name` is its folder when it is "here"."""

    name: str
    state: State
    code: str = ""
    file_system: str = ""
    size_bytes: int = 0
    read_only: bool = False


class Telling(msgspec.Struct, frozen=True):
    """All sticks."""

    sticks: tuple[Told, ...] = ()
