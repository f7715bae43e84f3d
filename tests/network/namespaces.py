"""Hosts that are network namespaces, and the networks between them; made by a test, removed with their processes.

A `Lan` is a bridge in a namespace of its own, so that nothing of this machine's network is touched. A `Host` may have
several cables; a cable can be pulled (the host sees no carrier) apart from its interface being switched off.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_numbers = itertools.count()


def ip(*words: str) -> str:
    """One `ip` command; what it said. Raises CalledProcessError."""
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


@dataclass
class Namespace:
    """One network namespace, and the processes in it."""

    name: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        ip("netns", "add", self.name)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words: str) -> str:
        """One `ip` command inside."""
        return ip("-n", self.name, *words)

    def inside(self, command: Sequence[str]) -> list[str]:
        """The command that runs `command` here, with a /sys that shows this namespace."""
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command: str, seconds: float = 60, check: bool = True) -> str:
        """Run to its end here; its standard output."""
        done = subprocess.run(
            self.inside(command), check=check, capture_output=True, text=True, timeout=seconds, errors="replace"
        )
        return done.stdout

    def start(self, *command: str, output: Path | None = None) -> subprocess.Popen[bytes]:
        """Start here; ended with the namespace, with all that it started."""
        to: IO[bytes] | int = output.open("ab") if output else subprocess.DEVNULL
        process = subprocess.Popen(
            self.inside(command), stdin=subprocess.DEVNULL, stdout=to, stderr=to, start_new_session=True
        )
        self.processes.append(process)
        return process

    def remove(self) -> None:
        """End the processes, then the namespace with its interfaces."""
        for process in self.processes:
            end(process)
        ip("netns", "del", self.name)


def end(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGKILL, seconds: float = 15) -> None:
    """A signal to the process and all that it started; waits for the process, so many seconds at most."""
    if process.poll() is None:
        os.killpg(process.pid, number)
    process.wait(seconds)


@dataclass
class Host(Namespace):
    """A machine. Its interfaces are named as they are given to `plug`."""

    cables: dict[str, tuple[Lan, str]] = field(default_factory=dict)

    def plug(self, lan: Lan, *addresses: str, interface: str = "eth0") -> None:
        """A new network card with a cable to a network, switched on, with these addresses (such as 10.77.0.2/24)."""
        far = f"p{next(_numbers)}"
        ip("link", "add", interface, "netns", self.name, "type", "veth", "peer", "name", far, "netns", lan.name)
        lan.ip("link", "set", far, "master", "br0", "up")
        self.cables[interface] = (lan, far)
        self.ip("link", "set", interface, "up")
        for address in addresses:
            self.add(address, interface)

    def add(self, address: str, interface: str = "eth0") -> None:
        """One more address; IPv6 usable at once (no duplicate address detection)."""
        self.ip("addr", "add", address, "dev", interface, *(["nodad"] if ":" in address else []))

    def drop(self, address: str, interface: str = "eth0") -> None:
        """One address less."""
        self.ip("addr", "del", address, "dev", interface)

    def pull(self, interface: str = "eth0") -> None:
        """Pull the cable: the card stays on, with its addresses."""
        lan, far = self.cables[interface]
        lan.ip("link", "set", far, "down")

    def put_back(self, interface: str = "eth0") -> None:
        """Put the cable back."""
        lan, far = self.cables[interface]
        lan.ip("link", "set", far, "up")

    def unplug(self, interface: str) -> None:
        """Take the card out."""
        self.cables.pop(interface)
        self.ip("link", "del", interface)

    def link_local(self, interface: str = "eth0") -> str:
        """Its IPv6 link-local address; empty while there is none that can be used."""
        found = json.loads(self.ip("-j", "-6", "addr", "show", "dev", interface, "scope", "link", "-tentative"))
        addresses = [info["local"] for one in found for info in one.get("addr_info", [])]
        return str(addresses[0]) if addresses else ""


class Lan(Namespace):
    """A switch: a bridge that passes multicast to every port."""

    def __post_init__(self) -> None:
        """Make the namespace and the bridge."""
        super().__post_init__()
        self.ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0", "forward_delay", "0")
        self.ip("link", "set", "br0", "up")

    def join(self, other: Lan) -> None:
        """A cable between two switches."""
        near, far = f"u{next(_numbers)}", f"u{next(_numbers)}"
        ip("link", "add", near, "netns", self.name, "type", "veth", "peer", "name", far, "netns", other.name)
        self.ip("link", "set", near, "master", "br0", "up")
        other.ip("link", "set", far, "master", "br0", "up")


@dataclass
class Network:
    """What a test makes; `remove` takes all of it away."""

    made: list[Namespace] = field(default_factory=list)

    def lan(self) -> Lan:
        """A new switch."""
        lan = Lan(self._name("lan"))
        self.made.append(lan)
        return lan

    def host(self, word: str, lan: Lan | None = None, *addresses: str) -> Host:
        """A new machine, with one cable (`eth0`) if a network is given."""
        host = Host(self._name(word))
        self.made.append(host)
        if lan is not None:
            host.plug(lan, *addresses)
        return host

    def remove(self) -> None:
        """Everything, the newest first."""
        while self.made:
            self.made.pop().remove()

    def _name(self, word: str) -> str:
        return f"pv{os.getpid()}-{next(_numbers)}-{word}"


@contextmanager
def network() -> Iterator[Network]:
    """A network that is gone after the block, however it ends."""
    made = Network()
    try:
        yield made
    finally:
        made.remove()
