"""What an office's figures mean: how bad it is, and why; pure."""

from __future__ import annotations

import msgspec

from central.values import OfficeRow

SILENT_MS = 24 * 3_600_000
QUIET_MS = 15 * 60_000
CLOCK_WATCH_MS = 5 * 60_000


class State(msgspec.Struct, frozen=True):
    """`tone`: "bad", "warn", "wait" or "ok"; `code` and `reason` are words of the template, reason "" for none."""

    tone: str
    code: str
    reason: str = ""


_WORST = {"bad": 0, "warn": 1, "wait": 2, "ok": 3}


def state_of(row: OfficeRow, now_ms: int) -> State:
    """The worst thing that holds of one office."""
    silent_ms = None if row.last_exchange_ms is None else now_ms - row.last_exchange_ms
    clock = abs(row.clock_difference_ms or 0)
    checks: list[tuple[bool, State]] = [
        (bool(row.trouble), State("bad", "trouble", row.trouble)),
        (row.clones > 0, State("bad", "double", "clone")),
        (row.namesakes > 0, State("bad", "double", "namesake")),
        (row.set_aside > 0, State("bad", "set_aside")),
        (silent_ms is not None and silent_ms > SILENT_MS, State("bad", "silent", "look")),
        (row.mode in {"stopped", "recovering"}, State("warn", "recovering")),
        (clock > CLOCK_WATCH_MS, State("warn", "clock")),
        (silent_ms is None or row.mode == "never", State("wait", "never")),
        (silent_ms is not None and silent_ms > QUIET_MS, State("wait", "line_down", "usual")),
    ]
    return next((state for holds, state in checks if holds), State("ok", "well"))


def worst_first(rows: list[OfficeRow], now_ms: int) -> list[tuple[OfficeRow, State]]:
    """All offices with their states: the worst first, then who has been silent longest."""
    judged = [(row, state_of(row, now_ms)) for row in rows]
    return sorted(judged, key=lambda pair: (_WORST[pair[1].tone], pair[0].last_exchange_ms or 0, pair[0].node))
