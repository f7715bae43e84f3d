"""The small answers that pages ask for by themselves: the line bar, and whether the process is alive."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, make_response, render_template, request
from markupsafe import Markup

from appliance.desk import reading
from appliance.web.session import Who, before_own_password, this_unit
from commons.web.marks import asked_by_page, open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("live", __name__)
ROWS_CHANGED = "pv-rows"
"""Event that the page's list and rail wait for; see templates/office/base.html."""


def seen_mark(markup: str) -> str:
    """Eight hex digits of what the bar shows now, so that an unchanged one is not sent again."""
    return hashlib.sha256(markup.encode()).hexdigest()[:8]


@blueprint.get("/line")
@before_own_password
@asked_by_page
def line() -> ResponseReturnValue:
    """The line bar, if it or anything at this office has changed since `since` and `seen`; else 204."""
    unit = this_unit()
    since = request.args.get("since", 0, type=int)
    mark, changed = reading.notices(unit, since)
    inner = render_template("office/line_words.html")
    seen = seen_mark(inner)
    if not changed and seen == request.args.get("seen"):
        return Response(status=204)
    answer = make_response(render_template("office/line.html", inner=inner, seen=seen, mark=mark))
    if changed:
        answer.headers["HX-Trigger"] = ROWS_CHANGED
    return answer


@blueprint.get("/healthz")
@open_to_all
@asked_by_page
def healthz() -> ResponseReturnValue:
    """Whether the node is open and its database answers."""
    unit = this_unit()
    state = reading.line_state(unit)
    return {"node": unit.node, "alive": True, "stopped": state.stopped}


@blueprint.app_template_global("line_bar")
def line_bar() -> Markup:
    """The line bar as a page shows it first; it renews itself only for someone logged in."""
    found: Who | None = g.get("who")
    inner = render_template("office/line_words.html")
    mark = reading.notices(this_unit(), 0)[0] if found else 0
    bar = render_template("office/line.html", inner=inner, seen=seen_mark(inner), mark=mark)
    return Markup(bar)  # noqa: S704  written by our own template, which escapes
