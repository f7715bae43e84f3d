"""A person's own ways at this node, kept with the account: how close his lists are, whether he saw today's summary."""

from __future__ import annotations

from appliance.desk.days import today
from appliance.store.unit import Unit

NORMAL, DENSE = "normal", "dense"
"""Two lines a row; one line a row."""


def density(unit: Unit, employee: str) -> str:
    """NORMAL or DENSE."""
    return DENSE if unit.db.value("SELECT density FROM account WHERE employee=?", employee) == DENSE else NORMAL


def set_density(unit: Unit, employee: str, wish: str) -> None:
    """The person's own choice; what is not DENSE is NORMAL."""
    with unit.db.writing():
        unit.db.run("UPDATE account SET density=? WHERE employee=?", DENSE if wish == DENSE else NORMAL, employee)


def greet(unit: Unit, employee: str) -> bool:
    """Whether today's summary is still to be put before the person; it is so once a day."""
    day = today(unit).isoformat()
    if unit.db.value("SELECT greeted FROM account WHERE employee=?", employee) == day:
        return False
    with unit.db.writing():
        return unit.db.run("UPDATE account SET greeted=? WHERE employee=? AND greeted<>?", day, employee, day) > 0
