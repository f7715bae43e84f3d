"""A file's drafts: the list, the form in which one is written, its versions and their differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, abort, make_response, render_template, request

from appliance.desk import draft_page, drafts, issuing
from appliance.desk.differences import Piece, differences
from appliance.desk.draft_values import DraftText, VersionRow, Writing, enclosure_of
from appliance.desk.refused import Refused
from appliance.web import draftform, notetext
from appliance.web.filepage import page_of
from appliance.web.letterpdf import make_pdf, shown
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.web import showing
from commons.web.frame import problem_json, see_other, wants_json
from commons.web.words import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.desk.draft_values import LetterFacts
    from commons.web.problems import Problem

blueprint = Blueprint("drafts", __name__, url_prefix="/files/<file>/drafts")
GONE = frozenset({"no_such_draft", "no_such_writing", "no_such_file"})


def told(refused: Refused) -> Problem:
    """The refusal; one that names its field stands beside it."""
    problem = problem_of(refused, names(), this_unit().clock.now_ms())
    where = refused.values.get("field")
    return msgspec.structs.replace(problem, field=where) if isinstance(where, str) else problem


@blueprint.get("")
def overview(file: str) -> ResponseReturnValue:
    """The drafts of the file, what the post is writing, and the ways to begin a new one."""
    return _overview(file, None, 200)


def _overview(file: str, problem: Problem | None, status: int) -> ResponseReturnValue:
    page, unit, actor = page_of(file), this_unit(), who().actor
    body = render_template(
        "office/drafts.html",
        page=page,
        problem=problem,
        drafts=draft_page.drafts_of(unit, actor, file),
        writings=draft_page.writings_of(unit, actor, file),
        starts=draftform.start_choices(),
    )
    return make_response(body, status)


@blueprint.post("/new")
def new(file: str) -> ResponseReturnValue:
    """Begin a draft from a starting text, as an answer to a receipt or not."""
    page = page_of(file)
    text = draftform.begin(page, request.form.get("start", ""), request.form.get("receipt", ""))
    try:
        row = drafts.start(this_unit(), who().actor, file, text)
    except Refused as refused:
        return _overview(file, told(refused), 409)
    return see_other(f"/files/{file}/drafts/writing/{row}")


@blueprint.post("/<int:draft>/revise")
def revise(file: str, draft: int) -> ResponseReturnValue:
    """Begin a further version, or go on with the one begun."""
    page_of(file)
    try:
        row = drafts.revise(this_unit(), who().actor, file, draft)
    except Refused as refused:
        return _overview(file, told(refused), 404 if refused.code in GONE else 409)
    return see_other(f"/files/{file}/drafts/writing/{row}")


@blueprint.get("/writing/<int:row>")
def form(file: str, row: int) -> ResponseReturnValue:
    """The form."""
    return _form(_writing(file, row), None, 200)


@blueprint.post("/writing/<int:row>")
def save(file: str, row: int) -> ResponseReturnValue:
    """Keep what the form holds; our script gets the time and the new version back."""
    typed = _typed(file, row)

    def keep() -> ResponseReturnValue:
        saved = _save(file, row, typed)
        words = gettext("Saved at %(time)s", time=showing.clock(saved.saved_ms))
        return {"version": saved.version, "words": words} if wants_json() else see_other(_address(file, row))

    return _do(file, row, typed, keep)


@blueprint.post("/writing/<int:row>/version")
def version(file: str, row: int) -> ResponseReturnValue:
    """Keep what the form holds and make it the next version."""
    typed = _typed(file, row)

    def both() -> ResponseReturnValue:
        _save(file, row, typed)
        draft = drafts.save_version(this_unit(), who().actor, file, row)
        return see_other(f"/files/{file}/drafts/{draft}")

    return _do(file, row, typed, both)


@blueprint.post("/writing/<int:row>/over")
def over(file: str, row: int) -> ResponseReturnValue:
    """Keep what the form holds, as what follows the version that someone else saved meanwhile."""
    typed = _typed(file, row)

    def both() -> ResponseReturnValue:
        _save(file, row, typed)
        drafts.rebase(this_unit(), who().actor, file, row)
        return see_other(_address(file, row))

    return _do(file, row, typed, both)


@blueprint.post("/writing/<int:row>/preview")
def save_and_preview(file: str, row: int) -> ResponseReturnValue:
    """Keep what the form holds, then show it as a letter."""
    typed = _typed(file, row)

    def both() -> ResponseReturnValue:
        _save(file, row, typed)
        return see_other(f"{_address(file, row)}/preview.pdf")

    return _do(file, row, typed, both)


@blueprint.post("/writing/<int:row>/discard")
def discard(file: str, row: int) -> ResponseReturnValue:
    """Throw away what is being written."""
    page_of(file)
    drafts.discard(this_unit(), who().actor, file, row)
    return see_other(f"/files/{file}/drafts")


@blueprint.get("/writing/<int:row>/preview.pdf")
def writing_pdf(file: str, row: int) -> ResponseReturnValue:
    """What is being written, as a letter with the mark of a draft."""
    kept = _writing(file, row)
    return _pdf(file, lambda: issuing.writing_facts(this_unit(), who().actor, file, kept.id))


@blueprint.get("/<int:draft>/<int:number>/preview.pdf")
def version_pdf(file: str, draft: int, number: int) -> ResponseReturnValue:
    """A version as a letter: before it is issued without a number."""
    page_of(file)
    row = _version(file, draft, number)
    return _pdf(file, lambda: issuing.preview_facts(this_unit(), who().actor, file, row.text, row))


@blueprint.get("/<int:draft>/differences")
def compare(file: str, draft: int) -> ResponseReturnValue:
    """Word by word, what changed from one version to a later one."""
    page = page_of(file)
    try:
        found = draft_page.draft_page(this_unit(), who().actor, file, draft)
    except Refused:
        abort(404)
    last = found.head.version
    new_number = request.args.get("to", last, type=int)
    old_number = request.args.get("from", max(1, new_number - 1), type=int)
    before, after = _version(file, draft, old_number), _version(file, draft, new_number)
    body = render_template(
        "office/draft_differences.html", page=page, draft=found, before=before, after=after,
        parts=parts_of(before.text, after.text),
    )  # fmt: skip
    return make_response(body)


def parts_of(before: DraftText, after: DraftText) -> list[tuple[str, list[Piece]]]:
    """Each part of the draft that is not empty, with its differences; the words of the body without their looks."""
    found = []
    for name in ("title", "to", "reference", "body", "enclosures", "copies"):
        pieces = differences(_words(name, before), _words(name, after))
        if pieces:
            found.append((name, pieces))
    return found


def _words(name: str, text: DraftText) -> str:
    if name == "body":
        return notetext.to_text(text.body)
    if name == "enclosures":
        return "\n".join(enclosure_of(entry)[1] for entry in text.enclosures)
    value = getattr(text, name)
    return value if isinstance(value, str) else "\n".join(value)


def _version(file: str, draft: int, number: int) -> VersionRow:
    versions = draft_page.versions_of(this_unit(), file, draft)
    row = next((row for row in versions if row.version == number), None)
    if row is None:
        abort(404)
    return row


def _writing(file: str, row: int) -> Writing:
    page_of(file)
    try:
        return draft_page.writing_of(this_unit(), who().actor, file, row)
    except Refused:
        abort(404)


def _typed(file: str, row: int) -> DraftText:
    page_of(file)
    try:
        kept = draft_page.writing_of(this_unit(), who().actor, file, row).text
    except Refused:
        kept = DraftText()
    return draftform.read(kept)


def _save(file: str, row: int, typed: DraftText) -> Writing:
    version_seen = request.form.get("version", 0, type=int)
    return drafts.save(this_unit(), who().actor, file, row, typed, version_seen)


def _do(file: str, row: int, typed: DraftText, verb: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Do it; refused: the form with the reason and all that was typed."""
    try:
        return verb()
    except Refused as refused:
        problem = told(refused)
        status = 422 if problem.field else 409
        if wants_json():
            saved = refused.values.get("saved_version")
            return problem_json(problem, status, **({"saved_version": saved} if isinstance(saved, int) else {}))
        if refused.code in GONE:
            return _overview(file, problem, 409)
        kept = _writing(file, row)
        shown_text = msgspec.structs.replace(typed, body=draftform.safe_html(typed))
        return _form(msgspec.structs.replace(kept, text=shown_text), problem, status)


def _form(kept: Writing, problem: Problem | None, status: int) -> ResponseReturnValue:
    page = page_of(kept.file)
    text = kept.text
    body = render_template(
        "office/draft_form.html",
        page=page,
        problem=problem,
        kept=kept,
        text=text,
        starts=draftform.start_choices(),
        to=draftform.entries(text.to),
        copies=draftform.entries(text.copies),
        enclosure_words=draftform.plain_enclosures(text),
        chosen=draftform.chosen_papers(text),
        body_text=notetext.to_text(text.body),
    )
    return make_response(body, status)


def _address(file: str, row: int) -> str:
    return f"/files/{file}/drafts/writing/{row}"


def _pdf(file: str, facts: Callable[[], LetterFacts]) -> ResponseReturnValue:
    try:
        return shown(make_pdf(facts()), "draft.pdf")
    except Refused as refused:
        return _overview(file, told(refused), 503 if refused.code == "letter_not_set" else 409)
