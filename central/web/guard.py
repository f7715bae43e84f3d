"""Lets through who is logged in, pages open to all, and other nodes (their addresses check for themselves)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import current_app, request

from central.web.session import load
from commons.web import kept, problems
from commons.web.csrf import CHANGING
from commons.web.frame import is_machine, problem_json, see_other, wants_json
from commons.web.marks import is_open, is_quiet

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


def check() -> ResponseReturnValue | None:
    """None to go on; else the log-in, which leads back to the same page."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or is_machine() or request.blueprint == "frame":
        return None
    if is_open(view) or load() is not None:
        return None
    if wants_json() or request.headers.get("HX-Request") or is_quiet(view):
        return problem_json(problems.of_status(401), 401)
    after = request.full_path.rstrip("?")
    if request.method in CHANGING or after == "/" or not kept.is_local(after):
        return see_other("/login")
    return see_other(f"/login?next={quote(after, safe='/')}")
