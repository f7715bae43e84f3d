"""The form by which a senior draws a file to his own desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from appliance.desk import pull_up
from appliance.desk.refused import Refused
from appliance.web.filepage import Typed, page_of, render
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.web import log
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("pull_up", __name__)


@blueprint.post("/files/<file>/pull-up")
def draw(file: str) -> ResponseReturnValue:
    """At once within the office; else a request, on which the district rules."""
    unit = this_unit()
    reason = request.form.get("pull_reason", "")
    try:
        outcome = pull_up.pull_up(unit, who().actor, file, reason)
    except Refused as refused:
        if refused.code == "no_such_file":
            page_of(file)  # answers 404 when it is so
        problem = problem_of(refused, names(), unit.clock.now_ms())
        return render(file, problem=problem, typed=Typed(reason=reason), status=422 if problem.field else 409)
    log.note("pull_up", at_once=outcome is pull_up.PullUp.DRAWN)
    return see_other(f"/files/{file}")
