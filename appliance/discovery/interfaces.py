"""The machine's network interfaces as the kernel has them now."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import ifaddr

from appliance.discovery.places import Interface

CLASS = Path("/sys/class/net")
IF_INET6 = Path("/proc/net/if_inet6")
_LOOPBACK, _POINT_TO_POINT, _MULTICAST = 0x8, 0x10, 0x1000  # <linux/if.h>
_TEMPORARY, _FAILED, _DEPRECATED, _TENTATIVE = 0x01, 0x08, 0x20, 0x40  # <linux/if_addr.h>


def interfaces() -> tuple[Interface, ...]:
    """All of them. IPv6 addresses that cannot be used yet, or soon no longer, are left out."""
    wide = _ipv6()
    found = []
    for adapter in ifaddr.get_adapters():
        name, index = adapter.name, adapter.index or 0
        flags, state = _flags(name), _word(CLASS / name / "operstate")
        addresses = [str(ip.ip) for ip in adapter.ips if ip.is_IPv4] + wide.get(name, [])
        shared = bool(flags & _MULTICAST) and not flags & (_LOOPBACK | _POINT_TO_POINT)
        found.append(Interface(name, index, tuple(sorted(addresses)), state in {"up", "unknown"}, shared))
    return tuple(sorted(found, key=lambda one: one.name))


def has_ipv6() -> bool:
    """Whether the kernel speaks it at all."""
    return IF_INET6.exists()


def _ipv6() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not IF_INET6.exists():
        return found
    for line in IF_INET6.read_text(encoding="ascii").splitlines():
        digits, _index, _prefix, _scope, flags, name = line.split()
        if not int(flags, 16) & (_TEMPORARY | _FAILED | _DEPRECATED | _TENTATIVE):
            found.setdefault(name, []).append(str(ipaddress.IPv6Address(bytes.fromhex(digits))))
    return found


def _flags(name: str) -> int:
    text = _word(CLASS / name / "flags")
    return int(text, 16) if text else _MULTICAST


def _word(path: Path) -> str:
    """Empty for what has just gone."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
