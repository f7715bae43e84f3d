"""Removes by and by what nobody will finish: uploads and downloads that have long not grown, what a crash left."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from commons.room import DiskFull

log = logging.getLogger("patravali.sweeping")

DAY_SECONDS = 86_400.0
EVERY_SECONDS = DAY_SECONDS / 4


class Sweepable(Protocol):
    """A folder of papers, or of those that are arriving."""

    def sweep(self, older_than_seconds: float, now: float) -> int:
        """Remove what has not grown for so long; `now` in Unix seconds; gives how many."""


class Place(NamedTuple):
    """What is swept, and after how many seconds without growth."""

    what: Sweepable
    seconds: float = DAY_SECONDS


def sweep(places: Sequence[Place], now: float) -> int:
    """One round; how many were removed. A disk that fails leaves its place for the next round."""
    removed = 0
    for place in places:
        try:
            removed += place.what.sweep(place.seconds, now)
        except (OSError, DiskFull) as error:
            log.warning("sweep_failed", extra={"error": type(error).__name__})
    return removed


class Sweeper(threading.Thread):
    """A round at the start, and every six hours."""

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__(name="sweeper", daemon=True)
        self._places = places
        self._ending = threading.Event()

    def stop(self) -> None:
        """After the round that runs."""
        self._ending.set()

    def run(self) -> None:
        """Until stopped."""
        while not self._ending.is_set():
            if removed := sweep(self._places, time.time()):
                log.info("swept", extra={"count": removed})
            self._ending.wait(EVERY_SECONDS)
