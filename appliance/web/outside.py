"""A file out on paper: the form that sends it, its printed package, the form that takes it back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, abort, g, make_response, render_template, request

from appliance.desk import outside
from appliance.desk.papers import PAPER_BYTES
from appliance.desk.refused import Refused
from appliance.papers.join import Leaf
from appliance.papers.sheets import CoverSlip, file_package
from appliance.web.filepage import page_of
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from appliance.web.sheetpdf import sheet_of
from appliance.web.uploads import MOST, papers_of_form
from commons.documents.held import Source
from commons.documents.values import NotTaken
from commons.papers.errors import PaperDamaged, PaperMissing
from commons.typeset import TypesetError
from commons.web import log, showing
from commons.web.frame import see_other
from commons.web.headers import PAPER_POLICY

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from appliance.desk.values import PaperRow
    from commons.web.problems import Problem

blueprint = Blueprint("outside", __name__, url_prefix="/files/<file>/out")


class Typed(msgspec.Struct, frozen=True):
    """What the forms hold, as typed."""

    to: str = ""
    due: str = ""
    remarks: str = ""


@blueprint.app_template_global("outing_of")
def outing_of(file: str) -> outside.Outing | None:
    """With whom a readable file is on paper now."""
    return outside.outing(this_unit(), who().actor, file)


@blueprint.get("")
def show(file: str) -> ResponseReturnValue:
    """The form that sends it out, or what is out and the form that takes it back."""
    return _page(file)


@blueprint.post("")
def send_out(file: str) -> ResponseReturnValue:
    """Send it out; the page then offers the package for the printer."""
    typed = _read()

    def send() -> None:
        due = showing.read_day(typed.due)
        if due is None:
            raise Refused("bad_due")
        outside.send_out(this_unit(), who().actor, file, to=typed.to, remarks=typed.remarks, due=due)

    return _do(file, send, f"/files/{file}/out")


@blueprint.post("/back")
def come_back(file: str) -> ResponseReturnValue:
    """Take it back with what was written on it."""

    def take() -> None:
        if "back_paper" not in page_of(file).may:
            raise Refused("wrong_state", verb="back_paper", state="")
        outside.come_back(this_unit(), who().actor, file, papers_of_form(), remarks=request.form.get("remarks", ""))

    return _do(file, take, f"/files/{file}#c")


@blueprint.get("/package.pdf")
def package(file: str) -> ResponseReturnValue:
    """Cover slip, note sheet and papers as they were when the file went out, in one PDF for the printer."""
    page = page_of(file)
    out = outing_of(file)
    if out is None:
        abort(404)
    unit = this_unit()
    kept = [paper for paper in page.papers if paper.attached_ms <= out.sent_ms]
    gone = msgspec.structs.replace(page, papers=kept)
    try:
        made = file_package(sheet_of(gone), _slip(out), [_leaf(paper) for paper in kept], at=showing.local(out.sent_ms))
    except (TypesetError, NotTaken, PaperMissing, PaperDamaged) as error:
        log.note("package_not_made", code=getattr(error, "code", type(error).__name__))
        refused = Refused("package_failed")
        return _page(file, problem_of(refused, names(), unit.clock.now_ms()))
    answer = make_response(made)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = 'inline; filename="package.pdf"'
    answer.headers["Content-Security-Policy"] = PAPER_POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _slip(out: outside.Outing) -> CoverSlip:
    hindi = g.language == "hi"
    index = this_unit().directory()
    post = index.post(out.sent_post)
    office = index.office(post.office) if post else None
    lines = [
        *([post.name_hi if hindi else post.name_en] if post else []),
        *([office.name_hi if hindi else office.name_en] if office else []),
    ]
    return CoverSlip(
        sent_from="\n".join(lines),
        sent_to=out.to,
        purpose=out.remarks,
        sent=showing.local(out.sent_ms).date(),
        due=date.fromisoformat(out.due) if out.due else None,
        remarks=out.slip,
        qr=out.slip,
    )


def _leaf(paper: PaperRow) -> Leaf:
    unit = this_unit()

    def read() -> Source:
        return unit.papers.open(bytes.fromhex(paper.sha256))

    return Leaf(paper.name, paper.media_type, read if paper.here else None)


def _read() -> Typed:
    return Typed(*(request.form.get(name, "") for name in Typed.__struct_fields__))


def _do(file: str, verb: Callable[[], None], address: str) -> ResponseReturnValue:
    try:
        verb()
    except Refused as refused:
        return _page(file, problem_of(refused, names(), this_unit().clock.now_ms()), _read())
    return see_other(address)


def _page(file: str, problem: Problem | None = None, typed: Typed | None = None) -> ResponseReturnValue:
    page = page_of(file)
    body = render_template(
        "office/outside.html",
        page=page,
        out=outing_of(file),
        problem=problem,
        typed=typed or Typed(),
        limit_bytes=PAPER_BYTES,
        most=MOST,
    )
    return make_response(body, 200 if problem is None else 422 if problem.field else 409)
