"""Who looks at the district server: its own accounts, for employees of the directory."""

from __future__ import annotations

from msgspec import Struct

from central.hub.unit import HubUnit
from commons import people
from commons.people import LogInRefused

SESSION_MS = 900_000

__all__ = ["LogInRefused", "SessionInfo", "log_in", "log_out", "session", "set_language", "set_password"]


class SessionInfo(Struct, frozen=True):
    """A person at the district's screens."""

    employee: str
    name: str
    language: str
    expires_ms: int


def set_password(hub: HubUnit, employee: str, password: str) -> None:
    """Makes the account of an employee here, or gives it a new password."""
    people.set_password(hub.db, employee, password)


def log_in(hub: HubUnit, employee: str, password: str, source: str) -> str:
    """The token of a new session. Raises LogInRefused."""
    return people.log_in(hub.db, employee.strip(), password, source, hub.clock.now_ms(), SESSION_MS)


def session(hub: HubUnit, token: str, *, renew: bool = True) -> SessionInfo | None:
    """Whose token this is; None when nobody's, or over. What a page asks by itself does not `renew`."""
    if not token:
        return None
    found = people.session(hub.db, token, hub.clock.now_ms(), SESSION_MS, renew=renew)
    if found is None:
        return None
    directory = hub.directory()
    employee = None if directory is None else directory.employee(found.employee)
    name = found.employee if employee is None else employee.name
    return SessionInfo(found.employee, name, found.language, found.expires_ms)


def log_out(hub: HubUnit, token: str) -> None:
    """Ends the session."""
    people.log_out(hub.db, token)


def set_language(hub: HubUnit, token: str, language: str) -> None:
    """The person's own choice of language."""
    info = session(hub, token)
    if info is not None and language in ("hi", "en"):
        people.set_language(hub.db, info.employee, language)
