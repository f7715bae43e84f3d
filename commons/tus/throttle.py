"""Using no more of a line than is allowed: a pure account of bytes and seconds, and who waits by it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from msgspec import Struct

AHEAD_SECONDS = 0.25
"""So much of a second's bytes may go at once after a silence."""
LEAST_STEP_BYTES = 512
MOST_STEP_BYTES = 65_536


class Account(Struct, frozen=True):
    """`free_at`: when, on a clock that does not step (seconds), all that was spent will have been earned."""

    free_at: float = 0.0

    def spend(self, now: float, count: int, per_second: float | None) -> tuple[Account, float]:
        """The account after `count` bytes, and how many seconds to wait before the next. No limit: no wait."""
        if per_second is None:
            return Account(now), 0.0
        free_at = max(self.free_at, now - AHEAD_SECONDS) + count / per_second
        return Account(free_at), max(free_at - now, 0.0)


def step_bytes(per_second: float | None) -> int:
    """How much goes in one step, so that a slow line flows and does not pulse."""
    if per_second is None:
        return MOST_STEP_BYTES
    return min(max(int(per_second * AHEAD_SECONDS), LEAST_STEP_BYTES), MOST_STEP_BYTES)


class Purse:
    """One account that several threads spend from."""

    def __init__(self) -> None:
        self._account = Account()
        self._lock = threading.Lock()

    def spend(self, now: float, count: int, per_second: float | None) -> float:
        """Seconds to wait after so many bytes."""
        with self._lock:
            self._account, seconds = self._account.spend(now, count, per_second)
        return seconds


class Throttle:
    """Holds back whoever spends; those with one `purse` keep to the limit together. Each is safe for one thread.

    `allowed` is asked at each step for bytes a second, None for no limit; what it raises ends the transfer, which is
    how a pause begins in the middle of a paper. `now` and `wait` are of a clock that does not step.
    """

    def __init__(
        self,
        allowed: Callable[[], float | None],
        now: Callable[[], float],
        wait: Callable[[float], object],
        purse: Purse | None = None,
    ) -> None:
        self._allowed = allowed
        self._now = now
        self._wait = wait
        self._purse = purse or Purse()

    def step(self) -> int:
        """How many bytes to move next at most."""
        return step_bytes(self._allowed())

    def spend(self, count: int) -> None:
        """So many bytes have crossed: wait until the next may."""
        seconds = self._purse.spend(self._now(), count, self._allowed())
        if seconds > 0:
            self._wait(seconds)

    def paced(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same bytes in steps that keep to the limit."""
        for chunk in chunks:
            start = 0
            while start < len(chunk):
                part = chunk[start : start + self.step()]
                yield part
                start += len(part)
                self.spend(len(part))


def _no_limit() -> None:
    """Nothing is limited."""


FREE = Throttle(_no_limit, lambda: 0.0, lambda _seconds: None)
"""Holds nobody back."""
