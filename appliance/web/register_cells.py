"""A register as cells: the one form from which its screen, CSV, XLSX and PDF are made."""

from __future__ import annotations

from datetime import date

import msgspec

from commons.tables import Column, Table, Value
from commons.web.showing import number


class Part(msgspec.Struct, frozen=True):
    """A piece of a drawn bar, in percent of its width. `kind` names a colour and pattern of registers.css."""

    kind: str
    x: float
    width: float


class Bars(msgspec.Struct, frozen=True):
    """Bars one below the other: the same numbers that stand beside them, drawn."""

    rows: tuple[tuple[Part, ...], ...]


class Meter(msgspec.Struct, frozen=True):
    """A level between 0 and `top`; above `low` it wants attention, above `high` it is too much."""

    value: int
    top: int
    low: int
    high: int


class Cell(msgspec.Struct, frozen=True):
    """One value, and what the screen does with it beside showing it."""

    value: Value = None
    href: str = ""
    tone: str = ""  # "late", "soon", "quiet"
    drawn: Bars | Meter | None = None
    second: str = ""  # a line below, on the screen only

    @property
    def shown(self) -> str:
        """The value as the screen writes it."""
        if self.value is None:
            return ""
        if isinstance(self.value, date):
            return self.value.strftime("%d-%m-%Y")
        return number(self.value) if isinstance(self.value, int) else str(self.value)


class Sheet(msgspec.Struct, frozen=True):
    """A register: rows have one cell a column; `has_sum`: the last row is the sum of the others."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_sum: bool = False

    @property
    def table(self) -> Table:
        """What CSV, XLSX and PDF are made of."""
        return Table(self.title, self.columns, tuple(tuple(cell.value for cell in row) for row in self.rows))


def stacked(kinds: tuple[str, ...], counts: tuple[int, ...], top: int) -> Bars:
    """Counts side by side in one bar whose full width is `top`."""
    parts, x = [], 0.0
    for kind, count in zip(kinds, counts, strict=True):
        width = count * 100 / max(top, 1)
        if count:
            parts.append(Part(kind, round(x, 2), round(width, 2)))
        x += width
    return Bars((tuple(parts),))


def below(kinds: tuple[str, ...], counts: tuple[int, ...], top: int) -> Bars:
    """Counts as bars below each other, each against `top`."""
    return Bars(tuple(stacked((kind,), (count,), top).rows[0] for kind, count in zip(kinds, counts, strict=True)))
