"""Who is at the desk: log-ins of this node against the district's directory."""

from __future__ import annotations

from msgspec import Struct

from appliance.desk.days import today
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from commons import people
from commons.people import LogInRefused

__all__ = [
    "KEYBOARDS", "LogInRefused", "SessionInfo", "actor_of", "choose_post", "log_in", "log_out", "session",
    "set_keyboard", "set_language", "set_password",
]  # fmt: skip


KEYBOARDS = ("remington", "remington-spoken", "krutidev", "inscript", "phonetic")
"""Names of the Hindi layouts, in the order in which they are offered."""


class SessionInfo(Struct, frozen=True):
    """A person at work: `posts` are those that he has charge of today at this node, `post` the chosen one.

    `keyboard` is his Hindi layout, one of KEYBOARDS, or "" before he has chosen.
    """

    employee: str
    name: str
    language: str
    posts: list[str]
    post: str
    expires_ms: int
    keyboard: str = ""
    must_change: bool = False  # the password is a slip's: only a new one leads on


def set_password(unit: Unit, employee: str, password: str) -> None:
    """Makes the account of an employee at this node, or gives it a new password."""
    with unit.db.writing():
        people.set_password(unit.db, employee, password)
        unit.db.run("DELETE FROM slip WHERE employee=?", employee)


def log_in(unit: Unit, employee: str, password: str, source: str) -> str:
    """The token of a new session. `employee` is the code or the mobile number. Raises LogInRefused."""
    code = _employee_code(unit, employee.strip())
    token = people.log_in(unit.db, code, password, source, unit.clock.now_ms(), _lasts_ms(unit))
    if not _posts(unit, code):
        people.log_out(unit.db, token)
        raise LogInRefused("no_post")
    until = unit.db.value("SELECT until_ms FROM slip WHERE employee=?", code)
    if until is not None and until < unit.clock.now_ms():
        people.log_out(unit.db, token)
        raise LogInRefused("slip_over")
    return token


def session(unit: Unit, token: str, *, renew: bool = True) -> SessionInfo | None:
    """Whose token this is; None when nobody's, or over. What a page asks by itself does not `renew`."""
    if not token:
        return None
    found = people.session(unit.db, token, unit.clock.now_ms(), _lasts_ms(unit), renew=renew)
    if found is None:
        return None
    employee = unit.directory().employee(found.employee)
    posts = _posts(unit, found.employee)
    if employee is None or not posts:
        return None
    post = found.post if found.post in posts else posts[0]
    slip = unit.db.row("SELECT 1 FROM slip WHERE employee=?", found.employee) is not None
    keyboard = people.keyboard(unit.db, found.employee)
    return SessionInfo(
        found.employee, employee.name, found.language, posts, post, found.expires_ms, keyboard, must_change=slip
    )


def actor_of(unit: Unit, info: SessionInfo) -> Actor:
    """The person as verbs want him: in his post, under his charge. Raises Refused not_your_post."""
    for charge in unit.directory().charges_of_employee(info.employee, today(unit)):
        if charge.post == info.post:
            return Actor(info.employee, info.post, charge.id)
    raise Refused("not_your_post")


def log_out(unit: Unit, token: str) -> None:
    """Ends the session."""
    people.log_out(unit.db, token)


def choose_post(unit: Unit, token: str, post: str) -> None:
    """In which of his posts the person works now. Raises Refused not_your_post."""
    info = session(unit, token)
    if info is None or post not in info.posts:
        raise Refused("not_your_post")
    people.choose_post(unit.db, token, post)


def set_language(unit: Unit, token: str, language: str) -> None:
    """The person's own choice of language."""
    info = session(unit, token)
    if info is not None and language in ("hi", "en"):
        people.set_language(unit.db, info.employee, language)


def set_keyboard(unit: Unit, token: str, keyboard: str) -> None:
    """The person's own choice of Hindi layout; "" is none. Raises Refused no_such_keyboard."""
    info = session(unit, token)
    if keyboard and keyboard not in KEYBOARDS:
        raise Refused("no_such_keyboard")
    if info is not None:
        people.set_keyboard(unit.db, info.employee, keyboard)


def _employee_code(unit: Unit, text: str) -> str:
    directory = unit.directory()
    if directory.employee(text) is not None:
        return text
    digits = "".join(ch for ch in text if ch.isdecimal())[-10:]
    if len(digits) == 10:
        for employee in directory.directory.employees:
            if employee.phone and employee.phone.replace(" ", "")[-10:] == digits:
                return employee.code
    return text


def _posts(unit: Unit, employee: str) -> list[str]:
    directory = unit.directory()
    return [
        post.code
        for post in directory.posts_of_employee(employee, today(unit))
        if directory.node_of_post(post.code) == unit.node
    ]


def _lasts_ms(unit: Unit) -> int:
    return unit.settings.session_seconds * 1000
