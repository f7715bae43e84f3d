"""Log-in, log-out, choice of language and post."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, current_app, g, make_response, render_template, request

from appliance.desk import people
from appliance.desk.refused import Refused
from appliance.web import session
from appliance.web.names import names
from appliance.web.sentences import problem_of
from commons.web import csrf, kept, language, log, log_in_words
from commons.web.frame import kept_page, see_other
from commons.web.headers import put_cookie
from commons.web.marks import open_to_all
from commons.web.problems import Problem
from commons.web.words import gettext, speaking

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("entry", __name__)


def address(after: str) -> str:
    """The log-in page that leads on to `after`."""
    return f"/login?next={quote(after, safe='/')}" if kept.is_local(after) else "/login"


def page(*, after: str, form: kept.Kept | None = None, employee: str = "", problem: Problem | None = None) -> str:
    """The log-in page; `form` is what was being sent when the session ended, and is offered again after log-in."""
    return render_template(
        "office/practice_roles.html" if current_app.extensions["practice"] else "office/login.html",
        after=after,
        form_text=kept.dump(form) if form else "",
        form=form,
        employee=employee,
        problem=problem,
    )


@blueprint.get("/login")
@open_to_all
def show() -> ResponseReturnValue:
    """The log-in form."""
    after = request.args.get("next", "")
    if g.get("who"):
        return see_other(after if kept.is_local(after) else "/")
    return page(after=after if kept.is_local(after) else "")


@blueprint.post("/login")
@open_to_all
def enter() -> ResponseReturnValue:
    """Check employee code (or mobile) and password, and begin a session."""
    unit = session.this_unit()
    employee = request.form.get("employee", "").strip()
    after = request.form.get("next", "")
    form = kept.load(request.form.get("kept", ""))
    try:
        token = people.log_in(unit, employee, request.form.get("password", ""), request.remote_addr or "")
    except people.LogInRefused as refused:
        log.note("log_in_refused", reason=refused.code)
        problem = refusal(refused)
        status = 429 if refused.code == "throttled" else 403
        answer = make_response(page(after=after, form=form, employee=employee, problem=problem), status)
        if status == 429:
            answer.headers["Retry-After"] = str(refused.values.get("wait_seconds", 60))
        return answer
    return let_in(token, after, form)


def let_in(token: str, after: str, form: kept.Kept | None) -> ResponseReturnValue:
    """Begin the session in the browser and lead on: to what was being sent when the last one ended, or to `after`."""
    log.note("logged_in")
    if form is not None:
        return _go_on(token, form)
    response = make_response(see_other(after if kept.is_local(after) else "/"))
    return session.begin(response, token)


@blueprint.post("/logout")
@session.before_own_password
def leave() -> ResponseReturnValue:
    """End the session on the server too, so that a copied cookie is worth nothing."""
    people.log_out(session.this_unit(), session.who().token)
    log.note("logged_out")
    return session.end(make_response(see_other("/login")))


@blueprint.post("/language")
@open_to_all
def choose_language() -> ResponseReturnValue:
    """Keep the choice with the person, or with the browser before log-in; then back to the page."""
    wish = request.form.get("language", "")
    back = request.form.get("back", "/")
    response = make_response(see_other(back if kept.is_local(back) else "/"))
    if wish in language.LANGUAGES:
        if g.get("who"):
            people.set_language(session.this_unit(), session.who().token, wish)
        put_cookie(response, request, language.COOKIE, wish, max_age_seconds=language.YEAR_SECONDS)
    return response


@blueprint.post("/post")
def choose_post() -> ResponseReturnValue:
    """Act in another of the person's own posts from now on."""
    unit, who = session.this_unit(), session.who()
    try:
        people.choose_post(unit, who.token, request.form.get("post", ""))
    except Refused as refused:
        problem = problem_of(refused, names(), unit.clock.now_ms())
        return make_response(render_template("office/refused.html", problem=problem), 403)
    return see_other("/inbox")


def refusal(refused: people.LogInRefused) -> Problem:
    """What the log-in page says when it does not let in."""
    if refused.code == "throttled":
        return log_in_words.throttled(refused.values)
    if refused.code == "slip_over":
        return Problem(
            "slip_over",
            gettext("This first password is no longer valid."),
            gettext("Ask the administrator of the office for a new slip."),
        )
    if refused.code == "no_post":
        return Problem(
            "no_post",
            gettext("You have no charge of a post in this office now."),
            gettext("Ask the administrator of your office: a missing charge can be added there at once."),
        )
    return log_in_words.wrong(refused.values)


def _go_on(token: str, form: kept.Kept) -> ResponseReturnValue:
    csrf.bind_to(token)
    info = people.session(session.this_unit(), token)
    chosen = info.language if info else g.language
    with speaking(chosen):
        g.language = chosen
        now = gettext("What you typed is below. Look at it and send it again.")
        problem = Problem("logged_in_again", gettext("You are logged in again."), now, tone="ok")
        return session.begin(kept_page(problem, form, 200), token)
