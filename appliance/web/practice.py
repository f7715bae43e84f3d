"""The practice office: a role by one click, and the sample put back. Registered in a practice office alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, g, make_response, render_template, request

from appliance.desk import people
from appliance.practice.values import Practice, Progress
from appliance.web import entry, session
from commons.web import kept, log
from commons.web.frame import see_other
from commons.web.marks import open_to_all
from commons.web.problems import Problem
from commons.web.words import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("practice", __name__, url_prefix="/practice")
AGAIN_SECONDS = "1"


def room() -> Practice:
    """The practice office of this application."""
    found: Practice = current_app.extensions["practice"]
    return found


@blueprint.post("/enter")
@open_to_all
def enter() -> ResponseReturnValue:
    """Log in as the chosen role, in the language of the page."""
    unit = session.this_unit()
    employee, after = request.form.get("employee", ""), request.form.get("next", "")
    form = kept.load(request.form.get("kept", ""))
    if employee not in {role.employee for role in room().roles}:
        return make_response(entry.page(after=after, form=form, problem=_no_such_role()), 422)
    try:
        token = people.log_in(unit, employee, room().password, request.remote_addr or "")
    except people.LogInRefused as refused:
        return make_response(entry.page(after=after, form=form, problem=entry.refusal(refused)), 403)
    people.set_language(unit, token, g.language)
    return entry.let_in(token, after, form)


@blueprint.get("/reset")
@open_to_all
def confirm() -> ResponseReturnValue:
    """What putting back means, and the button."""
    return render_template("office/practice_reset.html", progress=None)


@blueprint.post("/reset")
@open_to_all
def reset() -> ResponseReturnValue:
    """Begin, and show how far it is."""
    log.note("practice_reset")
    room().begin_reset()
    return see_other("/practice/progress")


@blueprint.get("/progress")
@open_to_all
def show_progress() -> ResponseReturnValue:
    """How far it is; asks again by itself, and ends at the choice of roles."""
    progress = room().progress()
    if progress is None:
        return see_other("/login")
    page = render_template("office/practice_reset.html", progress=progress, words=_words(progress))
    answer = make_response(page)
    answer.headers["Refresh"] = AGAIN_SECONDS
    return answer


@blueprint.app_template_global("failed_problem")
def failed_problem() -> Problem:
    """The last reset came to nothing."""
    return Problem(
        "reset_failed",
        gettext("The sample could not be put back. What was here before is still here."),
        gettext("Try again; if it fails again, tell the technician."),
    )


def _no_such_role() -> Problem:
    return Problem("no_such_role", gettext("There is no such role."), gettext("Choose one of those below."))


def _words(progress: Progress) -> str:
    steps = {
        "keys": gettext("A new, empty practice office is made."),
        "people": gettext("The people of the practice office come in."),
        "ready": gettext("The sample is ready."),
    }
    work = gettext("Letters and files are laid out: %(done)s of %(total)s.", done=progress.done, total=progress.total)
    return steps.get(progress.step, work)
