"""Asks neighbours by itself, behind everything else, while the line is down; what came of it is written down."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable

from appliance.discovery import kept
from appliance.link.manners import LinePaused
from appliance.link.neighbour import Carried, hand_over, has_news, is_resting
from appliance.link.neighbour_choice import Neighbour, Pace, Past, neighbours, whom_to_ask
from appliance.link.neighbour_way import NextDoor, way_to
from appliance.store.unit import NoDirectory, Unit
from protocol.errors import PatravaliError
from protocol.keys import fingerprint

log = logging.getLogger("patravali.neighbour")

LOOK_SECONDS = 2.0
FORGET_AT = 256
"""Names in mind; a network may be full of made-up ones."""

_CHANCE = random.SystemRandom()


class NeighbourPost(threading.Thread):
    """Looks at the line every two seconds, and asks when the pace says so. Beside the line: both may carry at once."""

    def __init__(self, unit: Unit, way: Callable[[Unit, Neighbour], NextDoor] = way_to) -> None:
        super().__init__(name="neighbour", daemon=True)
        self._unit = unit
        self._way = way
        self._pace = Pace(unit.settings.neighbour_after_seconds)
        self._past: dict[str, Past] = {}
        self._ending = threading.Event()

    def stop(self) -> None:
        """Ends after the bag that is on its way."""
        self._ending.set()

    def run(self) -> None:
        """Until stopped, if the office wants it. An error that nobody foresaw is logged and counts as a failure."""
        while self._unit.settings.neighbour and not self._ending.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("neighbour_failed")
                self._pace = self._pace.failed(time.monotonic(), _CHANCE.random())
            finally:
                if not self._unit.db.is_closed():
                    self._unit.db.close()

    def look(self) -> None:
        """One look at line and pace; a round if it is due."""
        now = time.monotonic()
        self._pace = self._pace.seen(now, _CHANCE.random(), up=self._line_is_up())
        if not is_resting(self._unit) and self._pace.is_due(now, news=has_news(self._unit)):
            self._round()

    def _line_is_up(self) -> bool:
        return bool(self._unit.settings.hub_url) and self._unit.db.value("SELECT up FROM line") == 1

    def _round(self) -> None:
        found = self._found()
        asked: list[str] = []
        while not self._ending.is_set():
            one = whom_to_ask(found, self._past, asked, time.monotonic(), _CHANCE.random())
            if one is None:
                break
            asked.append(one.name)
            done = self._ask(one)
            if done is not None:
                self._pace = self._pace.succeeded(time.monotonic(), _CHANCE.random(), active=done.active)
                return
        if asked:
            self._pace = self._pace.failed(time.monotonic(), _CHANCE.random())
            return
        self._pace = self._pace.alone(time.monotonic())
        if self._unit.db.value("SELECT trouble FROM neighbour") != "neighbour.nobody":
            note(self._unit, "", "neighbour.nobody")

    def _found(self) -> list[Neighbour]:
        presence = kept.kept(self._unit.folder)
        if presence is None:
            return []
        return neighbours(presence.others, self._unit.node, _keys(self._unit), presence.addresses)

    def _ask(self, one: Neighbour) -> Carried | None:
        done = None
        try:
            way = self._way(self._unit, one)
            way.connect()
            done = hand_over(self._unit, way)
            note(self._unit, one.office, "")
            log.info("carried_by", extra={"office": one.office, "turns": done.turns, "movements": done.movements})
        except LinePaused:
            log.info("line_paused")
        except PatravaliError as error:
            note(self._unit, one.office, error.code)
            log.warning("not_carried", extra={"office": one.office, "code": error.code})
        if len(self._past) >= FORGET_AT:
            self._past.clear()
        self._past[one.name] = Past(time.monotonic(), done is not None)
        return done


def note(unit: Unit, office: str, trouble: str) -> None:
    """What asking came to, for every page: carried by this office now, or the trouble with it."""
    now = unit.clock.now_ms()
    with unit.db.writing():
        unit.db.run(
            "UPDATE neighbour SET tried=?, tried_ms=?, trouble=?, office=CASE WHEN ?='' THEN ? ELSE office END, "
            "carried_ms=CASE WHEN ?='' THEN ? ELSE carried_ms END",
            office, now, trouble, trouble, office, trouble, now,
        )  # fmt: skip


def _keys(unit: Unit) -> dict[str, frozenset[str]]:
    """Fingerprints of the certificates that speak for each node now."""
    try:
        unit.signed_directory()
    except NoDirectory:
        return {}
    nodes = unit.trust().nodes.items()
    return {code: frozenset(fingerprint(one.signing_key) for one in certificates) for code, certificates in nodes}
