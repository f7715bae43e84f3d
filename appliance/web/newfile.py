"""Opening a new file, with its first paper at once or later; taking over one of paper or of the state portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, g, make_response, render_template, request

from appliance.desk import administration, heads, opening, verbs
from appliance.desk.papers import PAPER_BYTES
from appliance.desk.refused import Refused
from appliance.web.filepage import render
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from appliance.web.uploads import papers_of_form
from commons.web import showing
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
    head: str = ""
    own_number: str = ""
    category: str = ""
    earlier: str = ""
    retention: str = ""
    opened: str = ""
    source: str = "paper"
    token: str = ""


class HeadChoice(msgspec.Struct, frozen=True):
    """A head as a choice: its name in the reader's language, within its basic head."""

    path: str
    name: str
    level: int
    closed: bool


def head_groups(*, closed: bool = False) -> list[tuple[HeadChoice, list[HeadChoice]]]:
    """The office's heads: each basic one and all below it."""
    unit = this_unit()
    groups: list[tuple[HeadChoice, list[HeadChoice]]] = []
    for head in heads.heads(unit, heads.office_of(unit, who().actor), closed=closed):
        name = head.name_hi if g.language == "hi" else head.name_en
        choice = HeadChoice(head.path, name, head.level, head.closed)
        if head.level == 1 or not groups:
            groups.append((choice, []))
        else:
            groups[-1][1].append(choice)
    return groups


@blueprint.get("/files/new")
def show() -> ResponseReturnValue:
    """The empty form."""
    return _page("office/new.html", Typed(token=opening.new_token(this_unit())))


@blueprint.post("/files/new")
def create() -> ResponseReturnValue:
    """Open the file, then attach the paper if one was chosen; the file stays open if the paper is refused."""
    unit, actor = this_unit(), who().actor
    typed = _read()
    fresh = not _known(typed.token)
    try:
        file = opening.open_file(unit, actor, _cover(typed), token=typed.token)
    except Refused as refused:
        return make_response(_page("office/new.html", typed, problem_of(refused, names(), unit.clock.now_ms())), 422)
    paper = request.files.get("paper")
    if fresh and paper is not None and paper.filename:
        try:
            verbs.attach(unit, actor, file, name=paper.filename, media_type=paper.mimetype, stream=paper.stream)
        except Refused as refused:
            return render(file, problem=problem_of(refused, names(), unit.clock.now_ms()), status=422)
    return see_other(f"/files/{file}")


@blueprint.get("/files/take-over")
def show_take_over() -> ResponseReturnValue:
    """The empty form for a file that exists already."""
    return _page("office/take_over.html", Typed(token=opening.new_token(this_unit())))


@blueprint.post("/files/take-over")
def take_over() -> ResponseReturnValue:
    """Take the file over with its scans; its number stays."""
    unit, actor = this_unit(), who().actor
    typed = _read()
    try:
        file = opening.take_over(
            unit,
            actor,
            _cover(typed),
            papers_of_form(),
            opened=_day(typed.opened),
            portal=typed.source == "portal",
            token=typed.token,
        )
    except Refused as refused:
        problem = problem_of(refused, names(), unit.clock.now_ms())
        return make_response(_page("office/take_over.html", typed, problem), 422)
    return see_other(f"/files/{file}")


def _day(typed: str) -> str:
    day = showing.read_day(typed)
    if day is None:
        raise Refused("bad_opened")
    return day


def _known(token: str) -> bool:
    return opening.opened_before(this_unit(), who().actor, token) != ""


def _read() -> Typed:
    form = request.form
    return Typed(
        **{
            name: form.get(name, getattr(Typed(), name))
            for name in Typed.__struct_fields__
            if name not in ("priority", "subject")
        },
        subject=form.get("subject", ""),
        priority=form.get("priority", 0, type=int),
    )


def _cover(typed: Typed) -> opening.Cover:
    subject = typed.subject.strip()
    return opening.Cover(
        title=subject,
        section=typed.section,
        language=typed.language if typed.language in LANGUAGES else language_of(subject),
        priority=typed.priority,
        grading=typed.grading,
        head=typed.head,
        own_number=typed.own_number,
        category=typed.category,
        earlier=tuple(typed.earlier.splitlines()),
        retention=typed.retention,
    )


def _page(template: str, typed: Typed, problem: Problem | None = None) -> str:
    unit = this_unit()
    post = unit.directory().post(who().actor.post)
    return render_template(
        template,
        typed=typed,
        problem=problem,
        sections=names().sections_of(post.office) if post else [],
        own_section=(post.section or "") if post else "",
        heads=head_groups(),
        may_keep_heads=administration.is_administrator(unit, who().actor),
        limit_bytes=PAPER_BYTES,
    )
