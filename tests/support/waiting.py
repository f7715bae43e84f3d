"""Waiting for what other processes and threads do; never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 20.0
_LOOK_SECONDS = 0.02


def becomes(true: Callable[[], bool], seconds: float = SECONDS) -> bool:
    """Whether it comes true in so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def until(true: Callable[[], bool], seconds: float = SECONDS) -> float:
    """Seconds until it was true. Raises TimeoutError."""
    begun = time.monotonic()
    if not becomes(true, seconds):
        raise TimeoutError
    return time.monotonic() - begun
