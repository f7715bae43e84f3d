"""The cover of a file: its facts, their change, the files that belong with it, part and volume, the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, abort, make_response, render_template, request

from appliance.desk import covers, opening, reading, record
from appliance.desk.refused import Refused
from appliance.web.filepage import page_of
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.web import showing
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("covers", __name__, url_prefix="/files/<file>")


class Typed(msgspec.Struct, frozen=True):
    """What the forms of the page hold after a refusal, as typed; None: as the cover has it."""

    subject: str | None = None
    category: str | None = None
    retention: str | None = None
    earlier: str | None = None
    later: str | None = None
    review: str | None = None
    remarks: str = ""
    title: str = ""
    order_number: str = ""
    weed_remarks: str = ""


@blueprint.get("/cover")
def show(file: str) -> ResponseReturnValue:
    """The page; `?find=` offers files to link."""
    return page(file)


@blueprint.post("/cover")
def change(file: str) -> ResponseReturnValue:
    """Write the cover anew."""
    form = request.form
    typed = Typed(*(form.get(name, "") for name in ("subject", "category", "retention", "earlier", "later")))
    wish = covers.Amended(
        form.get("subject", ""),
        form.get("category", ""),
        form.get("retention", ""),
        tuple(form.get("earlier", "").splitlines()),
        tuple(form.get("later", "").splitlines()),
    )
    version = form.get("version", -1, type=int)
    return _do(file, lambda: covers.amend(this_unit(), who().actor, file, wish, version=version), typed)


@blueprint.post("/link")
def link(file: str) -> ResponseReturnValue:
    """Link or attach another file, or end that."""
    other, how = request.form.get("other", ""), request.form.get("how", "")

    def join() -> None:
        if how == "end":
            covers.unlink(this_unit(), who().actor, file, other)
        else:
            covers.link(this_unit(), who().actor, file, other, how)

    return _do(file, join, Typed(), anchor="#together")


@blueprint.post("/beside")
def beside(file: str) -> ResponseReturnValue:
    """Open a part or the next volume; then that file is shown."""
    form = request.form
    typed = Typed(title=form.get("title", ""))
    try:
        made = opening.open_beside(
            this_unit(),
            who().actor,
            file,
            volume=form.get("what") == "volume",
            title=typed.title,
            token=form.get("token", ""),
        )
    except Refused as refused:
        return page(file, problem_of(refused, names(), this_unit().clock.now_ms()), typed)
    return see_other(f"/files/{made}")


@blueprint.post("/record")
def put_in_record(file: str) -> ResponseReturnValue:
    """Put the closed file in the record."""
    typed = _record_form()

    def put() -> None:
        review = _day(typed.review)
        record.put_in_record(
            this_unit(), who().actor, file, retention=typed.retention or "", review=review, remarks=typed.remarks
        )

    return _do(file, put, typed, anchor="#record")


@blueprint.post("/review")
def keep_on(file: str) -> ResponseReturnValue:
    """The recorded file was looked at and is kept."""
    typed = _record_form()
    return _do(
        file,
        lambda: record.keep_on(this_unit(), who().actor, file, review=_day(typed.review), remarks=typed.remarks),
        typed,
        anchor="#record",
    )


def _record_form() -> Typed:
    form = request.form
    return Typed(retention=form.get("retention"), review=form.get("review", ""), remarks=form.get("remarks", ""))


def _day(typed: str | None) -> str:
    day = showing.read_day(typed or "")
    if day is None:
        raise Refused("bad_review")
    return day


def _do(file: str, verb: Callable[[], None], typed: Typed, anchor: str = "") -> ResponseReturnValue:
    try:
        verb()
    except Refused as refused:
        return page(file, problem_of(refused, names(), this_unit().clock.now_ms()), typed)
    return see_other(f"/files/{file}/cover{anchor}")


def page(file: str, problem: Problem | None = None, typed: Typed | None = None) -> ResponseReturnValue:
    """The page, with a refusal in its place and all that was typed."""
    unit, actor = this_unit(), who().actor
    shown = page_of(file)
    try:
        cover = covers.cover_page(unit, actor, file)
    except Refused:
        abort(404)  # a receipt or an opinion has no cover
    words = request.args.get("find", "").strip()
    day = reading.today(unit)
    body = render_template(
        "office/cover.html",
        page=shown,
        cover=cover,
        problem=problem,
        typed=typed or Typed(),
        words=words,
        found=covers.choices(unit, actor, file, words) if "link" in shown.may else [],
        token=opening.new_token(unit),
        usual={one: showing.iso_day(record.usual_review(one, day)) for one in opening.RETENTIONS},
        day=day.isoformat(),
    )
    return make_response(body, 200 if problem is None else 422 if problem.field else 409)
