"""Weeding: the form that stands on the cover of a recorded file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, request

from appliance.desk import record
from appliance.desk.papers import PaperIn
from appliance.desk.refused import Refused
from appliance.web import covers
from appliance.web.filepage import page_of
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from appliance.web.uploads import papers_of_form
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("weeding", __name__, url_prefix="/files/<file>/weed")


@blueprint.post("")
def weed(file: str) -> ResponseReturnValue:
    """Weed the file by the order that comes with the form; then the file is shown with what stays."""
    form = request.form
    page_of(file)
    try:
        record.weed(
            this_unit(), who().actor, file, order=_order(), order_number=form.get("order_number", ""),
            remarks=form.get("weed_remarks", ""), sure="sure" in form,
        )  # fmt: skip
    except Refused as refused:
        typed = covers.Typed(order_number=form.get("order_number", ""), weed_remarks=form.get("weed_remarks", ""))
        problem = problem_of(refused, names(), this_unit().clock.now_ms())
        if problem.field == "remarks":  # the page has those of the review too
            problem = msgspec.structs.replace(problem, field="weed_remarks")
        return covers.page(file, problem, typed)
    return see_other(f"/files/{file}")


def _order() -> PaperIn:
    papers = papers_of_form()
    if not papers:
        raise Refused("weed_no_order")
    return papers[0]
