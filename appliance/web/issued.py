"""The list of issued letters of the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from appliance.desk import draft_page
from appliance.web.session import this_unit, who

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("issued", __name__)


@blueprint.get("/issued")
def show() -> ResponseReturnValue:
    """Newest first; by number, subject or addressee."""
    words = request.args.get("q", "")[:200]
    before = max(0, min(request.args.get("before", 0, type=int), 1 << 45))
    rows = draft_page.issued(this_unit(), who().actor, words=words, before_ms=before)
    more = rows[-1].issued_ms if len(rows) == draft_page.MOST_ROWS else 0
    return render_template("office/issued.html", rows=rows, words=words, more=more)
