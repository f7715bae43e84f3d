"""A cloned unit, a namesake, a machine that took the host name: each told where it must be."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.network.avahi import laptop
from tests.network.namespaces import Network
from tests.network.offices import OTHER_KEY, Office
from tests.network.test_found import find
from tests.support.waiting import becomes


def test_a_clone_is_told_on_both_machines_and_by_find_and_goes_again(net: Network, tmp_path: Path) -> None:
    lan, far = net.lan(), net.lan()
    first = Office(net.host("moth", lan, "10.77.0.2/24"), tmp_path / "moth").start()
    assert becomes(lambda: first.presence() is not None)
    shutil.copytree(first.folder, tmp_path / "copy")
    second = Office(net.host("copy", far, "10.77.0.3/24"), tmp_path / "copy").start()
    third = Office(net.host("chirgaon", lan, "10.77.0.4/24"), tmp_path / "chirgaon", "chirgaon", OTHER_KEY).start()
    pc = net.host("pc", lan, "10.77.0.9/24")
    assert becomes(lambda: len(find(pc)) == 2)
    assert (first.doubles(), second.doubles()) == ([], [])
    lan.join(far)
    told = [(first, ("10.77.0.3",)), (second, ("10.77.0.2",))]
    for office, other in told:
        assert becomes(lambda: len(office.doubles()) == 1, 100), office.said()  # noqa: B023 - called in this turn
        (double,) = office.doubles()
        assert (double.kind, double.addresses, double.here) == ("clone", other, True)
    rows = [(one["office"], one["addresses"], one["state"]) for one in find(pc)]
    assert rows == [
        ("chirgaon", ["10.77.0.4"], "silent"),
        ("moth", ["10.77.0.2"], "duplicate"),
        ("moth", ["10.77.0.3"], "duplicate"),
    ]
    assert third.doubles() == []
    second.stop()
    assert becomes(lambda: [one.here for one in first.doubles()] == [False])


def test_a_namesake_has_another_key(net: Network, tmp_path: Path) -> None:
    lan = net.lan()
    first = Office(net.host("moth", lan, "10.77.0.2/24"), tmp_path / "moth").start()
    second = Office(net.host("false", lan, "10.77.0.3/24"), tmp_path / "false", "moth", OTHER_KEY).start()
    for office in (first, second):
        assert becomes(lambda: [one.kind for one in office.doubles()] == ["namesake"], 30), office.said()  # noqa: B023 - called in this turn


def test_a_machine_that_took_the_host_name_is_a_stranger(net: Network, tmp_path: Path) -> None:
    """It answers for the host name and announces no service of ours: only its answers give it away."""
    lan = net.lan()
    office = Office(net.host("moth", lan, "10.77.0.2/24"), tmp_path / "moth").start()
    thief = net.host("thief", lan, "10.77.0.66/24")
    thief.start(sys.executable, "-c", THIEF)
    assert becomes(lambda: [one.kind for one in office.doubles()] == ["stranger"], 120), office.said()
    assert office.doubles()[0].addresses == ("10.77.0.66",)


def test_a_network_full_of_hostile_names_stops_nothing(net: Network, tmp_path: Path) -> None:
    """The copy comes in the middle of them; they go on after it."""
    lan = net.lan()
    office = Office(net.host("moth", lan, "10.77.0.2/24"), tmp_path / "moth").start()
    assert becomes(lambda: office.presence() is not None)
    flood = net.host("flood", lan, "10.77.0.66/24")
    flood.start(sys.executable, "-c", FLOOD)
    Office(net.host("copy", lan, "10.77.0.3/24"), tmp_path / "copy").start()
    pc = laptop(net.host("pc", lan, "10.77.0.9/24"), tmp_path)
    assert becomes(lambda: pc.resolve("block-moth.local", "-4") in {"10.77.0.2", "10.77.0.3"}, 30)
    assert becomes(lambda: [one.kind for one in office.doubles()] == ["clone"], 120), office.said()
    presence = office.presence()
    assert presence is not None
    assert all(one.seen.office == "moth" for one in presence.others)


THIEF = """
import asyncio, socket
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf
async def main():
    zeroconf = AsyncZeroconf(interfaces=["10.77.0.66"])
    kind = "_http._tcp.local."
    await zeroconf.async_register_service(AsyncServiceInfo(
        kind, "shop." + kind, port=80, server="block-moth.local.", addresses=[socket.inet_aton("10.77.0.66")]))
    await asyncio.sleep(600)
asyncio.run(main())
"""

FLOOD = """
import socket, struct, time
group = ("224.0.0.251", 5353)
def name(*labels):
    return b"".join(bytes([len(one)]) + one for one in labels) + b"\\0"
kind = (b"_patravali", b"_tcp", b"local")
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.77.0.66"))
out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
out.bind(("10.77.0.66", 5353))
for n in range(3000):
    label = [b"block-moth-%016x" % n, b"block-x%d-%016x" % (n % 7, n), b"\\x1b[2J\\xff<b>%d" % n][n % 3]
    said = name(label, *kind)
    text = b"".join(bytes([len(one)]) + one for one in (b"office=" + b"<b>" * 60, b"\\xff\\x00=1", b"version="))
    target = struct.pack(">HHH", 0, 0, 0) + name(b"x", b"local")
    records = [(name(*kind), 12, said), (said, 16, text), (said, 33, target)]
    body = b"".join(owner + struct.pack(">HHIH", kind_, 1, 4500, len(data)) + data for owner, kind_, data in records)
    out.sendto(struct.pack(">HHHHHH", 0, 0x8400, 0, len(records), 0, 0) + body, group)
    if n % 50 == 0:
        out.sendto(bytes([n % 256]) * 40, group)
        time.sleep(0.2)
"""
