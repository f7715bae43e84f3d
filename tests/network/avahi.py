"""A laptop with Avahi, the responder that we did not write: sees what a phone or a PC of the office sees."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.network.namespaces import Host
from tests.support.waiting import becomes

SCRIPT = """
mount -t tmpfs tmpfs /run
mkdir -p /run/dbus
dbus-daemon --system --nofork --nopidfile &
until [ -S /run/dbus/system_bus_socket ]; do sleep 0.05; done
exec avahi-daemon --no-drop-root --no-chroot --no-rlimits -f "$1"
"""
CONFIG = """
[server]
use-ipv4=yes
use-ipv6=yes
host-name={host_name}
[publish]
publish-hinfo=no
publish-workstation=no
"""


class Record(msgspec.Struct, frozen=True):
    """One resolved line of `avahi-browse -rtp`."""

    interface: str
    protocol: str
    name: str
    host: str
    address: str
    port: int
    text: str


@dataclass
class Laptop:
    """A host that runs Avahi."""

    host: Host
    daemon: subprocess.Popen[bytes]

    def browse(self) -> list[Record]:
        """`avahi-browse -rtp _patravali._tcp`: what answers now."""
        said = self._run("avahi-browse", "-rtp", "_patravali._tcp")
        lines = [line.split(";") for line in said.splitlines() if line.startswith("=")]
        return [Record(one[1], one[2], one[3], one[6], one[7], int(one[8]), ";".join(one[9:])) for one in lines]

    def resolve(self, name: str, *options: str) -> str:
        """`avahi-resolve -n`: the address, or empty."""
        said = self._run("avahi-resolve", *options, "-n", name).split()
        return said[1] if len(said) == 2 else ""

    def _run(self, *command: str) -> str:
        """In the daemon's own mounts, where its bus is."""
        inside = ["nsenter", "-t", str(self.daemon.pid), "-m", "-n", *command]
        return subprocess.run(inside, check=False, capture_output=True, text=True, timeout=60).stdout


def laptop(host: Host, folder: Path, host_name: str = "laptop") -> Laptop:
    """Start Avahi on a host; ready when it answers for itself."""
    config = folder / f"avahi-{host.name}.conf"
    config.write_text(CONFIG.format(host_name=host_name))
    daemon = host.start(
        "unshare", "-m", "sh", "-c", SCRIPT, "sh", str(config), output=folder / f"avahi-{host.name}.log"
    )
    found = Laptop(host, daemon)
    assert becomes(lambda: found.resolve(f"{host_name}.local") != "", 30), "Avahi did not start"
    return found
