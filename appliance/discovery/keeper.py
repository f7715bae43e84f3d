"""The discovery process: keeps the office findable while its network changes, and notices a second bearer of its name.

A poll of the interfaces, and not the kernel's notices: two seconds are soon enough for a cable, and nothing is missed.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from appliance.discovery import announcement, kept, roster
from appliance.discovery.interfaces import interfaces
from appliance.discovery.newcomers import Newcomers
from appliance.discovery.places import all_announced, places_of
from appliance.discovery.values import Own, Presence, Seen, Sighting
from appliance.discovery.voices import Voices

log = logging.getLogger("patravali.discovery")

POLL_SECONDS, LOOK_SECONDS, ASK_SECONDS = 2.0, 20.0, 60.0
AT_ONCE = 16
MOST_ASKED = 64  # in one round: a name that nobody answers for costs three seconds
OURS_SECONDS = 150.0  # an address that was ours may be answered so long out of some cache (RFC 6762: 120 s)


class Keeper:
    """One office's voice over time."""

    def __init__(self, folder: Path, own: Own) -> None:
        self._folder = folder
        self._own = own
        self._host = announcement.host_of(own.office)
        self._voices = Voices(own, self._heard)
        self._looking: asyncio.Task[None] | None = None
        self._ours: dict[str, float] = {}
        self._strange: frozenset[str] = frozenset()
        self._newcomers = Newcomers(own)
        self._due: dict[str, float] = {}
        before = kept.kept(folder)
        self._roster = roster.remembered(before.others if before else (), own, _now_ms())
        self._presence = Presence(own.office, self._host, own.port, own.fingerprint)
        self._kept: Presence | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then says good-bye."""
        while not stop.is_set():
            await self._follow()
            if self._voices.places and (self._looking is None or self._looking.done()):
                self._looking = asyncio.create_task(self._look_around())
            self._keep()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), POLL_SECONDS)
        await self._voices.close()
        self._is("unannounced")
        self._keep()

    # ---------------------------------------------------------------- the network under our feet
    async def _follow(self) -> None:
        found = interfaces()
        now = time.monotonic()
        self._ours |= dict.fromkeys((address for one in found for address in one.addresses), now)
        places = places_of(found)
        await self._voices.follow(places)
        speaking = self._voices.places
        if speaking:
            self._is("", all_announced(speaking))
        else:
            self._is("unannounced" if places else "no_network")
            for name in self._roster:
                self._roster = roster.missed(self._roster, self._own, name, sure=True)

    def _is(self, trouble: str, addresses: tuple[str, ...] = ()) -> None:
        before = self._presence
        if (before.trouble, before.addresses) != (trouble, addresses) or not before.since_ms:
            log.info(trouble or "announced", extra={"addresses": len(addresses)})
            self._due.pop("ask", None)
            self._presence = msgspec.structs.replace(before, trouble=trouble, addresses=addresses, since_ms=_now_ms())

    # ---------------------------------------------------------------- the others
    def _heard(self, name: str, came: bool) -> None:
        self._newcomers.heard(name, came, self._roster)

    async def _look_around(self) -> None:
        if self._is_due("ask", ASK_SECONDS):
            self._voices.ask(self._host)
        names = self._newcomers.take()
        if self._is_due("look", LOOK_SECONDS):
            names |= {name for name, one in self._roster.items() if one.here and one.seen.fingerprint}
            self._look_for_strangers()
        silent = [name for name in names if not self._is_heard(name)]
        silent.sort(key=lambda name: (name not in self._roster, announcement.office_in(name) != self._own.office))
        self._newcomers.put_back(silent[MOST_ASKED:])
        for start in range(0, len(silent[:MOST_ASKED]), AT_ONCE):
            some = silent[start : min(start + AT_ONCE, MOST_ASKED)]
            for name, seen in zip(some, await asyncio.gather(*map(self._voices.look, some)), strict=True):
                self._note(name, seen)
        self._roster = roster.forgotten(self._roster, _now_ms())

    def _is_heard(self, name: str) -> bool:
        """A new name whose records have come needs no question; known ones are asked, for they may have gone."""
        seen = self._voices.heard(name) if name not in self._roster else None
        if seen is not None:
            self._note(name, seen)
        return seen is not None

    def _note(self, name: str, seen: Seen | None) -> None:
        before = {key for key, one in self._roster.items() if one.here}
        gone = self._newcomers.said_farewell(name)
        if seen is None:
            self._roster = roster.missed(self._roster, self._own, name, sure=gone)
        else:
            self._roster = roster.noted(self._roster, self._own, seen, _now_ms())
        if seen is not None and seen.office == self._own.office and name not in before and name in self._roster:
            log.warning("second_bearer", extra={"same_key": seen.fingerprint == self._own.fingerprint})

    def _look_for_strangers(self) -> None:
        """Whoever answers to our host name twice running, and is neither we nor an appliance that says who it is."""
        now = time.monotonic()
        self._ours = {address: at for address, at in self._ours.items() if now - at < OURS_SECONDS}
        known = {address for one in self._roster.values() if one.seen.fingerprint for address in one.seen.addresses}
        found = frozenset(self._voices.answers_for(self._host)) - self._ours.keys() - known
        twice = found & self._strange
        self._strange = found
        if twice:
            seen = Seen(self._host, self._own.office, addresses=tuple(sorted(twice)))
            self._note(self._host, seen)
        elif self._host in self._roster:
            self._roster = roster.missed(self._roster, self._own, self._host)

    # ---------------------------------------------------------------- what is told
    def _keep(self) -> None:
        """To the file when something changed; times of what is still there are renewed once in a while."""
        presence = msgspec.structs.replace(self._presence, others=tuple(self._roster.values()))
        if _same(presence, self._kept) and not self._is_due("keep", 900.0):
            return
        try:
            kept.keep(self._folder, presence)
        except OSError as error:
            log.warning("not_kept", extra={"errno": error.errno})
            return
        self._kept = presence

    def _is_due(self, what: str, every_seconds: float) -> bool:
        """True at most once in so many seconds, the first time at once."""
        now = time.monotonic()
        if now < self._due.get(what, now):
            return False
        self._due[what] = now + every_seconds
        return True


def run(folder: Path, own: Own) -> None:
    """Until SIGTERM or SIGINT."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await Keeper(folder, own).run(stop)

    asyncio.run(main())


def _same(one: Presence, other: Presence | None) -> bool:
    return other is not None and _without_times(one) == _without_times(other)


def _without_times(presence: Presence) -> Presence:
    others = tuple(Sighting(one.seen, one.first_ms, 0, one.here, 0) for one in presence.others)
    return msgspec.structs.replace(presence, others=others)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
