"""The queue process: Huey's consumer with the carrier, its pulse and the sweep, the reader of papers, and e-mails.

The outbox is the truth. A task only wakes; a task that was lost with its worker is made good by the pulse, which looks
by itself, on a clock that does not step.
"""

from __future__ import annotations

import logging
import random
import socket
import threading
import time
from urllib.parse import urlsplit

from huey.consumer import Consumer

from appliance.desk.readings import write_pending
from appliance.link.carry import carry
from appliance.link.https import HttpsCarrier, LineDown
from appliance.link.pace import Pace
from appliance.mailer import Mailer
from appliance.reader import Reader
from appliance.store.unit import Unit
from protocol.errors import PatravaliError

log = logging.getLogger("patravali.queue")

_CHANCE = random.SystemRandom()

SWEEP_SECONDS = 180.0
PULSE_SECONDS = 0.25


class Pulse(threading.Thread):
    """Acts when the pace says so; woken by tasks."""

    def __init__(self, unit: Unit) -> None:
        super().__init__(name="pulse", daemon=True)
        self._unit = unit
        settings = unit.settings
        self._pace = Pace(settings.exchange_seconds, settings.lively_seconds)
        self._woken = threading.Event()
        self._ending = threading.Event()
        self._carrier = HttpsCarrier(settings.hub_url, unit.incoming)

    def wake(self) -> None:
        """Called by the carry task."""
        self._woken.set()

    def stop(self) -> None:
        """Ends after the round that runs."""
        self._ending.set()
        self._woken.set()

    def run(self) -> None:
        """Until stopped. An error that nobody foresaw is logged and counts as a failure."""
        while not self._ending.is_set():
            act, when = self._pace.next_act()
            wait = min(when - time.monotonic(), SWEEP_SECONDS)
            if wait > 0 and self._woken.wait(wait):
                self._woken.clear()
                self._pace = self._pace.woken(time.monotonic())
                continue
            if time.monotonic() < when:
                continue
            if act == "knock":
                self._pace = self._pace.knocked(time.monotonic(), answered=knock(self._unit.settings.hub_url))
            else:
                self._exchange()

    def _exchange(self) -> None:
        started = time.monotonic()
        try:
            outcome = carry(self._unit, self._carrier)
            write_pending(self._unit)
            self._pace = self._pace.succeeded(time.monotonic(), active=outcome.taken)
            if outcome.taken:
                log.info("exchanged", extra={"turns": outcome.turns, "seconds": round(time.monotonic() - started, 3)})
        except LineDown as error:
            self._failed(error.code, unreachable=True)
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


def knock(url: str) -> bool:
    """Whether something answers at the hub's address; connects and says nothing."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=5):
            return True
    except OSError:
        return False


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
    consumer = Consumer(unit.huey, workers=1, periodic=False, initial_delay=0.05, max_delay=0.5, backoff=1.2)
    try:
        consumer.run()
    finally:
        reader.stop()
        mailer.stop()
        if pulse is not None:
            pulse.stop()
            pulse.join(timeout=10)
