"""Who may read what: by post and grading."""

from __future__ import annotations

from appliance.desk.values import Actor, Refused
from appliance.store.unit import Unit

NORMAL, CONFIDENTIAL, SECRET = "normal", "confidential", "secret"
GRADINGS = (NORMAL, CONFIDENTIAL, SECRET)


def chain_of(unit: Unit, file: str) -> frozenset[str]:
    """The posts that a file stood with or was marked to: its chain."""
    rows = unit.db.rows("SELECT post, from_post FROM stay WHERE file=?", file)
    return frozenset(post for row in rows for post in row if post)


def may_read(unit: Unit, actor: Actor, file: str) -> bool:
    """A normal file is read by everyone of the office, a graded one by its chain only."""
    grading = unit.db.value("SELECT grading FROM efile WHERE file=?", file)
    return grading == NORMAL or (grading is not None and actor.post in chain_of(unit, file))


def require_read(unit: Unit, actor: Actor, file: str) -> None:
    """Raises Refused no_such_file (also for a secret file of others: nothing tells that it is there), graded."""
    grading = unit.db.value("SELECT grading FROM efile WHERE file=?", file)
    if grading is None or (grading != NORMAL and not may_read(unit, actor, file)):
        raise Refused("graded" if grading == CONFIDENTIAL else "no_such_file")
