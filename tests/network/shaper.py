"""A bad line between two hosts, in user space: slow, far, lossy, and cut for a while again and again.

The kernels that these tests run on have no netem. A process holds one end of a TAP device in each host, and carries
what is written to one to the other: `python -m tests.network.shaper NEAR FAR --bits 64000 ...`. Losses come from a
seed, by packets, so that two runs lose the same share. What crosses is told in a file of JSON, written at the end
(SIGTERM) and every second.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import signal
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
QUEUE_PACKETS = 50
DEVICE = "wan0"


def tap(host: str, address: str) -> int:
    """Make the device in a host, switched on with its address; its end as a file descriptor."""
    libc = ctypes.CDLL(None, use_errno=True)
    home, there = os.open("/proc/self/ns/net", os.O_RDONLY), os.open(f"/run/netns/{host}", os.O_RDONLY)
    try:
        if libc.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), host)
        end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22s", DEVICE.encode(), IFF_TAP | IFF_NO_PI, b""))
        os.system(f"ip addr add {address} dev {DEVICE} && ip link set {DEVICE} up")  # noqa: S605 - of the test's own
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(there)
    return end


@dataclass
class Way:
    """One direction: packets on their way as (due, number, data), and until when the wire is busy."""

    lose: random.Random
    free_at: float = 0.0
    carried: list[tuple[float, int, bytes]] = field(default_factory=list)
    waiting: list[float] = field(default_factory=list)
    packets: int = 0
    lost: int = 0
    bytes: int = 0


@dataclass
class Shaper:
    """The line between two descriptors."""

    ends: tuple[int, int]
    bits_per_second: float
    delay: float
    loss: float
    up_seconds: float
    down_seconds: float
    seed: int
    ways: list[Way] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.ways = [Way(random.Random(f"{self.seed} {side}")) for side in (0, 1)]
        self.began = time.monotonic()

    def is_up(self, now: float) -> bool:
        """The line is up first, then down, and so on."""
        if not self.down_seconds:
            return True
        return (now - self.began) % (self.up_seconds + self.down_seconds) < self.up_seconds

    def take(self, side: int, packet: bytes, now: float) -> None:
        """A packet that a host wrote: queued, dropped as too many, lost, or cut off."""
        way = self.ways[side]
        way.waiting = [due for due in way.waiting if due > now]
        if not self.is_up(now) or len(way.waiting) >= QUEUE_PACKETS:
            return
        way.free_at = max(now, way.free_at) + len(packet) * 8 / self.bits_per_second
        way.waiting.append(way.free_at)
        way.packets += 1
        if way.lose.random() < self.loss:
            way.lost += 1
            return
        self.number += 1
        heapq.heappush(way.carried, (way.free_at + self.delay, self.number, packet))

    def give(self, side: int, now: float) -> None:
        """What is due goes out at the other end; what is on the wire when it is cut is lost."""
        way = self.ways[side]
        while way.carried and way.carried[0][0] <= now:
            packet = heapq.heappop(way.carried)[2]
            if self.is_up(now):
                way.bytes += len(packet)
                os.write(self.ends[1 - side], packet)

    def run_once(self, seconds: float) -> None:
        """Carry for so long at most, or until something has happened."""
        due = [way.carried[0][0] for way in self.ways if way.carried]
        now = time.monotonic()
        ready, _, _ = select.select(self.ends, [], [], max(0.0, min([seconds, *(one - now for one in due)])))
        now = time.monotonic()
        for end in ready:
            while True:
                try:
                    packet = os.read(end, 65_535)
                except BlockingIOError:
                    break
                self.take(self.ends.index(end), packet, now)
        for side in (0, 1):
            self.give(side, now)

    def told(self) -> dict[str, object]:
        """What has crossed so far, each way, and when the line began (monotonic seconds)."""
        ways = [{"packets": way.packets, "lost": way.lost, "bytes": way.bytes} for way in self.ways]
        return {"began": self.began, "ways": ways}


def up_seconds_between(start: float, end: float, began: float, up: float, down: float) -> float:
    """How long the line was up between two moments (seconds of one clock)."""
    if not down:
        return end - start

    def since_began(at: float) -> float:
        whole, rest = divmod(at - began, up + down)
        return whole * up + min(rest, up)

    return since_began(end) - since_began(start)


def main() -> None:
    """Carry until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("hosts", nargs=2, help="name:address/prefix of each host")
    parser.add_argument("--bits", type=float, required=True)
    parser.add_argument("--delay", type=float, required=True, help="seconds, one way")
    parser.add_argument("--loss", type=float, required=True)
    parser.add_argument("--up", type=float, default=60.0)
    parser.add_argument("--down", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--told", type=Path, required=True)
    given = parser.parse_args()
    near, far = (tap(*one.split(":")) for one in given.hosts)
    shaper = Shaper((near, far), given.bits, given.delay, given.loss, given.up, given.down, given.seed)
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, end)
    last = 0.0
    while not ending:
        shaper.run_once(1.0)
        if time.monotonic() - last >= 1.0:
            last = time.monotonic()
            draft = given.told.with_suffix(".new")
            draft.write_text(json.dumps(shaper.told()))
            draft.replace(given.told)


if __name__ == "__main__":
    main()
