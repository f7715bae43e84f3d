"""Papers on a connection of their own, so that no movement waits for a scan, and a cut one goes on by itself."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable

from appliance.link import papers
from appliance.link.manners import LinePaused, carrier_of, way_of
from appliance.link.paper_line import Papers
from appliance.link.way import knock
from appliance.store.unit import Unit
from commons.room import DiskFull
from commons.tus.line import TransferCut, TransferError, TransferRefused
from commons.tus.throttle import Purse

log = logging.getLogger("patravali.link")

TOKEN_SECONDS = 12 * 3600.0
"""Half of what the hub says a token is good for."""

FRESH_SECONDS = 60.0
KNOCK_SECONDS = 1.0
KNOCKS_FOR_SECONDS = 120.0
MOST_SECONDS = 60.0
CUTS_OF_ONE = 4
"""So often one paper may be cut without coming further before others go first."""

A_FEW = 4
"""Papers in a row before the order is looked at again, and the other way has its turn."""

LOOK_SECONDS = 3.0
"""After a paper that took longer the order is looked at again too."""

_CHANCE = random.SystemRandom()


class Porter(threading.Thread):
    """Carries papers after an exchange has given it a token. `on_cut` hears when the line breaks under it.

    `knock_seconds`: between two looks whether the line is back, and what the waits after a cut grow from.
    """

    def __init__(
        self, unit: Unit, purse: Purse, on_cut: Callable[[], None], knock_seconds: float = KNOCK_SECONDS
    ) -> None:
        super().__init__(name="porter", daemon=True)
        self._knock_seconds = knock_seconds
        self._unit = unit
        self._on_cut = on_cut
        self._ending = threading.Event()
        self._given = threading.Event()
        self._lock = threading.Lock()
        self._token, self._token_at = "", 0.0
        self._ready: tuple[bytes, ...] = ()
        self._carrier = carrier_of(unit, self._ending, purse, papers=True)
        self._papers = _Noticed(self._carrier)
        self._cuts, self._crossed_before = 0, -1
        self._resting: dict[bytes, float] = {}

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
            token, age = self._token, time.monotonic() - self._token_at
            ready = [one for one in self._ready if self._resting.get(one, 0.0) <= time.monotonic()]
        if not token:
            return False
        try:
            sent = papers.send_papers(self._unit, self._papers, token, self._until_a_look(), most=A_FEW)
            brought = papers.bring_papers(self._unit, self._papers, ready, token, self._until_a_look(), most=A_FEW)
        except LinePaused:
            return False
        except TransferCut:
            return self._goes_on_after_a_cut()
        except TransferRefused as error:
            log.warning("papers_refused", extra={"status": error.status, "code": error.reason[:40]})
            if error.status == papers.UNAUTHORISED and age > FRESH_SECONDS:
                with self._lock:
                    self._token = ""
                self._on_cut()
            return False
        except (TransferError, DiskFull) as error:
            log.warning("papers_failed", extra={"code": error.code})
            return False
        self._cuts = 0
        return bool(sent or brought)

    def _until_a_look(self) -> Callable[[], bool]:
        """Whether the order is to be looked at again: a more urgent paper may have come while a large one crossed."""
        started = time.monotonic()
        return lambda: self._ending.is_set() or time.monotonic() - started > LOOK_SECONDS

    def _goes_on_after_a_cut(self) -> bool:
        """Whether the line returns soon. A paper that is cut again and again without coming further gives way."""
        paper, crossed = self._papers.last, self._crossed()
        self._cuts = 0 if crossed != self._crossed_before else self._cuts + 1
        self._crossed_before = crossed
        if self._cuts == 0:
            self._on_cut()
        elif self._cuts >= CUTS_OF_ONE:
            papers.let_rest(self._unit, paper, "cut")
            self._resting[paper] = time.monotonic() + papers.REST_MS / 1000
            self._cuts = 1
        if self._ending.wait(min(self._knock_seconds * 2**self._cuts, MOST_SECONDS) * (0.5 + _CHANCE.random())):
            return False
        return self._line_returns()

    def _crossed(self) -> int:
        done = self._unit.db.value("SELECT count(*) FROM blob WHERE at_hub=1 AND here=1")
        return int(done + self._unit.db.value("SELECT coalesce(sum(crossed), 0) FROM crossing"))

    def _line_returns(self) -> bool:
        """Whether the hub's address answers again soon: a short cut is over before the next exchange is due."""
        until = time.monotonic() + KNOCKS_FOR_SECONDS
        while time.monotonic() < until and not self._ending.is_set():
            if knock(self._unit.settings.hub_url, way_of(self._unit)):
                return True
            self._ending.wait(self._knock_seconds)
        return False


class _Noticed(Papers):
    """Papers, and which of them was tried last."""

    last = b""

    def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As the base."""
        self.last = sha256
        super().send_paper(unit, sha256, size, token)

    def bring_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As the base."""
        self.last = sha256
        super().bring_paper(unit, sha256, size, token)
