"""Lists of files that have left the desks: out on paper, in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from appliance.desk import outside, record
from appliance.web.session import this_unit, who

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("shelves", __name__)
PAGE_ROWS = 200


@blueprint.get("/out")
def out() -> ResponseReturnValue:
    """Files of the office that are out on paper."""
    rows = outside.files_out(this_unit(), who().actor, limit=PAGE_ROWS)
    return render_template("office/out_list.html", rows=rows, full=len(rows) == PAGE_ROWS)


@blueprint.get("/record")
def recorded() -> ResponseReturnValue:
    """Files in the record; `?which=due` those whose day of review has come."""
    due = request.args.get("which") == "due"
    rows = record.recorded(this_unit(), who().actor, due=due, limit=PAGE_ROWS)
    return render_template("office/record_list.html", rows=rows, due=due, full=len(rows) == PAGE_ROWS)


@blueprint.app_template_global("count_out")
def count_out() -> int:
    """For the rail: how many files of the present post are out."""
    return outside.count_out(this_unit(), who().actor.post)
