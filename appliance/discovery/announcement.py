"""Names and TXT record of an appliance, both ways; pure. What comes from others is hostile until it has passed here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping

from appliance.discovery.values import Own, Seen
from protocol.keys import CODE_PATTERN

SERVICE = "_patravali._tcp.local."
MOST_ADDRESSES = 16
MOST_TOLD = 5
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,32}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_SCOPE = re.compile(r"[0-9A-Za-z._-]{1,20}")
_INSTANCE = re.compile(r"block-([a-z0-9-]{2,20})-([0-9a-f]{16})")


def host_of(office: str) -> str:
    """The host name, such as `block-moth.local`, without the last dot."""
    return f"block-{office}.local"


def service_of(own: Own) -> str:
    """The service's full name; its mark keeps copies of one machine from taking each other's records for their own."""
    return f"block-{own.office}-{own.mark}.{SERVICE}"


def text_of(own: Own, addresses: tuple[str, ...]) -> dict[str, str]:
    """The TXT record (RFC 6763, section 6), each pair below 255 bytes.

    The addresses stand here once more: two machines of one name answer for the host name in turn, and only this record
    says which of them is where.
    """
    at = ",".join(addresses[:MOST_TOLD])
    return {"office": own.office, "version": own.version, "fingerprint": own.fingerprint, "at": at}


def grouped(fingerprint: str) -> str:
    """Its first 16 digits in fours: enough to compare by eye."""
    return " ".join(fingerprint[place : place + 4] for place in range(0, 16, 4))


def office_in(name: str) -> str:
    """The office that a service's name speaks of, or empty: by it one's own name is looked at first."""
    label, dot, rest = name.partition(".")
    found = _INSTANCE.fullmatch(label)
    return found.group(1) if found and dot and rest == SERVICE else ""


def read(name: str, host: str, port: int, addresses: Iterable[str], text: Mapping[bytes, bytes | None]) -> Seen | None:
    """An appliance from its records; None unless every part is what an appliance of ours would say."""
    office, version, fingerprint = (_word(text, key) for key in (b"office", b"version", b"fingerprint"))
    if not CODE_PATTERN.fullmatch(office) or office_in(name) != office:
        return None
    if host.lower().rstrip(".") != host_of(office) or not 0 < port < 65_536:
        return None
    if not _VERSION.fullmatch(version) or not _FINGERPRINT.fullmatch(fingerprint):
        return None
    scoped = {address.partition("%")[0]: address for address in addresses}
    told = _word(text, b"at").split(",") if text.get(b"at") else scoped
    return Seen(name, office, version, fingerprint, port, addresses_of(scoped.get(one, one) for one in told))


def addresses_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Real addresses of these, in one order, at most 16."""
    found = {text for text in texts if is_address(text)}
    return tuple(sorted(found, key=_order)[:MOST_ADDRESSES])


def is_address(text: str) -> bool:
    """Whether a machine can have it: not unspecified, multicast or loopback."""
    plain, percent, scope = text.partition("%")
    if percent and not _SCOPE.fullmatch(scope):
        return False
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_multicast or address.is_loopback)


def is_near(text: str) -> bool:
    """Whether the address is of an office's network: an answer there must not send anyone out into the internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    return address.is_private or address.is_link_local


def _order(text: str) -> tuple[bool, bool, int, str]:
    """IPv4 first, then IPv6 that needs no scope."""
    address = ipaddress.ip_address(text.partition("%")[0])
    return address.version == 6, address.is_link_local, int(address), text


def _word(text: Mapping[bytes, bytes | None], key: bytes) -> str:
    value = text.get(key)
    return value.decode("ascii", "replace") if value and len(value) <= 255 else ""
