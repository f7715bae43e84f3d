"""Manners on a line that the office shares: a limit by hour of the day, a pause, and movements only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct

from commons.database import Database

INDIA = timezone(timedelta(hours=5, minutes=30))
LEAST_KBIT = 8
MOST_KBIT = 1_000_000
LONGEST_PAUSE_MS = 4 * 3_600_000
"""A pause that would last longer, because a clock was set back, is none: nothing waits for ever unseen."""


class Manners(Struct, frozen=True):
    """`caps`: kbit/s by hour of the day (0-23, India), both directions together; an hour that is missing has no limit.

    `metered`: what is sent costs money, so only movements go. `paused_by`: the post that asked for the pause.
    """

    caps: Mapping[int, int] = {}
    metered: bool = False
    paused_until_ms: int = 0
    paused_by: str = ""

    def bytes_per_second(self, now_ms: int) -> float | None:
        """What the line may carry now; None without a limit."""
        hour = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(INDIA).hour
        kbit = self.caps.get(hour)
        return None if kbit is None else kbit * 125.0

    def pause_left_ms(self, now_ms: int) -> int:
        """How long the line still rests; 0 if it does not."""
        left = self.paused_until_ms - now_ms
        return left if 0 < left <= LONGEST_PAUSE_MS else 0


def read_manners(db: Database) -> Manners:
    """What holds now, as last set by anyone."""
    metered, until, by = db.row("SELECT metered, paused_until_ms, paused_by FROM line") or (0, 0, "")
    return Manners(dict(db.rows("SELECT hour, kbit FROM cap")), bool(metered), until, by)


def write_pause(db: Database, until_ms: int, by: str) -> None:
    """Let the line rest until then; 0 ends the rest."""
    with db.writing():
        db.run("UPDATE line SET paused_until_ms=?, paused_by=?", until_ms, by)
        db.run("UPDATE node SET changes=changes+1")


def write_limits(db: Database, caps: Mapping[int, int], *, metered: bool) -> None:
    """Set what may be used from now on, hour by hour, and whether only movements go."""
    with db.writing():
        db.run("DELETE FROM cap")
        for hour, kbit in sorted(caps.items()):
            db.run("INSERT INTO cap (hour, kbit) VALUES (?,?)", hour, kbit)
        db.run("UPDATE line SET metered=?", int(metered))
        db.run("UPDATE node SET changes=changes+1")
