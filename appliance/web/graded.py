"""The page on a file's grading: who may read it, who has, and the change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request

from appliance.desk import grading, readings, rights
from appliance.desk.refused import Refused
from appliance.web.filepage import page_of
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit
from appliance.web.session import who as person
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("graded", __name__, url_prefix="/files/<file>/grading")


@blueprint.get("")
def show(file: str) -> ResponseReturnValue:
    """Grading, chain and readings."""
    return _page(file)


@blueprint.post("")
def change(file: str) -> ResponseReturnValue:
    """Raise or lower the grading."""
    try:
        grading.regrade(this_unit(), person().actor, file, request.form.get("grading", ""))
    except Refused as refused:
        return _page(file, problem_of(refused, names(), this_unit().clock.now_ms()))
    return see_other(f"/files/{file}/grading")


@blueprint.app_template_global("readings_of")
def readings_of(file: str) -> list[readings.ReadingRow]:
    """Who has read a graded file, for its chain; nothing for others."""
    unit = this_unit()
    return readings.readings(unit, file) if rights.may_read(unit, person().actor, file) else []


def _page(file: str, problem: Problem | None = None) -> ResponseReturnValue:
    page = page_of(file)
    chain = sorted(rights.chain(this_unit(), file))
    body = render_template("office/grading.html", page=page, problem=problem, chain=chain)
    return make_response(body, 409 if problem else 200)
