"""USB devices that may be tokens, as udev knows them; nothing is sent to a device here."""

from __future__ import annotations

import re
from contextlib import suppress

import pyudev

from commons.tokens.values import UsbDevice

SMART_CARD = "0b"
"""Interface class of USB smart cards (CCID)."""

_ID = re.compile(r"[0-9a-f]{4}")
_SERIAL = re.compile(r"[\w .-]{0,64}")


class UsbDevices:
    """The USB devices of this machine, and a descriptor that can be read when one comes or goes."""

    def __init__(self) -> None:
        self._context = pyudev.Context()
        self._monitor = pyudev.Monitor.from_netlink(self._context)
        self._monitor.filter_by("usb")
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

    def look(self) -> list[UsbDevice]:
        """All USB devices. One that goes while it is looked at is left out."""
        found = []
        cards = self._smart_cards()
        for one in self._context.list_devices(subsystem="usb", DEVTYPE="usb_device"):
            with suppress(OSError, LookupError, ValueError, pyudev.DeviceNotFoundError):
                device = _as_device(one, ccid=one.sys_path in cards)
                if device is not None:
                    found.append(device)
        return sorted(found, key=lambda device: device.key)

    def _smart_cards(self) -> set[str]:
        found = set()
        for one in self._context.list_devices(subsystem="usb", DEVTYPE="usb_interface"):
            with suppress(OSError, LookupError, ValueError, pyudev.DeviceNotFoundError):
                if _attribute(one, "bInterfaceClass") == SMART_CARD and one.parent is not None:
                    found.add(str(one.parent.sys_path))
        return found


def _as_device(one: pyudev.Device, *, ccid: bool) -> UsbDevice | None:
    vendor, product = (_attribute(one, name).lower() for name in ("idVendor", "idProduct"))
    if not (_ID.fullmatch(vendor) and _ID.fullmatch(product)):
        return None
    serial = _attribute(one, "serial")
    number = one.properties.get("DEVNUM") or _attribute(one, "devnum")
    return UsbDevice(
        f"{one.sys_name}-{number}", vendor, product, serial if _SERIAL.fullmatch(serial) else "",
        ccid or SMART_CARD in _classes(one),
    )  # fmt: skip


def _classes(one: pyudev.Device) -> set[str]:
    """The interface classes in udev's own summary, as `:0b0000:`."""
    said = one.properties.get("ID_USB_INTERFACES", "")
    return {part[:2].lower() for part in said.split(":") if part}


def _attribute(one: pyudev.Device, name: str) -> str:
    value = one.attributes.get(name)
    return value.decode("ascii", "replace").strip() if value else ""
