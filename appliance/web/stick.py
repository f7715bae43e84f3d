"""The post by stick: which are plugged in, what one takes and brings, how far it is, when it may be pulled out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, make_response, render_template, request

from appliance.desk import reading
from appliance.desk.refused import Refused
from appliance.link.stick_work import StickWork
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import asked_by_page, this_unit
from commons.stick import StickGone
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.store.unit import Unit
    from commons.web.problems import Problem

blueprint = Blueprint("stick", __name__, url_prefix="/stick")


def work_of(unit: Unit) -> StickWork:
    """For the application to keep."""
    return StickWork(unit, Path(unit.settings.sticks))


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
        _work().begin(request.form.get("stick", "")[:200])
    except StickGone as error:
        return make_response(_page(_problem(error.code)), 409)
    return see_other("/stick")


def _work() -> StickWork:
    found: StickWork = current_app.extensions["stick_work"]
    return found


def _problem(code: str) -> Problem:
    return problem_of(Refused(code), names(), this_unit().clock.now_ms())


def _page(problem: Problem | None = None) -> str:
    work = _work()
    state = work.state()
    busy = state is not None and state.step in ("in", "out")
    failed = _problem(state.code) if state is not None and state.step == "failed" else None
    refused = [_problem(code) for code in state.came.refused] if state is not None and state.came else []
    return render_template(
        "office/stick.html",
        sticks=[] if busy else work.present(),
        state=state,
        busy=busy,
        problem=problem,
        failed=failed,
        refused=refused,
        fault_of=_problem,
        waiting=reading.line_state(this_unit()),
    )
