"""What was measured: values against their bars, as JSON lines and as a table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

BARS: dict[str, tuple[float, str]] = {
    "noop_round_trips": (1, "round trips"),
    "noop_bytes": (700, "bytes"),
    "movement_round_trips": (1, "round trips"),
    "movement_bytes": (1_500, "bytes"),
    "first_bytes_ratio": (1.0, "of zstd -19"),
    "first_events_per_second": (8_000, "events/s"),
    "first_ratio": (0.075, "of raw rows/s"),
    "ingest_ratio": (0.125, "of raw rows/s"),
    "send_ratio": (3, "of raw seconds"),
    "resume_ratio": (1.01, "of uncut bytes"),
    "page_p95_ms": (100, "ms"),
    "page_ratio": (2, "of pages from memory"),
    "growth_noop": (1.2, "of a small history"),
    "growth_movement": (1.2, "of a small history"),
    "growth_send": (1.2, "of a small history"),
    "search_ms": (50, "ms"),
    "papers_bytes_ratio": (1.05, "of rsync -z"),
    "papers_round_trips": (1.1, "a paper"),
    "papers_edit_ratio": (0.5, "of rsync -z"),
    "papers_resume_ratio": (1.02, "of uncut bytes"),
}
"""Every name of the table, its bar and unit."""

AT_LEAST = frozenset({"first_events_per_second", "first_ratio", "ingest_ratio", "network_goodput_ratio"})
"""Of these more is better; of all others less."""


class Result(msgspec.Struct, frozen=True):
    """One line of the file. `limit` is the bar, or None for a raw figure that was measured beside."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the bar is kept; a raw figure has none."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.name in AT_LEAST else self.value <= self.limit


def result(name: str, value: float) -> Result:
    """A figure of the table."""
    bar, unit = BARS[name]
    return Result(name, rounded(value), unit, bar)


def raw(name: str, value: float, unit: str) -> Result:
    """What a figure stands on; named after it (`first_ratio.raw_rows_per_second`)."""
    return Result(name, rounded(value), unit)


def rounded(value: float) -> float:
    """Four digits that count, whole numbers whole."""
    return round(value) if abs(value) >= 1000 or value == round(value) else float(f"{value:.4g}")


def replace(path: Path, found: Iterable[Result]) -> None:
    """Put these into the file, in the place of earlier ones of the same measurement; all others stay."""
    new = list(found)
    owners = {_owner(one.name) for one in new}
    lines = path.read_bytes().splitlines() if path.exists() else []
    kept = [old for old in (msgspec.json.decode(line, type=Result) for line in lines) if _owner(old.name) not in owners]
    order = {name: place for place, name in enumerate(BARS)}
    everything = sorted([*kept, *new], key=lambda one: (order.get(_owner(one.name), len(order)), one.name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(_line(one) for one in everything))


def table(found: Iterable[Result]) -> str:
    """For a person."""
    rows = [("", "name", "value", "bar", "unit")]
    for one in found:
        bar = "" if one.limit is None else ("≥ " if one.name in AT_LEAST else "≤ ") + f"{one.limit:,g}"
        mark = "" if one.limit is None else "ok" if one.holds else "MISSED"
        rows.append((mark, one.name, f"{one.value:,}", bar, one.unit))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = []
    for mark, name, value, bar, unit in rows:
        cells = (mark.ljust(widths[0]), name.ljust(widths[1]), value.rjust(widths[2]), bar.rjust(widths[3]), unit)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _line(one: Result) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(one, value=rounded(one.value))) + b"\n"


def _owner(name: str) -> str:
    return name.partition(".")[0]
