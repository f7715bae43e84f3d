"""Looks through a network for appliances, for a technician with a laptop; announces nothing."""

from __future__ import annotations

import asyncio
import socket

from msgspec import Struct

from appliance.discovery import announcement
from appliance.discovery.interfaces import interfaces
from appliance.discovery.places import places_of
from appliance.discovery.values import Seen
from appliance.discovery.voices import Voices
from protocol.errors import LocalError

MOST = 512
KNOCK_SECONDS = 2.0


class NoNetwork(LocalError):
    """No interface of this machine carries a network that others can be found in."""

    code = "find.no_network"


class Found(Struct, frozen=True):
    """One appliance. `state`: up (its web server can be reached), silent (it cannot), duplicate (another has its name).

    `fingerprint` is what it claims of itself. `reachable`: something listens at its port.
    """

    office: str
    host: str
    port: int
    addresses: tuple[str, ...]
    version: str
    fingerprint: str
    reachable: bool
    state: str


class Findings(Struct, frozen=True):
    """What is in the network; `unreadable` counts those that call themselves ours and do not say what ours say."""

    appliances: tuple[Found, ...]
    unreadable: int


def find(seconds: float) -> Findings:
    """Everything that answers within `seconds`. Raises NoNetwork."""
    return asyncio.run(_find(seconds))


def judged(answered: list[tuple[Seen, bool]]) -> tuple[Found, ...]:
    """Those that answered, with whether they could be reached; by office, a shared name marked at all who bear it."""
    bearers: dict[str, int] = {}
    for seen, _ in answered:
        bearers[seen.office] = bearers.get(seen.office, 0) + 1
    found = [
        Found(
            seen.office, announcement.host_of(seen.office), seen.port, seen.addresses, seen.version, seen.fingerprint,
            reachable, "duplicate" if bearers[seen.office] > 1 else "up" if reachable else "silent",
        )
        for seen, reachable in answered
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.office, one.addresses)))


async def _find(seconds: float) -> Findings:
    places = places_of(interfaces())
    if not places:
        raise NoNetwork
    names: dict[str, bool] = {}

    def heard(name: str, came: bool) -> None:
        if name in names or len(names) < MOST:
            names[name] = came

    voices = Voices(None, heard)
    try:
        await voices.follow(places)
        await asyncio.sleep(seconds / 2)
        voices.ask()
        await asyncio.sleep(seconds / 2)
        there = [name for name, came in names.items() if came]
        seen = await asyncio.gather(*map(voices.look, there))
    finally:
        await voices.close()
    ours = [one for one in seen if one is not None]
    reachable = await asyncio.gather(*(_answers(one) for one in ours))
    return Findings(judged(list(zip(ours, reachable, strict=True))), len(seen) - len(ours))


async def _answers(seen: Seen) -> bool:
    """Whether something listens there; connects and says nothing, and never beyond the office's network."""
    near = [address for address in seen.addresses if announcement.is_near(address)][:4]
    return any(await asyncio.gather(*(_knock(address, seen.port) for address in near)))


async def _knock(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), KNOCK_SECONDS)
    except (OSError, TimeoutError, socket.gaierror):
        return False
    writer.close()
    return True
