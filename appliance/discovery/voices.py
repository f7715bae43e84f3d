"""The responders of all interfaces as one: follows the interfaces, asks and looks on all of them."""

from __future__ import annotations

import asyncio
import logging
import time

from msgspec import Struct

from appliance.discovery.announcement import addresses_of
from appliance.discovery.places import Place, all_announced
from appliance.discovery.responder import Failures, Heard, Responder
from appliance.discovery.values import Own, Seen

log = logging.getLogger("patravali.discovery")

AGAIN_SECONDS, REFRESH_SECONDS = 10.0, 30.0


class _Voice(Struct):
    place: Place
    at: tuple[str, ...]
    responder: Responder | None  # None: it could not be opened
    due: float  # when it is opened again, or refreshed; monotonic seconds


class Voices:
    """`own` None: looks and says nothing."""

    def __init__(self, own: Own | None, heard: Heard) -> None:
        self._own = own
        self._heard = heard
        self._voices: dict[str, _Voice] = {}

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it speaks now."""
        return tuple(voice.place for voice in self._voices.values() if voice.responder is not None)

    async def follow(self, places: tuple[Place, ...]) -> None:
        """Speak on these interfaces with these addresses, and on no others; what fails is tried again later."""
        by_name = {place.name: place for place in places}
        at = all_announced(places)
        gone = [
            name for name, voice in self._voices.items() if by_name.get(name, voice.place).index != voice.place.index
        ]
        gone += [name for name in self._voices if name not in by_name]
        closing = [voice.responder for voice in map(self._voices.pop, gone) if voice.responder is not None]
        await asyncio.gather(*(responder.close() for responder in closing))
        await asyncio.gather(*(self._speak(place, at) for place in places))

    async def close(self) -> None:
        """Say good-bye everywhere."""
        await self.follow(())

    def ask(self, host: str = "") -> None:
        """As `Responder.ask`, on every interface."""
        for responder in self._responders():
            responder.ask(host)

    async def look(self, name: str) -> Seen | None:
        """As `Responder.look`: what is heard of this service on any interface."""
        seen = await asyncio.gather(*(responder.look(name) for responder in self._responders()))
        return next((one for one in seen if one is not None), None)

    def heard(self, name: str) -> Seen | None:
        """As `Responder.heard`, on any interface."""
        seen = (responder.heard(name) for responder in self._responders())
        return next((one for one in seen if one is not None), None)

    def answers_for(self, host: str) -> tuple[str, ...]:
        """As `Responder.answers_for`."""
        return addresses_of(address for responder in self._responders() for address in responder.answers_for(host))

    async def _speak(self, place: Place, at: tuple[str, ...]) -> None:
        now = time.monotonic()
        voice = self._voices.get(place.name)
        changed = voice is None or (voice.place, voice.at) != (place, at)
        if voice is not None and not changed and now < voice.due:
            return
        responder = voice.responder if voice is not None else None
        try:
            if responder is None:
                responder = Responder(self._own, self._heard)
                await responder.open(place, at)
            elif changed:
                await responder.move(place, at)
            else:
                await responder.refresh(place)
        except Failures as failure:
            log.warning("announce_failed", extra={"error": type(failure).__name__})
            if responder is not None:
                await responder.close()
            responder = None
        wait = AGAIN_SECONDS if responder is None else REFRESH_SECONDS
        self._voices[place.name] = _Voice(place, at, responder, time.monotonic() + wait)

    def _responders(self) -> list[Responder]:
        return [voice.responder for voice in self._voices.values() if voice.responder is not None]
