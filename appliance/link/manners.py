"""Keeps the carrier to the office's manners while it works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from msgspec.structs import replace

from appliance.link.https import HttpsCarrier
from appliance.link.pace import Pace
from appliance.link.way import Way
from appliance.store.manners import read_manners
from appliance.store.unit import Unit
from commons.tus.throttle import Purse, Throttle
from protocol.errors import LocalError

LOOK_SECONDS = 1.0
"""A change is heeded within this time, in the middle of a paper too."""

METERED_EVERY_SECONDS = 120.0
METERED_LIVELY_SECONDS = 15.0


class LinePaused(LocalError):
    """Someone of the office lets the line rest; what was on its way goes on from there afterwards."""

    code = "paused"


class Allowed:
    """What may cross now, in bytes a second. Raises LinePaused once the line is to rest, or the process to end.

    `papers`: so it is on a line that is metered too.
    """

    def __init__(self, unit: Unit, is_ending: Callable[[], bool], *, papers: bool = False) -> None:
        self._unit = unit
        self._is_ending = is_ending
        self._papers = papers
        self._looked = -LOOK_SECONDS
        self._per_second: float | None = None

    def __call__(self) -> float | None:
        """As set within the last second."""
        if self._is_ending():
            raise LinePaused
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            now, manners = self._unit.clock.now_ms(), read_manners(self._unit.db)
            if manners.pause_left_ms(now) or (self._papers and manners.metered):
                raise LinePaused
            self._per_second, self._looked = manners.bytes_per_second(now), time.monotonic()
        return self._per_second


def carrier_of(
    unit: Unit, ending: threading.Event | None = None, purse: Purse | None = None, *, papers: bool = False
) -> HttpsCarrier:
    """The carrier of a node that has an address of its hub, on its way and with its manners.

    What waits for its turn on a limited line ends with `ending`; carriers of one `purse` keep to the limit together.
    """
    ending = ending or threading.Event()
    throttle = Throttle(Allowed(unit, ending.is_set, papers=papers), time.monotonic, ending.wait, purse)
    return HttpsCarrier(unit.settings.hub_url, unit.incoming, way_of(unit), throttle)


def way_of(unit: Unit) -> Way:
    """How this node reaches its hub."""
    return Way(unit.settings.proxy, unit.settings.hub_ca)


def pace_on(pace: Pace, every: float, lively: float, *, metered: bool) -> Pace:
    """The pace with which a line is asked; on one that costs money, seldom while nothing is to be said."""
    if not metered:
        return replace(pace, every=every, lively=lively)
    return replace(pace, every=max(every, METERED_EVERY_SECONDS), lively=max(lively, METERED_LIVELY_SECONDS))
