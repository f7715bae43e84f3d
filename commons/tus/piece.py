"""How much one request carries: more while the line is good, less when it breaks; pure."""

from __future__ import annotations

from msgspec import Struct

LEAST_BYTES = 16 * 1024
FIRST_BYTES = 256 * 1024
MOST_BYTES = 16 * 1024 * 1024


class Piece(Struct, frozen=True):
    """What the next request may carry at most, in bytes.

    A hub that is reached directly keeps what came of a cut request, and then nothing but the last 4 KiB is sent twice.
    One behind a proxy that hands over whole requests only loses what the proxy held: at most this piece.
    """

    bytes: int = FIRST_BYTES

    def arrived(self, carried: int) -> Piece:
        """A request that carried so much was acknowledged: a full one doubles the next."""
        return Piece(_within(self.bytes * 2)) if carried >= self.bytes else self

    def broke(self) -> Piece:
        """The line broke in a request: the next carries half."""
        return Piece(_within(self.bytes // 2))


def remembered(size: int) -> Piece:
    """The piece that an earlier process left, kept within bounds."""
    return Piece(_within(size))


def _within(size: int) -> int:
    return min(max(size, LEAST_BYTES), MOST_BYTES)
