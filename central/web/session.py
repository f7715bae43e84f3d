"""Who is at the district's screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Response, current_app, g, request

from central import people, rights
from commons.web import showing
from commons.web.headers import put_cookie
from commons.web.marks import is_quiet

if TYPE_CHECKING:
    from central.hub.unit import HubUnit

COOKIE = "pv-hub"


class Who(msgspec.Struct, frozen=True):
    """The person of this request: session token, and what the session knows."""

    token: str
    info: people.SessionInfo


def this_hub() -> HubUnit:
    """The hub that this application serves."""
    hub: HubUnit = current_app.extensions["hub"]
    return hub


def persons_language() -> str | None:
    """The language that the person of this request has chosen; None before log-in."""
    found = load()
    return found.info.language if found else None


def load() -> Who | None:
    """The person of this request, looked up once; None before log-in and after the session has ended."""
    if "who" not in g:
        token = request.cookies.get(COOKIE)
        view = current_app.view_functions.get(request.endpoint or "")
        renew = not is_quiet(view)
        info = people.session(this_hub(), token, renew=renew) if token and request.blueprint != "frame" else None
        g.who = Who(token or "", info) if info else None
    found: Who | None = g.who
    return found


def person() -> str:
    """The employee of this request."""
    found = load()
    assert found is not None
    return found.info.employee


def may_order() -> bool:
    """Whether the person of this request decides what was set aside and moves custody by order."""
    hub = this_hub()
    found = load()
    today = showing.local(hub.clock.now_ms()).date()
    return found is not None and rights.may_order(hub.directory(), found.info.employee, today)


def begin(response: Response, token: str) -> Response:
    """Put the cookie of a new session on an answer."""
    put_cookie(response, request, COOKIE, token, max_age_seconds=None)
    return response


def end(response: Response) -> Response:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
    return response
