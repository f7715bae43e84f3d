"""Block devices as udev knows them. Nothing of a stick is read here: udev's own builders have looked at it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pyudev

from commons.mounting.mountinfo import number_of
from commons.mounting.names import label_of
from commons.mounting.values import Device

SECTOR_BYTES = 512
"""Of sysfs, whatever the device's own are."""


class Devices:
    """The block devices of this machine, and a descriptor that can be read when one comes or goes."""

    def __init__(self) -> None:
        self._context = pyudev.Context()
        self._monitor = pyudev.Monitor.from_netlink(self._context)
        self._monitor.filter_by("block")
        self._monitor.start()

    def fileno(self) -> int:
        """For a selector."""
        number: int = self._monitor.fileno()
        return number

    def drain(self) -> None:
        """Take what was told: that something changed is all that counts, `look` says what there is."""
        with suppress(OSError):
            while self._monitor.poll(0) is not None:
                pass

    def look(self) -> list[Device]:
        """All block devices that udev has looked at. One that goes while it is looked at is left out."""
        found = []
        for one in self._context.list_devices(subsystem="block"):
            with suppress(OSError, LookupError, ValueError, pyudev.DeviceNotFoundError):
                device = _as_device(one)
                if device is not None:
                    found.append(device)
        return found


def _as_device(one: pyudev.Device) -> Device | None:
    said = one.properties
    file_system = said.get("ID_FS_TYPE", "")
    if not one.device_node or not (one.is_initialized or file_system):
        return None
    number = number_of(one.device_number)
    disk = one if one.device_type == "disk" else one.find_parent("block", "disk")
    return Device(
        key=f"{one.sys_path}#{said.get('DISKSEQ') or said.get('USEC_INITIALIZED', '')}",
        path=one.device_node,
        number=number,
        usb=said.get("ID_BUS") == "usb" or one.find_parent("usb", "usb_device") is not None,
        disk=number if disk is None else number_of(disk.device_number),
        size_bytes=SECTOR_BYTES * int(_attribute(one, "size") or 0),
        read_only=_attribute(one, "ro") == "1",
        held=_is_held(Path(one.sys_path)),
        usage=said.get("ID_FS_USAGE", ""),
        file_system=file_system,
        table=said.get("ID_PART_TABLE_TYPE", ""),
        part_type=said.get("ID_PART_ENTRY_TYPE", ""),
        label=label_of(said.get("ID_FS_LABEL_ENC", "")),
        serial=said.get("ID_FS_UUID", "") or said.get("ID_SERIAL_SHORT", ""),
    )


def _attribute(one: pyudev.Device, name: str) -> str:
    value = one.attributes.get(name)
    return value.decode("ascii", "replace").strip() if value else ""


def _is_held(folder: Path) -> bool:
    try:
        return any(os.scandir(folder / "holders"))
    except FileNotFoundError:
        return False
