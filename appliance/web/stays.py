"""A file's stays, measured and laid out as bars along one axis of time; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from appliance.desk.values import MovementRow
from commons.web.showing import DAY_MS, IST, local

LEAST_PERCENT = 0.8  # a bar is always wide enough to be seen
TICKS = 8


class Bar(msgspec.Struct, frozen=True):
    """One part of a stay, in percent of the whole width. `kind`: "within", "over", "hatch" or "paper"."""

    kind: str
    x: float
    width: float


class Stay(msgspec.Struct, frozen=True):
    """One row of the movement page."""

    row: MovementRow
    length_ms: int
    here: bool  # the file is there now
    ended_how: str  # how it was sent on, "" while it is there
    ended_remarks: str
    bars: list[Bar]


class Tick(msgspec.Struct, frozen=True):
    """A midnight on the axis."""

    x: float
    at_ms: int


class Stays(msgspec.Struct, frozen=True):
    """All stays with their sums; times in milliseconds."""

    rows: list[Stay]
    ticks: list[Tick]
    total_ms: int
    within_ms: int  # with people, inside their limits
    late_ms: int  # with people, past their limits
    line_ms: int  # on the line, with nobody
    paper_ms: int  # out on paper, with an office that has no Patravali


def lay_out(rows: list[MovementRow], now_ms: int) -> Stays:
    """Measure the stays up to `now_ms`; the last one without an end is where the file is."""
    if not rows:
        return Stays([], [], 0, 0, 0, 0, 0)
    start = min(row.from_ms for row in rows)
    end = max([start + 1, *(_end(row, now_ms) for row in rows)])
    width = end - start
    stays = [_stay(row, after, start, width, now_ms) for row, after in zip(rows, [*rows[1:], None], strict=True)]
    late = sum(min(row.late_ms, stay.length_ms) for row, stay in zip(rows, stays, strict=True) if row.kind == "desk")
    desk, line, paper = (
        sum(stay.length_ms for stay in stays if stay.row.kind == kind) for kind in ("desk", "line", "paper")
    )
    return Stays(stays, _ticks(start, end), width, desk - late, late, line, paper)


_FIRST = {"line": "hatch", "paper": "paper"}


def _end(row: MovementRow, now_ms: int) -> int:
    return max(row.to_ms if row.to_ms is not None else now_ms, row.from_ms)


def _stay(row: MovementRow, after: MovementRow | None, start: int, width: int, now_ms: int) -> Stay:
    end = _end(row, now_ms)
    length = end - row.from_ms
    late = min(max(row.late_ms, 0), length) if row.kind == "desk" else 0
    first = _FIRST.get(row.kind, "within")
    parts = [(first, row.from_ms, end - late)] if length > late or not late else []
    if late:
        parts.append(("over", end - late, end))
    bars = [_bar(kind, a, b, start, width) for kind, a, b in parts]
    how, remarks = (after.how, after.remarks) if after else ("", "")
    return Stay(row, length, row.to_ms is None and after is None, how, remarks, bars)


def _bar(kind: str, from_ms: int, to_ms: int, start: int, width: int) -> Bar:
    wide = max((to_ms - from_ms) * 100 / width, LEAST_PERCENT)
    x = min((from_ms - start) * 100 / width, 100 - wide)
    return Bar(kind, round(max(x, 0), 2), round(wide, 2))


def _ticks(start: int, end: int) -> list[Tick]:
    first = local(start).date()
    days = (local(end).date() - first).days
    step = max(1, -(-days // TICKS))
    found = []
    for number in range(step, days + 1, step):
        day = first + timedelta(days=number)
        at = int(datetime(day.year, day.month, day.day, tzinfo=IST).timestamp() * 1000)
        found.append(Tick(round((at - start) * 100 / max(end - start, 1), 2), at))
    wide = max(end - start, DAY_MS)
    return [tick for tick in found if tick.at_ms - start >= wide // 40]
