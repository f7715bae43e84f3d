"""Who may read what: by post and grading.

Normal: everyone of the office. Confidential: its chain, that is the posts that it stood with or is marked to; others
see that it exists, under which number and where. Secret: its chain; for others nothing tells that it is there.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from appliance.desk.refused import Refused
from appliance.desk.values import Actor, InboxRow, SentRow
from appliance.store.registers import chain_of

if TYPE_CHECKING:
    from appliance.store.unit import Unit
    from commons.database import Database

NORMAL, CONFIDENTIAL, SECRET = "normal", "confidential", "secret"
GRADINGS = (NORMAL, CONFIDENTIAL, SECRET)

SEEN_BY = (
    "(grading<>'secret' OR EXISTS (SELECT 1 FROM stay s WHERE s.file=efile.file AND"
    " ((s.post=? AND (s.opened_hlc IS NOT NULL OR s.to_hlc IS NULL)) OR s.from_post=?)))"
)
"""Condition of a query of `efile` whose rows may stand in a list for a post (given twice); as `registers.chain_of`."""

READ_BY = SEEN_BY.replace("grading<>'secret'", "grading='normal'")
"""Condition of a query of `efile` whose rows a post (given twice) may read: for a search in titles and texts."""


class Sight(StrEnum):
    """How much of a subject someone may see."""

    WHOLE = "whole"
    EXISTENCE = "existence"  # number and where it is
    NOTHING = "nothing"


def sight_of(grading: str | None, *, in_chain: bool) -> Sight:
    """What a grading leaves to see; an unknown grading hides like secret. Pure."""
    if grading == NORMAL or (grading is not None and in_chain):
        return Sight.WHOLE
    return Sight.EXISTENCE if grading == CONFIDENTIAL else Sight.NOTHING


def chain(unit: Unit, file: str) -> frozenset[str]:
    """The posts that may read a subject when it is graded."""
    return chain_of(unit.db, file)


def sight(unit: Unit, actor: Actor, file: str) -> Sight:
    """How much of a subject the actor may see; nothing of one that is not here."""
    grading = unit.db.value("SELECT grading FROM efile WHERE file=?", file)
    if grading is None or grading == NORMAL:
        return sight_of(grading, in_chain=False)
    return sight_of(grading, in_chain=actor.post in chain_of(unit.db, file))


def may_read(unit: Unit, actor: Actor, file: str) -> bool:
    """A normal file is read by everyone of the office, a graded one by its chain only."""
    return sight(unit, actor, file) is Sight.WHOLE


def require_read(unit: Unit, actor: Actor, file: str) -> None:
    """Raises Refused no_such_file (also for a secret file of others: nothing tells that it is there), graded."""
    _require(sight(unit, actor, file))


def require_chain(db: Database, actor: Actor, file: str, grading: str) -> None:
    """`require_read` inside a transaction, for a subject whose grading is known. Raises no_such_file, graded."""
    if grading != NORMAL:
        _require(sight_of(grading, in_chain=actor.post in chain_of(db, file)))


def _require(seen: Sight) -> None:
    if seen is not Sight.WHOLE:
        raise Refused("graded" if seen is Sight.EXISTENCE else "no_such_file")


def may_read_paper(unit: Unit, actor: Actor, sha256: bytes) -> bool:
    """A paper is read by whoever may read some subject that has it."""
    files = unit.db.rows("SELECT file FROM paper WHERE sha256=?", sha256)
    return any(may_read(unit, actor, file) for (file,) in files)


def veil_row(unit: Unit, actor: Actor, row: InboxRow) -> InboxRow | None:
    """A list's row as the actor may see it: whole, without what it says, or not at all."""
    match Sight.WHOLE if row.grading == NORMAL else sight(unit, actor, row.file):
        case Sight.WHOLE:
            return row
        case Sight.EXISTENCE:
            return msgspec.structs.replace(
                row, subject="", remarks="", sender="", from_post="", how="open", due_date="", priority=0,
                papers_missing=0, veiled=True, out_to="",
            )  # fmt: skip
        case Sight.NOTHING:
            return None


def veil_sent(unit: Unit, actor: Actor, row: SentRow) -> SentRow | None:
    """A hand-over's row as the actor may see it; see `veil_row`."""
    match Sight.WHOLE if row.grading == NORMAL else sight(unit, actor, row.file):
        case Sight.WHOLE:
            return row
        case Sight.EXISTENCE:
            return msgspec.structs.replace(row, subject="", remarks="", can_pull_back=False, veiled=True)
        case Sight.NOTHING:
            return None
