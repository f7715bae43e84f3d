"""How far each paper on the line has got, and how much a request carries: kept, so that the next run goes on there."""

from __future__ import annotations

from msgspec import Struct

from appliance.store.unit import Unit
from commons.tus.client import Pieces
from commons.tus.piece import FIRST_BYTES, Piece, remembered
from commons.tus.rate import Rate

NOTE_EVERY_MS = 2_000


class Crossing(Struct, frozen=True):
    """A paper's present way: a patch on `base` (SHA-256), whole if that is empty; `crossed` of `crossing` bytes."""

    base: bytes
    crossed: int
    crossing: int


def crossing_of(unit: Unit, sha256: bytes) -> Crossing | None:
    """How a paper was tried last; None if it never was."""
    row = unit.db.row("SELECT base, crossed, crossing FROM crossing WHERE sha256=?", sha256)
    return None if row is None else Crossing(bytes(row[0]), row[1], row[2])


def begin(unit: Unit, sha256: bytes, *, up: bool, base: bytes, crossing: int) -> None:
    """It is about to be tried so; durable before a byte of it leaves."""
    now = unit.clock.now_ms()
    with unit.db.writing():
        unit.db.run(
            "INSERT INTO crossing (sha256, up, crossed, crossing, base, began_ms, at_ms) VALUES (?,?,0,?,?,?,?) "
            "ON CONFLICT (sha256) DO UPDATE SET up=excluded.up, crossing=excluded.crossing, base=excluded.base, "
            "crossed=CASE WHEN crossing.base=excluded.base THEN crossed ELSE 0 END, began_ms=excluded.began_ms, "
            "at_ms=excluded.at_ms",
            sha256, int(up), crossing, base, now, now,
        )  # fmt: skip


class Progress:
    """Notes how much of a paper has crossed and how fast, at most every two seconds and at the end. Use it in a `with`.

    `from_bytes` is where the way begins; None if only the first word of the other side says it.
    """

    def __init__(self, unit: Unit, sha256: bytes, from_bytes: int | None = None) -> None:
        self._unit = unit
        self._sha256 = sha256
        self._noted_ms = unit.clock.now_ms()
        self._noted = from_bytes
        self._crossed = from_bytes or 0
        self._crossing: int | None = None

    def __call__(self, crossed: int, crossing: int | None = None) -> None:
        """So much is kept on the receiving side; `crossing` bytes in all, if only the other side could say."""
        self._crossed, self._crossing = crossed, crossing
        if self._noted is None:
            self._noted = crossed
        if self._unit.clock.now_ms() - self._noted_ms >= NOTE_EVERY_MS:
            self._note()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._noted is not None:
            self._note()

    def _note(self) -> None:
        now, db = self._unit.clock.now_ms(), self._unit.db
        with db.writing():
            rate = Rate(*(db.row("SELECT rate_bytes, rate_ms FROM line") or (0, 0)))
            rate = rate.with_more(self._crossed - (self._noted or 0), now - self._noted_ms)
            db.run("UPDATE line SET rate_bytes=?, rate_ms=?", rate.bytes, rate.ms)
            db.run(
                "UPDATE crossing SET crossed=?, crossing=coalesce(?, crossing), at_ms=? WHERE sha256=?",
                self._crossed, self._crossing, now, self._sha256,
            )  # fmt: skip
        self._noted_ms, self._noted = now, self._crossed


def pieces(unit: Unit) -> Pieces:
    """The size of a request on this line, as the last run left it."""

    def keep(piece: Piece) -> None:
        with unit.db.writing():
            unit.db.run("UPDATE line SET piece_bytes=?", piece.bytes)

    return Pieces(remembered(unit.db.value("SELECT piece_bytes FROM line") or FIRST_BYTES), keep)
