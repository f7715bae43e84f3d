"""The post by stick at the district: bags of offices in, answers and deliveries for many offices out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, make_response, render_template, request

from central.hub import reading
from central.hub.stick_work import DistrictSticks
from central.web.session import asked_by_page, this_hub
from commons.stick import StickGone
from commons.stick.plugged import names_plugged
from commons.web.frame import see_other
from commons.web.problems import Problem
from commons.web.stick_words import stick_problem
from commons.web.words import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("stick", __name__, url_prefix="/stick")
ALL = "*"


def plugged() -> list[str]:
    """The names of sticks that are plugged in, for the tabs of every page: one small file is read."""
    return names_plugged(this_hub().sticks)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The sticks, or the one that is being worked on, and for whom it may take post besides."""
    return _page()


@blueprint.get("/now")
@asked_by_page
def now() -> ResponseReturnValue:
    """The same, as the open page asks for it again and again: that is nobody at work."""
    return _page()


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Begin with one stick; a second press while it works changes nothing."""
    known = [row.node for row in reading.offices(this_hub())]
    chosen = request.form.getlist("to")[: len(known) + 1]
    offices = known if ALL in chosen else [node for node in known if node in chosen]
    try:
        _work().begin_round(_chosen(), offices)
    except StickGone as error:
        return make_response(_page(stick_problem(error.code)), 409)
    return see_other("/stick")


@blueprint.post("/out")
def take_out() -> ResponseReturnValue:
    """Take a stick out with which nothing was or is to be done."""
    try:
        _work().take_out(_chosen())
    except StickGone as error:
        return make_response(_page(stick_problem(error.code)), 409)
    return see_other("/stick")


def _chosen() -> str:
    return request.form.get("stick", "")[:200]


def _work() -> DistrictSticks:
    found: DistrictSticks = current_app.extensions["stick_work"]
    return found


def _page(problem: Problem | None = None) -> str:
    work = _work()
    state = work.state()
    busy = state is not None and state.step in ("in", "out", "leaving")
    return render_template(
        "district/stick.html",
        sticks=[] if busy else work.present(),
        state=state,
        busy=busy,
        problem=problem,
        failed=_of_code(state.code) if state is not None and state.step == "failed" else None,
        fault_of=lambda one: stick_problem(one.fault, one.file_system),
        of_code=_of_code,
        offices=reading.offices(this_hub()),
    )


def _of_code(code: str) -> Problem:
    """What is said of a bag or a stick, here where bags of many offices come together."""
    if code == "bag.bad":
        what = gettext("Its bag is torn, and stays on the stick.")
        return Problem(code, what, gettext("Let the office write it again; nothing of it is lost there."))
    if code == "bag.other_district":
        what = gettext("Its bag belongs to another district. It was not opened, and stays on the stick.")
        return Problem(code, what, gettext("Give the stick back to whom it belongs."))
    if code == "keys.cannot-open":
        what = gettext("Its bag is sealed to somebody else, or was changed on the way. It stays on the stick.")
        return Problem(code, what, gettext("Let the office write it again. If that comes back, tell the technician."))
    if code == "stick.full":
        what = gettext("Its bag was not answered: there is no room left on the stick.")
        return Problem(code, what, gettext("Take another stick for this office; what waits for it is kept."))
    return stick_problem(code)
