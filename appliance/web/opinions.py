"""Asking opinions on a file, and what becomes of each: answer, admit, take back, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, abort, make_response, render_template, request

from appliance.desk import opinion_page, opinions, reading
from appliance.desk.refused import Refused
from appliance.desk.rights import require_read
from appliance.desk.values import PullBack
from appliance.web import notetext
from appliance.web.filepage import Typed, choices_for, page_of
from appliance.web.names import names
from appliance.web.notesheet import words_on_hand
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from appliance.web.verbs import do_verb, save_form, typed_note
from commons.web import log, showing
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("opinions", __name__, url_prefix="/files/<file>")


class Asked(msgspec.Struct, frozen=True):
    """What the form of a question holds, as typed."""

    posts: list[str] = []
    papers: list[str] = []
    question: str = ""
    due: str = ""


@blueprint.get("/opinions/new")
def show(file: str) -> ResponseReturnValue:
    """The empty form; the paper under consideration goes along unless it is unticked."""
    page = page_of(file)
    if page.sort != "file":
        abort(404)
    considered = {row.first_page for row in page.enclosed if row.under_consideration and row.first_page}
    papers = [row.sha256 for row in page.papers if row.first_page in considered]
    return _form(file, Asked(papers=papers))


@blueprint.post("/opinions/new")
def ask(file: str) -> ResponseReturnValue:
    """Ask each of the chosen posts."""
    form = request.form
    html = form.get("html")
    question = html if html is not None else notetext.to_html(form.get("text", ""))
    typed = Asked(form.getlist("post"), form.getlist("paper"), notetext.safe(question), form.get("due", ""))
    unit = this_unit()
    try:
        found = opinions.ask(
            unit, who().actor, file, posts=typed.posts, question=question, due=_day(typed.due), papers=typed.papers
        )
    except Refused as refused:
        page_of(file)
        problem = problem_of(refused, names(), unit.clock.now_ms())
        if refused.code in {"no_such_post", "same_post"}:
            problem = msgspec.structs.replace(problem, field="posts")
        return _form(file, typed, problem)
    log.note("opinions_asked", posts=len(found))
    return see_other(f"/files/{file}#opinions")


def _day(typed: str) -> str:
    day = showing.read_day(typed)
    if day is None:
        raise Refused("bad_due")
    return day


def _form(file: str, typed: Asked, problem: Problem | None = None) -> ResponseReturnValue:
    unit, actor, page = this_unit(), who().actor, page_of(file)
    require_read(unit, actor, file)
    found = [choice for choice in reading.post_choices(unit) if choice.code != actor.post]
    rows = opinion_page.asked(unit, actor, file)
    answer = render_template(
        "office/ask.html",
        page=page,
        typed=typed,
        problem=problem,
        choices=choices_for(page, found, who().info.language, limit=len(found)),
        waiting={row.to_post for row in rows if row.state in {opinion_page.ASKED, opinion_page.OPENED}},
        question_html=typed.question,
        question_text=notetext.to_text(typed.question),
        **words_on_hand(unit, actor, page),
    )
    status = 200 if problem is None else 422 if problem.field else 409
    return make_response(answer, status)


@blueprint.post("/answer")
def answer(file: str) -> ResponseReturnValue:
    """Save what the form holds, make it the answer, and return the opinion."""

    def give() -> None:
        if "text" in request.form or "html" in request.form:
            save_form(file)
        opinions.answer(this_unit(), who().actor, file)

    return do_verb(file, give, typed_note(), to="/inbox")


@blueprint.post("/admit")
def admit(file: str) -> ResponseReturnValue:
    """Take the answer into the note sheet of its file."""
    within = page_of(file).within
    first = 0

    def take() -> None:
        nonlocal first
        first = opinions.admit(this_unit(), who().actor, file)

    return do_verb(file, take, Typed(), to=lambda: f"/files/{within}#p{first}")


@blueprint.post("/recall")
def recall(file: str) -> ResponseReturnValue:
    """Take a question back that nobody has opened."""
    within = page_of(file).within

    def take() -> None:
        outcome = opinions.recall(this_unit(), who().actor, file)
        log.note("opinion_recalled", at_once=outcome is PullBack.TAKEN_BACK)

    return do_verb(file, take, Typed(), to=f"/files/{within}#opinions")


@blueprint.post("/drop")
def drop(file: str) -> ResponseReturnValue:
    """End an opinion without taking it up."""
    reason = request.form.get("reason", "")
    return do_verb(
        file, lambda: opinions.drop(this_unit(), who().actor, file, reason), Typed(reason=reason), to="/inbox"
    )
