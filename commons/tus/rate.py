"""How fast a line really carries, measured while something is on its way; pure."""

from __future__ import annotations

from msgspec import Struct

LOOKS_BACK_MS = 180_000


class Rate(Struct, frozen=True):
    """So many bytes crossed in so many milliseconds of trying, of about the last three minutes of trying."""

    bytes: int = 0
    ms: int = 0

    def with_more(self, more_bytes: int, more_ms: int) -> Rate:
        """After so much more; what is older counts less and less. A clock that was set back counts as no time."""
        total, ms = self.bytes + max(more_bytes, 0), self.ms + max(more_ms, 0)
        if ms > LOOKS_BACK_MS:
            total, ms = total * LOOKS_BACK_MS // ms, LOOKS_BACK_MS
        return Rate(total, ms)

    @property
    def per_second(self) -> float:
        """Bytes a second; 0 if nothing has been measured."""
        return self.bytes * 1000 / self.ms if self.ms else 0.0

    def seconds_for(self, left: int) -> float | None:
        """How long so many bytes take if the line stays as it was; None if nobody can say."""
        return left / self.per_second if self.per_second else None
