"""Passwords and sessions of the people of the office: own password, slips of first passwords, ending sessions."""

from __future__ import annotations

import secrets
import unicodedata

import msgspec

from appliance.desk import people
from appliance.desk.administration import head_posts, offices_of, require_administrator
from appliance.desk.days import today
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from commons import people as kept

LEAST_CHARS, MOST_CHARS = 8, 200
SLIP_MS = 7 * 86_400_000
"""A slip's password must have been used and changed within this time."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_DIGITS = "23456789"
"""Without letters that look alike in print."""


class Slip(msgspec.Struct, frozen=True):
    """A first password as it is shown once."""

    employee: str
    password: str
    until_ms: int


class AccountRow(msgspec.Struct, frozen=True):
    """What the administrator sees of a person's account at this node; times in unix milliseconds."""

    employee: str
    exists: bool
    sessions: int
    slip_ms: int  # when a slip was made that has not been used yet; 0: none
    slip_by: str
    slip_until_ms: int


def account(unit: Unit, employee: str) -> AccountRow:
    """The account of a person at this node."""
    exists = unit.db.row("SELECT 1 FROM account WHERE employee=?", employee) is not None
    sessions = unit.db.value(
        "SELECT count(*) FROM session WHERE employee=? AND expires_ms>?", employee, unit.clock.now_ms()
    )
    made, by, until = unit.db.row("SELECT made_ms, made_by, until_ms FROM slip WHERE employee=?", employee) or (
        0,
        "",
        0,
    )
    return AccountRow(employee, exists, sessions or 0, made, by, until)


def make_slip(unit: Unit, actor: Actor, employee: str) -> Slip:
    """A new first password, shown once; ends the person's sessions. It must be changed at the first log-in.

    Raises not_administrator, no_such_employee, not_of_office, head_only.
    """
    _require_over_person(unit, actor, employee)
    now = unit.clock.now_ms()
    password = "-".join(_piece() for _ in range(3))
    with unit.db.writing():
        people.set_password(unit, employee, password)
        unit.db.run(
            "INSERT OR REPLACE INTO slip (employee, made_ms, made_by, until_ms) VALUES (?,?,?,?)",
            employee, now, actor.employee, now + SLIP_MS,
        )  # fmt: skip
    return Slip(employee, password, now + SLIP_MS)


def _piece() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(3)) + secrets.choice(_DIGITS)


def end_sessions(unit: Unit, actor: Actor, employee: str) -> int:
    """Logs a person out everywhere; of how many sessions. Raises as `make_slip`."""
    if employee != actor.employee:
        _require_over_person(unit, actor, employee)
    with unit.db.writing():
        return unit.db.run("DELETE FROM session WHERE employee=?", employee)


def _require_over_person(unit: Unit, actor: Actor, employee: str) -> None:
    require_administrator(unit, actor)
    directory = unit.directory()
    if directory.employee(employee) is None:
        raise Refused("no_such_employee", employee=employee)
    heads = head_posts(unit)
    posts = {charge.post for charge in directory.charges_of_employee(employee, today(unit))}
    exists = unit.db.row("SELECT 1 FROM account WHERE employee=?", employee) is not None
    if not exists and not any(post.partition(".")[0] in offices_of(unit) for post in posts):
        raise Refused("not_of_office", employee=employee)
    if exists and posts & heads and actor.post not in heads:
        raise Refused("head_only", post=min(posts & heads))


def change_password(unit: Unit, employee: str, *, old: str, new: str, again: str, source: str) -> str:
    """The person's own new password; the token of his new session, all others have ended.

    Raises Refused wrong_password, password_short (limit), password_plain, password_same, password_differs,
    password_long; LogInRefused throttled.
    """
    check_new(new, again, employee=employee, old=old)
    try:
        kept.log_in(unit.db, employee, old, source, unit.clock.now_ms(), 0)
    except kept.LogInRefused as error:
        if error.code == "throttled":
            raise
        raise Refused("wrong_password") from error
    with unit.db.writing():
        people.set_password(unit, employee, new)
        unit.db.run("DELETE FROM slip WHERE employee=?", employee)
    return people.log_in(unit, employee, new, source)


def check_new(new: str, again: str, *, employee: str, old: str) -> None:
    """Whether a new password will do. Pure; raises as `change_password`."""
    if new != again:
        raise Refused("password_differs")
    if len(new) < LEAST_CHARS:
        raise Refused("password_short", limit=LEAST_CHARS)
    if len(new) > MOST_CHARS:
        raise Refused("password_long", limit=MOST_CHARS)
    if new == old:
        raise Refused("password_same")
    folded = unicodedata.normalize("NFC", new).casefold()
    if len(set(folded)) < 4 or folded.strip() in {employee.casefold(), employee.casefold() * 2} or "password" in folded:
        raise Refused("password_plain")
