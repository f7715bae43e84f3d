"""On which interfaces the office is announced, and with which addresses on each; pure."""

from __future__ import annotations

import ipaddress

from msgspec import Struct

from appliance.discovery.announcement import addresses_of


class Interface(Struct, frozen=True):
    """One network interface: its kernel index, its addresses ready for use (no scope), what it is.

    `carries`: up, with its cable in. `shared`: others can be found there (multicast, not loopback, not point-to-point:
    what leads to a provider is no office network).
    """

    name: str
    index: int
    addresses: tuple[str, ...]
    carries: bool
    shared: bool


class Place(Struct, frozen=True):
    """One interface to be found on. `speak`: addresses to send from. `announce`: those that others there can reach."""

    name: str
    index: int
    speak: tuple[str, ...]
    announce: tuple[str, ...]


def places_of(interfaces: tuple[Interface, ...]) -> tuple[Place, ...]:
    """Each interface with a network and an address: IPv4, IPv6; link-local IPv6 only where there is no other.

    An address is announced on its own interface alone: who asks on another one could not reach it.
    """
    found = []
    for one in interfaces:
        if one.carries and one.shared and one.addresses:
            v4 = [address for address in one.addresses if ":" not in address]
            v6 = sorted({*one.addresses} - {*v4}, key=lambda address: (not _is_link_local(address), address))
            wide = [address for address in v6 if not _is_link_local(address)]
            announce = addresses_of([*v4, *wide] or v6)
            found.append(Place(one.name, one.index, (*v4, *v6[:1]), announce))
    return tuple(found)


def all_announced(places: tuple[Place, ...]) -> tuple[str, ...]:
    """Every address at which the office can be reached by somebody."""
    return addresses_of(address for place in places for address in place.announce)


def _is_link_local(address: str) -> bool:
    return ipaddress.ip_address(address).is_link_local
