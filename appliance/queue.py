"""The queue process: Huey's consumer with the carrier, its pulse and the sweep, the reader of papers, and e-mails.

The outbox is the truth. A task only wakes; a task that was lost with its worker is made good by the pulse, which looks
by itself, on a clock that does not step.
"""

from __future__ import annotations

import logging
import random
import threading
import time

from huey.consumer import Consumer

from appliance.desk.readings import write_pending
from appliance.link.carry import carry_movements
from appliance.link.https import LineDown
from appliance.link.manners import LinePaused, carrier_of, pace_on, way_of
from appliance.link.neighbour_work import NeighbourPost
from appliance.link.pace import Pace
from appliance.link.porter import Porter
from appliance.link.way import knock
from appliance.mailer import Mailer
from appliance.reader import Reader
from appliance.store.manners import read_manners
from appliance.store.unit import Unit
from commons.sweeping import DAY_SECONDS, Place, Sweeper
from commons.tus.throttle import Purse
from protocol.errors import PatravaliError

log = logging.getLogger("patravali.queue")

_CHANCE = random.SystemRandom()

SWEEP_SECONDS = 180.0
PULSE_SECONDS = 0.25
UNFINISHED_SECONDS = 30 * DAY_SECONDS
"""So long a download waits for a line to go on; after that it begins anew."""
REST_SECONDS = 30.0
"""A rest is looked at again after this time, or when woken: its end is a time of day, and such clocks step."""


class Pulse(threading.Thread):
    """Acts when the pace says so; woken by tasks."""

    def __init__(self, unit: Unit) -> None:
        super().__init__(name="pulse", daemon=True)
        self._unit = unit
        settings = unit.settings
        self._pace = Pace(settings.exchange_seconds, settings.lively_seconds)
        self._woken = threading.Event()
        self._ending = threading.Event()
        self._metered = False
        purse = Purse()
        self._carrier = carrier_of(unit, self._ending, purse)
        self._porter = Porter(unit, purse, self.wake)

    def wake(self) -> None:
        """Called by the carry task."""
        self._woken.set()

    @property
    def has_heard(self) -> bool:
        """Whether each call so far was taken up, after all that was done for those before it."""
        return not self._woken.is_set()

    def stop(self) -> None:
        """Ends after the round that runs, with what carries papers."""
        self._ending.set()
        self._porter.stop()
        self._woken.set()

    def run(self) -> None:
        """Until stopped. An error that nobody foresaw is logged and counts as a failure."""
        self._porter.start()
        while not self._ending.is_set():
            try:
                self._look()
            except Exception:
                log.exception("pulse_failed")
                self._failed("unforeseen", unreachable=False)
                self._ending.wait(1.0)

    def _look(self) -> None:
        """Until something was done, or the pulse is ending."""
        while not self._ending.is_set():
            rest = self._rest_seconds()
            if rest > 0:
                if self._woken.wait(min(rest, REST_SECONDS)):
                    self._woken.clear()
                    self._pace = self._pace.woken(time.monotonic())
                continue
            act, when = self._pace.next_act()
            wait = min(when - time.monotonic(), SWEEP_SECONDS)
            if wait > 0 and self._woken.wait(wait):
                self._woken.clear()
                self._pace = self._pace.woken(time.monotonic())
                continue
            if time.monotonic() < when:
                continue
            if self._rest_seconds() > 0:
                continue
            if act == "knock":
                self._pace = self._pace.knocked(time.monotonic(), answered=self._knock())
            else:
                self._exchange()
            return

    def _rest_seconds(self) -> float:
        """How long the line is to rest; and the pace that its manners ask for."""
        settings = self._unit.settings
        try:
            manners = read_manners(self._unit.db)
        finally:
            self._unit.db.close()
        self._metered = manners.metered
        self._pace = pace_on(self._pace, settings.exchange_seconds, settings.lively_seconds, metered=manners.metered)
        return manners.pause_left_ms(self._unit.clock.now_ms()) / 1000

    def _knock(self) -> bool:
        return knock(self._unit.settings.hub_url, way_of(self._unit))

    def _exchange(self) -> None:
        started = time.monotonic()
        try:
            wants_token = self._porter.wants_token and not self._metered
            outcome = carry_movements(self._unit, self._carrier, wants_token=wants_token)
            self._porter.give(outcome.token, outcome.ready)
            write_pending(self._unit)
            self._pace = self._pace.succeeded(time.monotonic(), active=outcome.taken)
            if outcome.taken:
                log.info("exchanged", extra={"turns": outcome.turns, "seconds": round(time.monotonic() - started, 3)})
        except LinePaused:
            log.info("line_paused")
        except LineDown as error:
            self._failed(error.code, unreachable=error.code in (LineDown.code, "proxy"))
        except PatravaliError as error:
            self._failed(error.code, unreachable=False)
        except Exception:
            log.exception("exchange_failed")
            self._failed("unforeseen", unreachable=False)
        finally:
            if not self._unit.db.is_closed():
                self._unit.db.close()

    def _failed(self, code: str, *, unreachable: bool) -> None:
        if self._pace.failures == 0:
            log.warning("line_down", extra={"code": code})
        self._pace = self._pace.failed(time.monotonic(), _CHANCE.random(), unreachable=unreachable)


def run_consumer(unit: Unit) -> None:
    """Runs until SIGTERM or SIGINT: Huey's consumer, one worker, the pulse, and the reader of papers."""
    pulse = Pulse(unit) if unit.settings.hub_url else None
    if pulse is not None:
        unit.on_carry = pulse.wake
        pulse.start()
    reader = Reader(unit)
    reader.start()
    mailer = Mailer(unit)
    mailer.start()
    neighbour = NeighbourPost(unit)
    neighbour.start()
    sweeper = Sweeper([Place(unit.incoming, UNFINISHED_SECONDS), Place(unit.papers), Place(unit.spool)])
    sweeper.start()
    consumer = Consumer(unit.huey, workers=1, periodic=False, initial_delay=0.05, max_delay=0.5, backoff=1.2)
    try:
        consumer.run()
    finally:
        reader.stop()
        mailer.stop()
        neighbour.stop()
        sweeper.stop()
        if pulse is not None:
            pulse.stop()
            pulse.join(timeout=10)
