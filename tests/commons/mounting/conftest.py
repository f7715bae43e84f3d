from __future__ import annotations

from tests.support.sticks import plugged_sticks

__all__ = ["plugged_sticks"]
