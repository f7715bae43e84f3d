"""What the page after a restore says: while the office is stopped, and what came back when it worked again."""

from __future__ import annotations

import msgspec

from appliance.desk import reading, rights
from appliance.desk.values import Actor, InboxRow
from appliance.store.book import STOPPED
from appliance.store.unit import Unit

MOST_FILES = 100
SHOWN_MS = 14 * 86_400_000
"""So long the line bar leads to the page after a restore has ended."""


class Restored(msgspec.Struct, frozen=True):
    """The present stop, or the last restore. Times are unix milliseconds, 0 where not known."""

    stopped: bool
    why: str  # code: restored set_back fork epoch_unknown life_unknown parted; "" when never restored
    copy_of_ms: int
    ended_ms: int
    came: int  # entries that the district had and the copy had not
    aside: int  # entries of the copy that do not count
    files: tuple[InboxRow, ...]  # that are other than in the copy, as the reader may see them
    more: int  # of those, not shown
    last_exchange_ms: int


def last(unit: Unit, actor: Actor) -> Restored:
    """What holds now."""
    mode, why, copy_of_ms = unit.db.row("SELECT mode, stopped_why, copy_of_ms FROM node") or ("", "", 0)
    exchange = unit.db.value("SELECT last_exchange_ms FROM line") or 0
    if mode == STOPPED:
        return Restored(True, why, copy_of_ms, 0, 0, 0, (), 0, exchange)
    row = unit.db.row(
        "SELECT epoch, why, copy_of_ms, ended_ms, came, aside FROM restored ORDER BY ended_ms DESC LIMIT 1"
    )
    if row is None:
        return Restored(False, "", 0, 0, 0, 0, (), 0, exchange)
    epoch, why, copy_of_ms, ended_ms, came, aside = row
    files = [file for (file,) in unit.db.rows("SELECT file FROM restored_file WHERE epoch=? ORDER BY file", epoch)]
    shown = [one for file in files[:MOST_FILES] if (one := _row(unit, actor, file)) is not None]
    return Restored(
        False, why, copy_of_ms, ended_ms, came, aside, tuple(shown), len(files) - len(files[:MOST_FILES]), exchange
    )


def _row(unit: Unit, actor: Actor, file: str) -> InboxRow | None:
    found = reading.row(unit, file)
    return None if found is None else rights.veil_row(unit, actor, found)


def ended_lately(unit: Unit) -> int:
    """When the last restore ended, for the line bar; 0 when that is long ago, or never was."""
    ended = unit.db.value("SELECT max(ended_ms) FROM restored") or 0
    return ended if unit.clock.now_ms() - ended < SHOWN_MS else 0
