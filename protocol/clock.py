"""The hybrid logical clock: times that a person can read and that never run backwards on one node."""

from __future__ import annotations

COUNTER_BITS = 16
MAX_MS = 2**46
"""Times after this (in the year 4199) are absurd and are clamped."""

Hlc = int
"""Milliseconds since 1970 (UTC), shifted left by 16, plus a counter."""


def tick(last: Hlc, now_ms: int) -> Hlc:
    """The time of the next event of a node whose last event carries `last`.

    When the clock stands at or below the mark (no clock battery, a step back), only the counter grows.
    """
    wall = min(max(now_ms, 0), MAX_MS) << COUNTER_BITS
    return max(wall, last + 1)


def hlc_ms(hlc: Hlc) -> int:
    """The readable part, in unix milliseconds."""
    return hlc >> COUNTER_BITS


def is_trusted(hlc: Hlc, taken_ms: int, tolerance_ms: int = 86_400_000) -> bool:
    """Whether the time of an event is near the time at which the hub took it (or earlier: lines are slow)."""
    return hlc_ms(hlc) <= taken_ms + tolerance_ms
