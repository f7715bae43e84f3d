"""Which of the machine's interfaces and addresses the office is announced on; pure."""

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


class Places(Struct, frozen=True):
    """`speak`: one address of each family and interface, to send from. `announce`: what others are told to come to.

    `at`: (interface, index, address) of all these, so that another card with the same address counts as a change.
    """

    speak: tuple[str, ...] = ()
    announce: tuple[str, ...] = ()
    at: tuple[tuple[str, int, str], ...] = ()


def places_of(interfaces: tuple[Interface, ...]) -> Places:
    """Where to speak, and what to announce: IPv4, IPv6 of the network; link-local IPv6 only where there is no other."""
    used = [one for one in interfaces if one.carries and one.shared]
    speak, at = list[str](), list[tuple[str, int, str]]()
    for one in used:
        v4 = [address for address in one.addresses if ":" not in address]
        v6 = sorted((address for address in one.addresses if ":" in address), key=lambda text: not _is_link_local(text))
        speak += [*v4, *v6[:1]]
        at += [(one.name, one.index, address) for address in one.addresses]
    every = [address for one in used for address in one.addresses]
    wide = [address for address in every if ":" not in address or not _is_link_local(address)]
    return Places(tuple(speak), addresses_of(wide or every), tuple(sorted(at)))


def other_cards(before: Places, now: Places) -> bool:
    """Whether an address stayed and its interface is another one: what was joined on the old one is lost."""
    held = {(name, address): index for name, index, address in before.at}
    return any(held.get((name, address), index) != index for name, index, address in now.at)


def _is_link_local(address: str) -> bool:
    return ipaddress.ip_address(address).is_link_local
