"""What may be mounted, how, and what is to be done next: values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath
from typing import Final

from commons.mounting.names import free_name, safe_name
from commons.mounting.values import Device, Mount, Mounted, State, Told, Unmount

MOST_PARTITIONS: Final = 4
"""So many file systems on one stick are looked at: a stick with more is no stick for the post."""

MOST_STICKS: Final = 20
"""So many are mounted at once."""

SAFE: Final = frozenset({"nosuid", "nodev", "noexec"})
"""Without all three nothing stays mounted below the folder of sticks."""

FILE_SYSTEMS: Final[Mapping[str, str]] = {
    "vfat": "vfat", "exfat": "exfat", "ntfs": "ntfs3", "ext2": "ext4", "ext3": "ext4", "ext4": "ext4",
}  # fmt: skip
"""What udev calls them, and the kernel's driver; nothing else is ever handed to the kernel."""

_LOCKED = frozenset({"crypto_LUKS", "BitLocker"})
_BOOT_PARTITIONS = frozenset({
    "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",  # EFI system
    "e3c9e316-0b5c-4db8-817d-f92df00215ae",  # Microsoft reserved
    "0xef",
})  # fmt: skip


def verdict(device: Device) -> str:
    """What one device by itself is: "" to mount it, "pass" for what concerns nobody, else why not, a code."""
    if not device.usb or device.held or device.size_bytes <= 0 or device.part_type in _BOOT_PARTITIONS:
        return "pass"
    if device.usage == "crypto" or device.file_system in _LOCKED:
        return "stick.locked"
    if device.usage in ("raid", "other"):
        return "stick.file_system"
    if not device.file_system:
        return "stick.empty"
    return "" if device.file_system in FILE_SYSTEMS else "stick.file_system"


def verdicts(devices: Iterable[Device], mounted: Iterable[Mounted], root: str) -> dict[str, tuple[Device, str]]:
    """Each USB device that concerns somebody, by its key, with its verdict.

    A disk of which anything is mounted elsewhere (the machine's own, started from USB) is left alone altogether.
    """
    known = sorted((one for one in devices if one.usb), key=lambda one: one.path)
    elsewhere = {one.number for one in mounted if not is_below(one.place, root)}
    ours = {one.disk for one in known if one.held or one.number in elsewhere}
    parts = Counter(one.disk for one in known if not one.whole)
    found: dict[str, tuple[Device, str]] = {}
    crowded: set[str] = set()
    for device in known:
        if device.disk in ours or (device.whole and parts[device.disk]):
            continue
        code = verdict(device)
        if code == "pass":
            continue
        if parts[device.disk] > MOST_PARTITIONS:
            if device.disk not in crowded:
                found[device.key] = device, "stick.partitions"
            crowded.add(device.disk)
            continue
        found[device.key] = device, code
    return _readable_first(found)


def _readable_first(found: dict[str, tuple[Device, str]]) -> dict[str, tuple[Device, str]]:
    """Beside a partition that can be used, what cannot be used on the same stick is not worth a word."""
    useful = {device.disk for device, code in found.values() if not code}
    return {key: (device, code) for key, (device, code) in found.items() if not code or device.disk not in useful}


def plan(
    judged: Mapping[str, tuple[Device, str]],
    mounted: Collection[Mounted],
    settled: Mapping[str, str],
    wanted_out: Collection[str],
    root: str,
) -> list[Mount | Unmount]:
    """What is to be done now. `settled`: keys that were tried or let go; they stay as they are until plugged in anew.

    `wanted_out` are names of sticks that somebody is done with.
    """
    here = {one.number: one for one in mounted if is_below(one.place, root)}
    present = {device.number: (key, device) for key, (device, code) in judged.items() if not code}
    todo: list[Mount | Unmount] = []
    for one in here.values():
        if one.number not in present or not one.options >= SAFE:
            todo.append(Unmount(one.place, one.number, at_once=True))
        elif PurePath(one.place).name in wanted_out:
            todo.append(Unmount(one.place, one.number))
    taken = {PurePath(one.place).name for one in here.values()}
    room = MOST_STICKS - len(here)
    for number, (key, device) in present.items():
        if number in here or key in settled or room <= 0:
            continue
        name = free_name(device.label, device.serial or number.replace(":", "-"), taken)
        taken.add(name)
        room -= 1
        todo.append(Mount(device, name, read_only=device.read_only))
    return todo


def telling(
    judged: Mapping[str, tuple[Device, str]],
    mounted: Collection[Mounted],
    settled: Mapping[str, str],
    at_work: Mapping[str, State],
    root: str,
) -> tuple[Told, ...]:
    """What the pages read. `settled`: "" for one that was let go, else why it could not be mounted. Both by key."""
    here = {one.number: one for one in mounted if is_below(one.place, root)}
    found = []
    for key, (device, code) in judged.items():
        one = here.get(device.number)
        name = PurePath(one.place).name if one else safe_name(device.label, device.serial)
        fault = code or settled.get(key, "")
        state: State = at_work.get(key) or (
            "here" if one else "fault" if fault else "out" if key in settled else "coming"
        )
        told_fault = fault if state == "fault" else ""
        read_only = one is not None and "ro" in one.options
        found.append(Told(name, state, told_fault, device.file_system, device.size_bytes, read_only))
    return tuple(sorted(found, key=lambda told: (told.name, told.state)))


def is_below(place: str, root: str) -> bool:
    """Whether a place is a stick's: directly in the folder of sticks."""
    return str(PurePath(place).parent) == root
