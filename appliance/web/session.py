"""Who is at the screen: the session cookie, the person, the post that he acts in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Response, current_app, g, request

from appliance.desk import people
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from commons.web.headers import put_cookie
from commons.web.marks import View, is_quiet

if TYPE_CHECKING:
    from appliance.store.unit import Unit

FREE_MARK = "before_own_password"


class Who(msgspec.Struct, frozen=True):
    """The person of this request: session token, what the session knows, and the actor of its present post."""

    token: str
    info: people.SessionInfo
    actor: Actor


def cookie_name(unit: Unit) -> str:
    """Cookies ignore ports: two nodes on one machine must not take each other's sessions away."""
    return f"pv-{unit.node}"


def this_unit() -> Unit:
    """The node that this application serves."""
    unit: Unit = current_app.extensions["unit"]
    return unit


def before_own_password(view: View) -> View:
    """Mark a view that is open to who has yet to choose a password of his own."""
    setattr(view, FREE_MARK, True)
    return view


def who() -> Who:
    """The person of this request; only on views that need a log-in."""
    found: Who = g.who
    return found


def persons_language() -> str | None:
    """The language that the person of this request has chosen; None before log-in."""
    found = load()
    return found.info.language if found else None


def begin(response: Response, token: str) -> Response:
    """Put the cookie of a new session on an answer."""
    put_cookie(response, request, cookie_name(this_unit()), token, max_age_seconds=None)
    return response


def end(response: Response) -> Response:
    """Take the cookie away."""
    response.delete_cookie(cookie_name(this_unit()), path="/", httponly=True, samesite="Strict")
    return response


def load() -> Who | None:
    """The person of this request, looked up once; None before log-in and after the session has ended."""
    if "who" not in g:
        g.who = _find()
    found: Who | None = g.who
    return found


def _find() -> Who | None:
    token = request.cookies.get(cookie_name(this_unit()))
    if not token or request.blueprint == "frame":
        return None
    unit = this_unit()
    view = current_app.view_functions.get(request.endpoint or "")
    info = people.session(unit, token, renew=not is_quiet(view))
    if info is None:
        return None
    try:
        return Who(token, info, people.actor_of(unit, info))
    except Refused:  # the charge ended since the session began
        return None
