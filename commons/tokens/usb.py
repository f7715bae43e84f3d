"""USB devices that may be tokens, as udev knows them; nothing is sent to a device here."""

from __future__ import annotations

import re

import pyudev

from commons.tokens.values import UsbDevice
from commons.udev import Subsystem, attribute

SMART_CARD = "0b"
"""Interface class of USB smart cards (CCID)."""

_ID = re.compile(r"[0-9a-f]{4}")
_SERIAL = re.compile(r"[\w .-]{0,64}")


class UsbDevices(Subsystem):
    """The USB devices of this machine."""

    def __init__(self) -> None:
        super().__init__("usb")

    def look(self) -> list[UsbDevice]:
        """All of them, by key."""
        cards = set(self.each(_smart_card, DEVTYPE="usb_interface"))
        found = self.each(lambda one: _as_device(one, ccid=one.sys_path in cards), DEVTYPE="usb_device")
        return sorted(found, key=lambda device: device.key)


def _smart_card(one: pyudev.Device) -> str | None:
    """Where the device is whose interface this is, if it is one of smart cards."""
    is_card = attribute(one, "bInterfaceClass") == SMART_CARD and one.parent is not None
    return str(one.parent.sys_path) if is_card else None


def _as_device(one: pyudev.Device, *, ccid: bool) -> UsbDevice | None:
    vendor, product = (attribute(one, name).lower() for name in ("idVendor", "idProduct"))
    if not (_ID.fullmatch(vendor) and _ID.fullmatch(product)):
        return None
    serial = attribute(one, "serial")
    number = one.properties.get("DEVNUM") or attribute(one, "devnum")
    return UsbDevice(
        f"{one.sys_name}-{number}", vendor, product, serial if _SERIAL.fullmatch(serial) else "",
        ccid or SMART_CARD in _classes(one),
    )  # fmt: skip


def _classes(one: pyudev.Device) -> set[str]:
    """The interface classes in udev's own summary, as `:0b0000:`."""
    said = one.properties.get("ID_USB_INTERFACES", "")
    return {part[:2].lower() for part in said.split(":") if part}
