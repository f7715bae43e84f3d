"""A person's own password, and the end of his sessions on other computers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request

from appliance.desk import accounts
from appliance.desk.people import LogInRefused
from appliance.desk.refused import Refused
from appliance.web import entry, session
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import before_own_password, this_unit
from appliance.web.session import who as person
from commons.web import log
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("password", __name__, url_prefix="/password")


@blueprint.get("")
@before_own_password
def show() -> ResponseReturnValue:
    """The form; after log-in with a slip nothing else is open."""
    return _page(None, 200)


@blueprint.post("")
@before_own_password
def change() -> ResponseReturnValue:
    """Take the new password; all other sessions of the person end."""
    unit, employee = this_unit(), person().info.employee
    form = request.form
    try:
        token = accounts.change_password(
            unit,
            employee,
            old=form.get("old", ""),
            new=form.get("new", ""),
            again=form.get("again", ""),
            source=request.remote_addr or "",
        )
    except LogInRefused as refused:
        return _page(entry.refusal(refused), 429)
    except Refused as refused:
        return _page(problem_of(refused, names(), unit.clock.now_ms()), 422)
    log.note("password_changed")
    return session.begin(make_response(see_other("/inbox")), token)


@blueprint.post("/sessions")
def end_sessions() -> ResponseReturnValue:
    """Log the person out everywhere, here too."""
    accounts.end_sessions(this_unit(), person().actor, person().info.employee)
    log.note("sessions_ended")
    return session.end(make_response(see_other("/login")))


def _page(problem: Problem | None, status: int) -> ResponseReturnValue:
    forced = person().info.must_change
    page = render_template("office/password.html", problem=problem, forced=forced, least=accounts.LEAST_CHARS)
    return make_response(page, status)
