"""Lets through who is logged in, and pages open to all; sends everyone else to the log-in and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, make_response, request

from appliance.web import entry
from appliance.web.session import FREE_MARK, load
from commons.web import kept, log, problems
from commons.web.csrf import CHANGING
from commons.web.frame import problem_json, see_other, wants_json
from commons.web.marks import is_open, is_quiet

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


def check() -> ResponseReturnValue | None:
    """None to go on; else the log-in, which leads back to the same page with what was being sent."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.blueprint == "frame" or is_open(view):
        return None
    person = load()
    if person is not None:
        if not person.info.must_change or getattr(view, FREE_MARK, False):
            return None
        return problem_json(problems.of_status(403), 403) if _by_itself(view) else see_other("/password")
    problem = problems.of_status(401)
    if _by_itself(view):
        return problem_json(problem, 401)
    if request.method in CHANGING:
        log.note("session_over")
        return make_response(entry.page(after=_page_of(request.path), form=kept.keep(request)), 401)
    if request.path == "/":
        return see_other("/login")
    return see_other(entry.address(request.full_path.rstrip("?")))


def _by_itself(view: object) -> bool:
    """Whether the page asks, not the person."""
    return wants_json() or bool(request.headers.get("HX-Request")) or is_quiet(view)


def _page_of(path: str) -> str:
    """The page that a form stands on: a file's own page for its verbs."""
    parts = path.split("/")
    return "/".join(parts[:3]) if len(parts) > 3 and parts[1] == "files" else "/"
