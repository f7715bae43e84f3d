"""The office is found again after each change of its network; Avahi on a laptop is the judge."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.network.avahi import Laptop, laptop
from tests.network.namespaces import Host, Lan, Network
from tests.network.offices import Office
from tests.support.waiting import becomes

NAME = "block-moth.local"


@pytest.fixture
def lan(net: Network) -> Lan:
    return net.lan()


@pytest.fixture
def moth(net: Network, lan: Lan) -> Host:
    return net.host("moth", lan, "10.77.0.2/24")


@pytest.fixture
def office(moth: Host, tmp_path: Path) -> Office:
    return Office(moth, tmp_path / "moth").start()


@pytest.fixture
def pc(net: Network, lan: Lan, office: Office, tmp_path: Path) -> Laptop:
    """It has found the office before anything changes."""
    found = laptop(net.host("pc", lan, "10.77.0.9/24", "fd77::9/64"), tmp_path)
    assert becomes(lambda: found.resolve(NAME, "-4") == "10.77.0.2"), office.said()
    return found


def services(pc: Laptop) -> set[str]:
    """Addresses of the office as the service has them."""
    return {one.address for one in pc.browse() if one.host == NAME}


def test_a_new_address_takes_the_place_of_the_old_one(moth: Host, office: Office, pc: Laptop) -> None:
    moth.drop("10.77.0.2/24")
    moth.add("10.77.0.77/24")
    assert becomes(lambda: pc.resolve(NAME, "-4") == "10.77.0.77"), office.said()
    assert becomes(lambda: services(pc) == {"10.77.0.77"})
    assert becomes(lambda: addresses(office) == ("10.77.0.77",))


def test_an_interface_switched_off_and_on_again(moth: Host, office: Office, pc: Laptop) -> None:
    moth.ip("link", "set", "eth0", "down")
    assert becomes(lambda: trouble(office) == "no_network")
    moth.drop("10.77.0.2/24")
    moth.ip("link", "set", "eth0", "up")
    moth.add("10.77.0.3/24")
    assert becomes(lambda: pc.resolve(NAME, "-4") == "10.77.0.3", 30), office.said()
    assert becomes(lambda: trouble(office) == "")


def test_the_cable_pulled_and_put_back_elsewhere(
    net: Network, moth: Host, office: Office, pc: Laptop, tmp_path: Path
) -> None:
    """The other network has never heard of the office, and nobody there asks: it must speak up by itself."""
    moth.pull()
    assert becomes(lambda: trouble(office) == "no_network")
    moth.put_back()
    other = laptop(net.host("other", moth.cables["eth0"][0], "10.77.0.10/24"), tmp_path, "other")
    assert becomes(lambda: other.resolve(NAME, "-4") == "10.77.0.2"), office.said()
    assert becomes(lambda: pc.resolve(NAME, "-4") == "10.77.0.2")


def test_a_second_interface_leads_to_a_second_network(
    net: Network, moth: Host, office: Office, pc: Laptop, tmp_path: Path
) -> None:
    wifi = net.lan()
    moth.plug(wifi, "10.78.0.2/24", interface="wlan0")
    phone = laptop(net.host("phone", wifi, "10.78.0.9/24"), tmp_path, "phone")
    assert becomes(lambda: "10.78.0.2" in services(phone)), office.said()
    assert (services(pc), services(phone)) == ({"10.77.0.2"}, {"10.78.0.2"})
    moth.unplug("wlan0")
    assert becomes(lambda: addresses(office) == ("10.77.0.2",))
    assert services(pc) == {"10.77.0.2"}


def test_who_asks_on_one_network_is_never_given_the_address_of_another(
    net: Network, moth: Host, office: Office, pc: Laptop
) -> None:
    """Asked by a phone that wants its answer to itself: every voice of the machine that hears it would answer."""
    wifi = net.lan()
    moth.plug(wifi, "10.78.0.2/24", interface="wlan0")
    phone = net.host("phone", wifi, "10.78.0.9/24")
    assert becomes(lambda: phone.run(sys.executable, "-c", ASKS) == "10.78.0.2\n"), office.said()
    here = ASKS.replace("10.78.0.9", "10.77.0.9")
    assert becomes(lambda: pc.host.run(sys.executable, "-c", here) == "10.77.0.2\n"), office.said()


ASKS = """
import socket, struct, time
name = b"\\x0ablock-moth\\x05local\\x00"
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.78.0.9"))
out.bind(("10.78.0.9", 0))
out.sendto(struct.pack(">HHHHHH", 7, 0, 1, 0, 0, 0) + name + struct.pack(">HH", 1, 1), ("224.0.0.251", 5353))
out.settimeout(1.5)
found = set()
try:
    while True:
        said = out.recv(9000)
        found |= {one for one in ("10.77.0.2", "10.78.0.2") if socket.inet_aton(one) in said}
except TimeoutError:
    pass
print(*sorted(found))
"""


def test_two_interfaces_in_one_network_are_one_office(moth: Host, lan: Lan, office: Office, pc: Laptop) -> None:
    moth.plug(lan, "10.77.0.3/24", interface="wlan0")
    assert becomes(lambda: addresses(office) == ("10.77.0.2", "10.77.0.3"))
    assert becomes(lambda: pc.resolve(NAME, "-4") in {"10.77.0.2", "10.77.0.3"})
    assert not becomes(lambda: office.doubles() != [], 5)


def test_another_card_with_the_same_address(
    net: Network, moth: Host, lan: Lan, office: Office, pc: Laptop, tmp_path: Path
) -> None:
    """What had been joined on the old card is gone with it, though the address is the same; between two looks."""
    del pc
    moth.unplug("eth0")
    moth.plug(lan, "10.77.0.2/24")
    other = laptop(net.host("other", lan, "10.77.0.10/24"), tmp_path, "other")
    assert becomes(lambda: other.resolve(NAME, "-4") == "10.77.0.2"), office.said()


def test_ipv6_of_the_network_is_announced(moth: Host, office: Office, pc: Laptop) -> None:
    moth.add("fd77::2/64")
    assert becomes(lambda: pc.resolve(NAME, "-6") == "fd77::2"), office.said()
    assert becomes(lambda: addresses(office) == ("10.77.0.2", "fd77::2"))


def test_ipv6_alone_without_a_router(net: Network, lan: Lan, tmp_path: Path) -> None:
    host = net.host("moth", lan)
    office = Office(host, tmp_path / "moth").start()
    pc = laptop(net.host("pc", lan), tmp_path)
    assert becomes(lambda: host.link_local() != "")
    assert becomes(lambda: pc.resolve(NAME, "-6").partition("%")[0] == host.link_local(), 30), office.said()


def test_after_a_kill_it_is_found_and_no_second_bearer_of_its_own_name(office: Office, pc: Laptop) -> None:
    office.stop(signal.SIGKILL)
    office.start()
    assert becomes(lambda: len([one for one in pc.browse() if one.protocol == "IPv4"]) >= 1)
    assert pc.resolve(NAME, "-4") == "10.77.0.2"
    assert office.doubles() == []


def test_it_says_good_bye(office: Office, pc: Laptop) -> None:
    assert services(pc) == {"10.77.0.2"}
    office.stop()
    assert becomes(lambda: services(pc) == set())
    assert trouble(office) == "unannounced"


def trouble(office: Office) -> str | None:
    presence = office.presence()
    return presence.trouble if presence else None


def addresses(office: Office) -> tuple[str, ...]:
    presence = office.presence()
    return presence.addresses if presence else ()
