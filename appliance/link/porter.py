"""Papers on a connection of their own, so that no movement waits for a scan, and a cut one goes on by itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from appliance.link import papers
from appliance.link.manners import LinePaused, carrier_of, way_of
from appliance.link.paper_line import Papers
from appliance.link.way import knock
from appliance.store.unit import Unit
from commons.papers import PapersError
from commons.tus.line import TransferCut, TransferError, TransferRefused
from commons.tus.throttle import Purse

log = logging.getLogger("patravali.link")

TOKEN_SECONDS = 12 * 3600.0
"""Half of what the hub says a token is good for."""

FRESH_SECONDS = 60.0
KNOCK_SECONDS = 1.0
KNOCKS_FOR_SECONDS = 120.0


class Porter(threading.Thread):
    """Carries papers after an exchange has given it a token. `on_cut` hears when the line breaks under it."""

    def __init__(self, unit: Unit, purse: Purse, on_cut: Callable[[], None]) -> None:
        super().__init__(name="porter", daemon=True)
        self._unit = unit
        self._on_cut = on_cut
        self._ending = threading.Event()
        self._given = threading.Event()
        self._lock = threading.Lock()
        self._token, self._token_at = "", 0.0
        self._ready: tuple[bytes, ...] = ()
        self._carrier = carrier_of(unit, self._ending, purse, papers=True)
        self._papers = Papers(self._carrier)

    @property
    def wants_token(self) -> bool:
        """Whether the next exchange should ask for one."""
        with self._lock:
            return not self._token or time.monotonic() - self._token_at > TOKEN_SECONDS

    def give(self, token: str, ready: tuple[bytes, ...]) -> None:
        """After an exchange: a token if it brought one, and the papers that the hub has for this office."""
        with self._lock:
            if token:
                self._token, self._token_at = token, time.monotonic()
            self._ready = ready
        self._given.set()

    def stop(self) -> None:
        """Ends within a step of what it carries; that goes on from there another time."""
        self._ending.set()
        self._given.set()

    def run(self) -> None:
        """Until stopped. An error that nobody foresaw is logged; the next exchange lets it try again."""
        while True:
            self._given.wait()
            self._given.clear()
            if self._ending.is_set():
                return
            try:
                while self._carry() and not self._ending.is_set():
                    continue
            except Exception:
                log.exception("papers_failed")
            finally:
                if not self._unit.db.is_closed():
                    self._unit.db.close()

    def _carry(self) -> bool:
        """Whether there is more to do now."""
        with self._lock:
            token, age, ready = self._token, time.monotonic() - self._token_at, self._ready
            self._ready = ()
        if not token:
            return False
        try:
            sent = papers.send_papers(self._unit, self._papers, token, self._ending.is_set)
            papers.bring_papers(self._unit, self._papers, ready, token, self._ending.is_set)
        except LinePaused:
            return False
        except TransferCut:
            with self._lock:
                self._ready = ready
            self._on_cut()
            return self._line_returns()
        except TransferRefused as error:
            log.warning("papers_refused", extra={"status": error.status, "code": error.reason[:40]})
            if error.status == papers.UNAUTHORISED and age > FRESH_SECONDS:
                with self._lock:
                    self._token = ""
                self._on_cut()
            return False
        except (TransferError, PapersError) as error:
            log.warning("papers_failed", extra={"code": error.code})
            return False
        return sent > 0

    def _line_returns(self) -> bool:
        """Whether the hub's address answers again soon: a short cut is over before the next exchange is due."""
        until = time.monotonic() + KNOCKS_FOR_SECONDS
        while time.monotonic() < until and not self._ending.wait(KNOCK_SECONDS):
            if knock(self._unit.settings.hub_url, way_of(self._unit)):
                return True
        return False
