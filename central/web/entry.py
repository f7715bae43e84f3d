"""Log-in, log-out and choice of language at the district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, make_response, render_template, request

from central import people
from central.web import session
from commons.web import kept, language, log, log_in_words
from commons.web.frame import see_other
from commons.web.headers import put_cookie
from commons.web.marks import open_to_all
from commons.web.problems import Problem
from commons.web.words import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("entry", __name__)


@blueprint.get("/login")
@open_to_all
def show() -> ResponseReturnValue:
    """The log-in form."""
    after = request.args.get("next", "")
    after = after if kept.is_local(after) else ""
    if g.get("who"):
        return see_other(after or "/")
    return render_template("district/login.html", after=after, employee="", problem=None)


@blueprint.post("/login")
@open_to_all
def enter() -> ResponseReturnValue:
    """Check employee code and password, and begin a session."""
    employee = request.form.get("employee", "").strip()
    after = request.form.get("next", "")
    after = after if kept.is_local(after) else ""
    try:
        token = people.log_in(session.this_hub(), employee, request.form.get("password", ""), request.remote_addr or "")
    except people.LogInRefused as refused:
        log.note("log_in_refused", reason=refused.code)
        throttled = refused.code == "throttled"
        page = render_template("district/login.html", after=after, employee=employee, problem=refusal(refused))
        answer = make_response(page, 429 if throttled else 403)
        if throttled:
            answer.headers["Retry-After"] = str(refused.values.get("wait_seconds", 60))
        return answer
    log.note("logged_in")
    return session.begin(make_response(see_other(after or "/")), token)


@blueprint.post("/logout")
def leave() -> ResponseReturnValue:
    """End the session on the server too."""
    found = session.load()
    if found:
        people.log_out(session.this_hub(), found.token)
    return session.end(make_response(see_other("/login")))


@blueprint.post("/language")
@open_to_all
def choose_language() -> ResponseReturnValue:
    """Keep the choice with the person, or with the browser before log-in; then back to the page."""
    wish, back = request.form.get("language", ""), request.form.get("back", "/")
    response = make_response(see_other(back if kept.is_local(back) else "/"))
    if wish in language.LANGUAGES:
        found = session.load()
        if found:
            people.set_language(session.this_hub(), found.token, wish)
        put_cookie(response, request, language.COOKIE, wish, max_age_seconds=language.YEAR_SECONDS)
    return response


def refusal(refused: people.LogInRefused) -> Problem:
    """What the log-in page says when it does not let in."""
    if refused.code == "throttled":
        return log_in_words.throttled(refused.values)
    if refused.code == "no_post":
        return Problem(
            "no_post",
            gettext("These screens are not open to your post."),
            gettext("Ask the district's administrator if your work needs them."),
        )
    return log_in_words.wrong(refused.values)
