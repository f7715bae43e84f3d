"""Tokens that are plugged in and pulled out: a made-up udev, SoftHSM as their module, the real token service."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commons.tokens import asking
from commons.tokens.values import Plugged
from tests.support.made_up_udev import MadeUpUdev
from tests.support.softhsm import MODULE, SoftHsm
from tests.support.waiting import until

SECONDS = 20
BUS = "/devices/pci0000:00/0000:00:14.0/usb1"
CATALOGUE = f"""
folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
[[token]]
name = "ePass2003"
usb = ["096e:0807"]
modules = ["{MODULE}"]
[[token]]
name = "No driver"
usb = ["163c:0417"]
modules = ["/nowhere/libnone.so"]
driver = "WatchData ProxKey"
[[token]]
name = "Broken"
usb = ["aaaa:0001"]
modules = ["/usr/lib/os-release"]
[[token]]
name = ""
usb = ["ccid"]
modules = ["opensc-pkcs11.so"]
"""
_numbers = itertools.count(2)


class Rig:
    """The service over one folder."""

    def __init__(self, folder: Path, hsm: SoftHsm) -> None:
        self.folder = folder / "run"
        self.folder.mkdir()
        self._catalogue = folder / "tokens.toml"
        self._catalogue.write_text(CATALOGUE)
        self._udev = MadeUpUdev()
        self._environment = {**os.environ, **hsm.environment, **self._udev.environment}
        self._udev.add(f"P: {BUS}", "E: SUBSYSTEM=usb", "E: DEVTYPE=usb_device")
        self.log = folder / "service.log"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "provisioning.cli", "tokens", "--folder", str(self.folder), "--catalogue",
                str(self._catalogue),
            ],
            env=self._environment, stderr=self.log.open("ab"),
        )  # fmt: skip
        until(lambda: asking.read_told(self.folder) is not None or process.poll() is not None)
        return process

    def restart(self) -> None:
        """Killed, and started again."""
        self.process.kill()
        self.process.wait(SECONDS)
        self.process = self._start()

    def told(self) -> list[Plugged]:
        """What the screens read."""
        telling = asking.read_told(self.folder)
        return list(telling.tokens) if telling else []

    def plug(self, vendor: str = "096e", product: str = "0807", serial: str = "", interface: str = "") -> str:
        """Its place; `interface`: the class of its one interface."""
        number = next(_numbers)
        place = f"{BUS}/1-{number}"
        lines = [
            f"P: {place}", f"N: bus/usb/001/{number:03}", "E: SUBSYSTEM=usb", "E: DEVTYPE=usb_device",
            f"E: DEVNUM={number:03}", f"A: idVendor={vendor}\\n", f"A: idProduct={product}\\n",
        ]  # fmt: skip
        lines += [f"A: serial={serial}\\n"] if serial else []
        self._udev.add(*lines)
        if interface:
            inner = [f"P: {place}/1-{number}:1.0", "E: SUBSYSTEM=usb", "E: DEVTYPE=usb_interface"]
            self._udev.add(*inner, f"A: bInterfaceClass={interface}\\n")
        return place

    def pull(self, place: str) -> None:
        """Pull it out."""
        self._udev.remove(f"/sys{place}")

    def close(self) -> None:
        """End all."""
        self.process.terminate()
        self.process.wait(SECONDS)
        self._udev.close()


@contextmanager
def rig(folder: Path, hsm: SoftHsm) -> Iterator[Rig]:
    """One service, ended afterwards."""
    made = Rig(folder, hsm)
    try:
        yield made
    finally:
        made.close()
