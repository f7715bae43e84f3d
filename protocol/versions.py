"""Which paper a new one may be the next version of: a guess, for no event says so; pure."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

TRIED = 2
SAME_NAME_FACTOR, OTHER_NAME_FACTOR = 4.0, 1.25
"""How much larger or smaller the earlier version may be."""


class Known(Struct, frozen=True):
    """A paper as its file speaks of it."""

    sha256: bytes
    size: int
    name: str
    media_type: str


def likely_earlier(new: Known, others: Iterable[Known], most_bytes: int) -> list[bytes]:
    """The likeliest earlier versions, best first, at most two: of the same name, then of the nearest size."""
    if not 0 < new.size <= most_bytes:
        return []
    fitting = {other.sha256: other for other in others if _fits(new, other, most_bytes)}
    ordered = sorted(fitting.values(), key=lambda one: (one.name != new.name, abs(one.size - new.size), one.sha256))
    return [one.sha256 for one in ordered[:TRIED]]


def _fits(new: Known, other: Known, most_bytes: int) -> bool:
    if other.sha256 == new.sha256 or other.media_type != new.media_type or not 0 < other.size <= most_bytes:
        return False
    factor = SAME_NAME_FACTOR if other.name == new.name else OTHER_NAME_FACTOR
    return max(other.size, new.size) <= factor * min(other.size, new.size)
