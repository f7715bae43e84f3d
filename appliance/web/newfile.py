"""Opening a new file, with its first paper at once or later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, make_response, render_template, request

from appliance.desk import verbs
from appliance.desk.papers import PAPER_BYTES
from appliance.desk.values import Refused
from appliance.web.filepage import render
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.web.frame import see_other
from commons.web.language import LANGUAGES, language_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("newfile", __name__)


class Typed(msgspec.Struct, frozen=True):
    """What the form holds, as typed."""

    subject: str = ""
    section: str = ""
    language: str = ""
    priority: int = 0
    grading: str = "normal"


@blueprint.get("/files/new")
def show() -> ResponseReturnValue:
    """The empty form."""
    return _page(Typed())


@blueprint.post("/files/new")
def create() -> ResponseReturnValue:
    """Open the file, then attach the paper if one was chosen; the file stays open if the paper is refused."""
    unit, actor = this_unit(), who().actor
    typed = Typed(
        request.form.get("subject", ""),
        request.form.get("section", ""),
        request.form.get("language", ""),
        request.form.get("priority", 0, type=int),
        request.form.get("grading", "normal"),
    )
    subject = typed.subject.strip()
    try:
        file = verbs.open_file(
            unit,
            actor,
            subject=subject,
            section=typed.section,
            language=typed.language if typed.language in LANGUAGES else language_of(subject),
            priority=min(max(typed.priority, 0), 3),
            grading=typed.grading,
        )
    except Refused as refused:
        return make_response(_page(typed, problem_of(refused, names(), unit.clock.now_ms())), 422)
    paper = request.files.get("paper")
    if paper is not None and paper.filename:
        try:
            verbs.attach(unit, actor, file, name=paper.filename, media_type=paper.mimetype, stream=paper.stream)
        except Refused as refused:
            return render(file, problem=problem_of(refused, names(), unit.clock.now_ms()), status=422)
    return see_other(f"/files/{file}")


def _page(typed: Typed, problem: Problem | None = None) -> str:
    unit = this_unit()
    post = unit.directory().post(who().actor.post)
    return render_template(
        "office/new.html",
        typed=typed,
        problem=problem,
        sections=names().sections_of(post.office) if post else [],
        own_section=(post.section or "") if post else "",
        limit_bytes=PAPER_BYTES,
    )
