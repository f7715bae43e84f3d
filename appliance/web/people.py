"""One person of the office, for its administrator: charges, first password, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, make_response, render_template, request

from appliance.desk import accounts, administration
from appliance.desk.days import today
from appliance.desk.refused import Refused
from appliance.web.admin import field, refuse_others, refused_page, told
from appliance.web.names import names
from appliance.web.session import this_unit
from appliance.web.session import who as person
from commons.web import log
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("people", __name__, url_prefix="/office/people")
blueprint.before_request(refuse_others)


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """The form for a new person; with `code` of one not yet confirmed, to correct him."""
    code = request.args.get("code", "")
    found = this_unit().directory().employee(code)
    known = names().is_unconfirmed("employee", code) and found is not None
    typed = {"code": code, "name": found.name, "phone": found.phone or ""} if known and found is not None else {}
    return _form(typed, None, 200)


@blueprint.post("/new")
def add() -> ResponseReturnValue:
    """Add the person, then show him: a charge and a slip are next."""
    try:
        code = administration.add_employee(
            this_unit(),
            person().actor,
            code=field("code"),
            name=field("name"),
            language=field("language") or "hi",
            phone=field("phone"),
        )
    except Refused as refused:
        return _form(request.form, told(refused, "code", "name", "phone"), 422)
    return see_other(f"/office/people/{code}")


@blueprint.get("/<path:employee>")
def show(employee: str) -> ResponseReturnValue:
    """Charges past and present, account and sessions."""
    return _show(employee, None, 200)


@blueprint.post("/slip")
def slip() -> ResponseReturnValue:
    """A new first password, on this page only and never again."""
    unit = this_unit()
    employee = field("employee")
    try:
        made = accounts.make_slip(unit, person().actor, employee)
    except Refused as refused:
        return _refused(employee, refused)
    log.note("slip_made")
    answer = make_response(render_template("office/slip.html", slip=made))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/sessions")
def end_sessions() -> ResponseReturnValue:
    """Log the person out everywhere."""
    employee = field("employee")
    try:
        accounts.end_sessions(this_unit(), person().actor, employee)
    except Refused as refused:
        return _refused(employee, refused)
    log.note("sessions_ended")
    return see_other(f"/office/people/{employee}")


def _refused(employee: str, refused: Refused) -> ResponseReturnValue:
    problem = told(refused)
    if this_unit().directory().employee(employee) is None:
        return refused_page(problem, 422)
    return _show(employee, problem, 409)


def _form(typed: object, problem: Problem | None, status: int) -> ResponseReturnValue:
    return make_response(render_template("office/admin_person_new.html", typed=typed, problem=problem), status)


def _show(employee: str, problem: Problem | None, status: int) -> ResponseReturnValue:
    unit = this_unit()
    directory = unit.directory()
    found = directory.employee(employee)
    if found is None:
        abort(404)
    charges = sorted(
        (charge for charge in directory.directory.charges if charge.employee == employee),
        key=lambda charge: charge.from_date,
        reverse=True,
    )
    page = render_template(
        "office/admin_person.html",
        problem=problem,
        employee=found,
        charges=charges,
        account=accounts.account(unit, employee),
        today=today(unit),
    )
    return make_response(page, status)
