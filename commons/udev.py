"""Devices as udev knows them, one subsystem at a time; nothing is sent to a device."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import pyudev

T = TypeVar("T")


class Subsystem:
    """What this machine has of one subsystem, and a descriptor that can be read when one comes or goes."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._context = pyudev.Context()
        self._monitor = pyudev.Monitor.from_netlink(self._context)
        self._monitor.filter_by(name)
        self._monitor.start()

    def fileno(self) -> int:
        """For a selector."""
        number: int = self._monitor.fileno()
        return number

    def drain(self) -> None:
        """Take what was told: that something changed is all that counts, `each` says what there is."""
        with suppress(OSError):
            while self._monitor.poll(0) is not None:
                pass

    def each(self, read: Callable[[pyudev.Device], T | None], **properties: str) -> list[T]:
        """What `read` makes of every device with these properties; None, and one that goes meanwhile, is left out."""
        found = []
        for one in self._context.list_devices(subsystem=self._name, **properties):
            with suppress(OSError, LookupError, ValueError, pyudev.DeviceNotFoundError):
                made = read(one)
                if made is not None:
                    found.append(made)
        return found


def attribute(one: pyudev.Device, name: str) -> str:
    """A file of the device in sysfs, as text; empty when it has none."""
    value = one.attributes.get(name)
    return value.decode("ascii", "replace").strip() if value else ""
