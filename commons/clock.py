"""The machine's clock, as a part that a simulation can bring of its own."""

from __future__ import annotations

import time


class Clock:
    """Wall time; what is shown and stamped, never what orders."""

    def now_ms(self) -> int:
        """Unix milliseconds."""
        return time.time_ns() // 1_000_000
