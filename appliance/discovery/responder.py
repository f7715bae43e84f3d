"""Speaks multicast DNS for the office (python-zeroconf): answers to its name, looks for others, follows the network."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from zeroconf import (
    DNSAddress,
    DNSOutgoing,
    DNSQuestion,
    Error,
    IPVersion,
    NotRunningException,
    ServiceStateChange,
    Zeroconf,
    current_time_millis,
)
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from appliance.discovery import announcement
from appliance.discovery.interfaces import has_ipv6
from appliance.discovery.places import Place
from appliance.discovery.values import Own, Seen

log = logging.getLogger("patravali.discovery")

QUERY: Final = 0  # RFC 1035, 4.1.1
A, PTR, AAAA, IN = 1, 12, 28, 1
_IP_MULTICAST_ALL, _IPV6_MULTICAST_ALL = 49, 29  # <linux/in.h>, <linux/in6.h>
ANSWER_MS, CLOSE_SECONDS = 3000, 5.0

Heard = Callable[[str, bool], None]
"""A service's name, and whether it came (or changed) or has said good-bye."""

Failures: Final = (OSError, RuntimeError, Error, TimeoutError)
"""What a network that is changing under one's feet raises."""


class Responder:
    """One voice on one interface, from `open` to `close`. `own` None: looks and says nothing.

    One an interface, for an answer must name the addresses that the asker can reach. `at`: all addresses of the office.
    """

    def __init__(self, own: Own | None, heard: Heard) -> None:
        self._own = own
        self._heard = heard
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None

    async def open(self, place: Place, at: tuple[str, ...]) -> None:
        """Begin. Raises one of `Failures`; then it is closed."""
        version = IPVersion.All if has_ipv6() else IPVersion.V4Only
        try:
            self._zeroconf = AsyncZeroconf(interfaces=list(place.speak), ip_version=version)
            await self._zeroconf.zeroconf.async_wait_for_start()
            _hear_own_interface_only(self._zeroconf.zeroconf)
            if self._own is not None:
                info = _info(self._own, place, at)
                await (await self._zeroconf.async_register_service(info, cooperating_responders=True))
            self._browser = AsyncServiceBrowser(self._zeroconf.zeroconf, announcement.SERVICE, handlers=[self._changed])
        except Failures:
            await self.close()
            raise

    async def move(self, place: Place, at: tuple[str, ...]) -> None:
        """Go on with other addresses: other sockets, and other records. Raises one of `Failures`."""
        await self.refresh(place)
        if self._zeroconf is not None and self._own is not None:
            await (await self._zeroconf.async_update_service(_info(self._own, place, at)))

    async def refresh(self, place: Place) -> None:
        """Take up what could not be bound at once; nothing is said when all is as it should be."""
        if self._zeroconf is not None:
            await self._zeroconf.async_update_interfaces(interfaces=list(place.speak))
            _hear_own_interface_only(self._zeroconf.zeroconf)

    async def close(self) -> None:
        """Say good-bye as far as anyone hears it."""
        closing, self._zeroconf = self._zeroconf, None
        browser, self._browser = self._browser, None
        with suppress(*Failures):
            if browser is not None:
                await asyncio.wait_for(browser.async_cancel(), CLOSE_SECONDS)
        with suppress(*Failures):
            if closing is not None:
                await asyncio.wait_for(closing.async_close(), CLOSE_SECONDS)

    def ask(self, host: str = "") -> None:
        """Ask the network who is there, and who answers to a host name; answers are heard, and found by `strangers`."""
        if self._zeroconf is None:
            return
        out = DNSOutgoing(QUERY)
        out.add_question(DNSQuestion(announcement.SERVICE, PTR, IN))
        if host:
            out.add_question(DNSQuestion(f"{host}.", A, IN))
            out.add_question(DNSQuestion(f"{host}.", AAAA, IN))
        with suppress(NotRunningException):
            self._zeroconf.zeroconf.async_send(out)

    async def look(self, name: str) -> Seen | None:
        """The appliance of this service name; None when nobody answers, or no appliance of ours."""
        if self._zeroconf is None:
            return None
        info = AsyncServiceInfo(announcement.SERVICE, name)
        try:
            return _seen(info) if await info.async_request(self._zeroconf.zeroconf, ANSWER_MS) else None
        except Failures:
            return None

    def heard(self, name: str) -> Seen | None:
        """As `look`, by what has been heard of it already: asks nobody and does not wait."""
        info = AsyncServiceInfo(announcement.SERVICE, name)
        if self._zeroconf is None or not info.load_from_cache(self._zeroconf.zeroconf):
            return None
        return _seen(info)

    def answers_for(self, host: str) -> tuple[str, ...]:
        """Addresses that anyone here gives for a host name now, ourselves included; without scopes."""
        if self._zeroconf is None:
            return ()
        now = current_time_millis()
        records = self._zeroconf.zeroconf.cache.async_entries_with_name(f"{host}.")
        return announcement.addresses_of(
            _text(record.address) for record in records if isinstance(record, DNSAddress) and not record.is_expired(now)
        )

    def _changed(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        del zeroconf, service_type
        self._heard(name, state_change is not ServiceStateChange.Removed)


def _hear_own_interface_only(zeroconf: Zeroconf) -> None:
    """Linux gives a multicast datagram to every socket of the port unless told otherwise, whatever each has joined."""
    for reader in zeroconf.engine.readers:
        if reader.is_ipv6:
            reader.sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_MULTICAST_ALL, 0)
        reader.sock.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)


def _seen(info: AsyncServiceInfo) -> Seen | None:
    addresses = info.parsed_scoped_addresses()
    return announcement.read(info.name, info.server or "", info.port or 0, addresses, info.properties)


def _info(own: Own, place: Place, at: tuple[str, ...]) -> AsyncServiceInfo:
    host = announcement.host_of(own.office)
    return AsyncServiceInfo(
        announcement.SERVICE,
        announcement.service_of(own),
        port=own.port,
        properties=announcement.text_of(own, at),
        server=f"{host}.",
        addresses=_packed(place.announce),
    )


def _packed(addresses: Iterable[str]) -> list[bytes]:
    return [socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text) for text in addresses]


def _text(address: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET6 if len(address) == 16 else socket.AF_INET, address)
