"""Standard phrases: the page on which a post and the office keep theirs, and adding one to a note without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, make_response, render_template, request

from appliance.desk import phrases, verbs
from appliance.desk.refused import Refused
from appliance.web import notetext
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from appliance.web.verbs import do_verb, save_form, typed_note
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("phrases", __name__)
LANGUAGES = (("hi", "हिन्दी"), ("en", "English"))


@blueprint.get("/phrases")
def show() -> ResponseReturnValue:
    """All phrases of the present post, hidden ones too."""
    return _page()


@blueprint.post("/phrases")
def change() -> ResponseReturnValue:
    """Add, change, hide or set back one phrase."""
    form, unit, actor = request.form, this_unit(), who().actor
    key, owner, wish = form.get("key", ""), form.get("owner", ""), form.get("do", "keep")
    try:
        if wish == "back":
            phrases.set_back(unit, actor, key, owner=owner)
        else:
            words = "" if wish == "hide" else form.get("words", "")
            phrases.keep(unit, actor, key, language=form.get("language", ""), words=words, owner=owner)
    except Refused as refused:
        problem = problem_of(refused, names(), unit.clock.now_ms())
        return make_response(_page(problem, "" if key else form.get("words", "")), 422)
    return see_other("/phrases")


@blueprint.post("/files/<file>/phrase")
def append(file: str) -> ResponseReturnValue:
    """Save what the plain field holds with the chosen phrase as a further line."""

    def both() -> None:
        unit, actor = this_unit(), who().actor
        words = phrases.words_of(unit, actor, request.form.get("phrase", ""))
        saved = save_form(file)
        verbs.save_yellow(unit, actor, file, saved.html + notetext.paragraph(words), saved.version)

    return do_verb(file, both, typed_note(), anchor="#note-text")


def _page(problem: Problem | None = None, typed_words: str = "") -> str:
    unit, actor = this_unit(), who().actor
    found = phrases.phrases(unit, actor, hidden=True)
    ordered = sorted(LANGUAGES, key=lambda one: one[0] != g.language)
    return render_template(
        "office/phrases.html",
        languages=[(code, name, [row for row in found if row.language == code]) for code, name in ordered],
        may_office=phrases.may_keep_office(unit, actor),
        problem=problem,
        typed_words=typed_words,
    )
