"""Block devices as udev knows them. Nothing of a stick is read here: udev's own builders have looked at it."""

from __future__ import annotations

import os
from pathlib import Path

import pyudev

from commons.mounting.mountinfo import number_of
from commons.mounting.names import label_of
from commons.mounting.values import Device
from commons.udev import Subsystem, attribute

SECTOR_BYTES = 512
"""Of sysfs, whatever the device's own are."""


class Devices(Subsystem):
    """The block devices of this machine."""

    def __init__(self) -> None:
        super().__init__("block")

    def look(self) -> list[Device]:
        """All that udev has looked at."""
        return self.each(_as_device)


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
        size_bytes=SECTOR_BYTES * int(attribute(one, "size") or 0),
        read_only=attribute(one, "ro") == "1",
        held=_is_held(Path(one.sys_path)),
        usage=said.get("ID_FS_USAGE", ""),
        file_system=file_system,
        table=said.get("ID_PART_TABLE_TYPE", ""),
        part_type=said.get("ID_PART_ENTRY_TYPE", ""),
        label=label_of(said.get("ID_FS_LABEL_ENC", "")),
        serial=said.get("ID_FS_UUID", "") or said.get("ID_SERIAL_SHORT", ""),
    )


def _is_held(folder: Path) -> bool:
    try:
        return any(os.scandir(folder / "holders"))
    except FileNotFoundError:
        return False
