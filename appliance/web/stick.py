"""The post by stick: which are plugged in, what one takes and brings, how far it is, when it may be pulled out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, make_response, render_template, request

from appliance.desk import reading
from appliance.desk.refused import Refused
from appliance.link.stick_work import OfficeSticks
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import asked_by_page, this_unit
from commons.stick import StickGone
from commons.stick.plugged import names_plugged
from commons.web.frame import see_other
from commons.web.stick_words import stick_problem

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.store.unit import Unit
    from commons.web.problems import Problem

blueprint = Blueprint("stick", __name__, url_prefix="/stick")


def work_of(unit: Unit) -> OfficeSticks:
    """For the application to keep."""
    return OfficeSticks(unit, Path(unit.settings.sticks))


def plugged() -> list[str]:
    """The names of sticks that are plugged in, for the line bar of every page: one small file is read."""
    return names_plugged(Path(this_unit().settings.sticks))


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The sticks, or the one that is being worked on."""
    return _page()


@blueprint.get("/now")
@asked_by_page
def now() -> ResponseReturnValue:
    """The same, as the open page asks for it again and again: that is nobody at work."""
    return _page()


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Begin with one stick; a second press while it works changes nothing."""
    try:
        _work().begin_round(_chosen())
    except StickGone as error:
        return make_response(_page(_problem(error.code)), 409)
    return see_other("/stick")


@blueprint.post("/out")
def take_out() -> ResponseReturnValue:
    """Take a stick out with which nothing was or is to be done."""
    try:
        _work().take_out(_chosen())
    except StickGone as error:
        return make_response(_page(_problem(error.code)), 409)
    return see_other("/stick")


def _chosen() -> str:
    return request.form.get("stick", "")[:200]


def _work() -> OfficeSticks:
    found: OfficeSticks = current_app.extensions["stick_work"]
    return found


def _problem(code: str, file_system: str = "") -> Problem:
    if code.startswith("stick."):
        return stick_problem(code, file_system)
    return problem_of(Refused(code), names(), this_unit().clock.now_ms())


def _page(problem: Problem | None = None) -> str:
    work = _work()
    state = work.state()
    busy = state is not None and state.step in ("in", "out", "leaving")
    failed = _problem(state.code) if state is not None and state.step == "failed" else None
    refused = [_problem(code) for code in state.result.came.refused] if state is not None and state.result else []
    return render_template(
        "office/stick.html",
        sticks=[] if busy else work.present(),
        state=state,
        busy=busy,
        problem=problem,
        failed=failed,
        refused=refused,
        fault_of=lambda one: _problem(one.fault, one.file_system),
        waiting=reading.line_state(this_unit()),
    )
