"""What is not in its file: the office's own entries, what was decided, and the step by which it is written again."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, abort, g, make_response, render_template, request

from appliance.desk import left_out, restored, say_again
from appliance.desk.days import INDIA
from appliance.desk.refused import Refused
from appliance.desk.rights import require_read
from appliance.desk.writing import sanitise
from appliance.papers import annexe
from appliance.web.filepage import page_of
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.typeset import TypesetError
from commons.web import log, showing
from commons.web.frame import see_other
from commons.web.words import gettext
from protocol import events as ev
from protocol.clock import hlc_ms

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.desk.left_out import Original
    from appliance.store.decided import DecisionRow

blueprint = Blueprint("left_out", __name__)


@blueprint.get("/left-out")
def show() -> ResponseReturnValue:
    """All of this office that the reader may see, by file."""
    return _office()


@blueprint.get("/restored")
def show_restored() -> ResponseReturnValue:
    """After a restore, or while the office is stopped: what came back, what can be written again, what is apart."""
    return _restored()


@blueprint.post("/restored")
def write_all() -> ResponseReturnValue:
    """Write again, in one step, all that the page offered to this post."""
    return _write_own(_restored)


@blueprint.post("/left-out")
def write_own() -> ResponseReturnValue:
    """Write again what the page offered of one file."""
    return _write_own(_office)


@blueprint.post("/files/<file>/again")
def write_decided(file: str) -> ResponseReturnValue:
    """The district has decided that it is written again: by who has the file on his desk."""
    page_of(file)
    form = request.form
    try:
        say_again.decided_replay(this_unit(), who().actor, file, form.get("event", ""), sure="sure" in form)
    except Refused as refused:
        return _asked(file, refused)
    return see_other(f"/files/{file}")


@blueprint.post("/files/<file>/annexe")
def write_annexe(file: str) -> ResponseReturnValue:
    """The district has decided that the originals are annexed: the paper is made here and joins the file."""
    page_of(file)
    unit, actor, event, sure = this_unit(), who().actor, request.form.get("event", ""), "sure" in request.form
    try:
        if not sure:
            return _asked(file, Refused("unconfirmed_again"))
        row, originals = say_again.to_annexe(unit, file, event)
        made = _paper(file, row, originals)
        name = gettext("Entries set aside, %(day)s", day=showing.day(unit.clock.now_ms()))
        say_again.annexe(unit, actor, file, event, f"{name}.pdf", io.BytesIO(made), sure=sure)
    except Refused as refused:
        return _asked(file, refused)
    except TypesetError as error:
        log.note("annexe_not_set", code=error.code)
        abort(503)
    return see_other(f"/files/{file}")


@blueprint.get("/files/<file>/left-out")
def show_file(file: str) -> ResponseReturnValue:
    """Of one file: what of this office is not in it, and what the district asks."""
    return _file(file)


def _write_own(page: object) -> ResponseReturnValue:
    form = request.form
    try:
        hashes = [bytes.fromhex(one) for one in form.getlist("e")]
    except ValueError:
        abort(400)
    try:
        say_again.own(this_unit(), who().actor, hashes, sure="sure" in form)
    except Refused as refused:
        return make_response(_restored(refused) if page is _restored else _office(refused), 422)
    return see_other(request.path)


def _asked(file: str, refused: Refused) -> ResponseReturnValue:
    return make_response(_file(file, refused), 422)


def _office(refused: Refused | None = None) -> str:
    unit, actor = this_unit(), who().actor
    return render_template(
        "office/left_out.html",
        page=None,
        found=left_out.of_office(unit, actor),
        asking=left_out.asking(unit, actor),
        asked=(),
        problem=_problem(refused),
    )


def _file(file: str, refused: Refused | None = None) -> str:
    page = page_of(file)
    unit, actor = this_unit(), who().actor
    require_read(unit, actor, file)
    found = left_out.of_file(unit, actor, file)
    return render_template(
        "office/left_out.html",
        page=page,
        found=[found] if found else [],
        asking=(),
        asked=left_out.asked(unit, actor, file),
        problem=_problem(refused),
    )


def _restored(refused: Refused | None = None) -> str:
    unit, actor = this_unit(), who().actor
    return render_template(
        "office/restored.html",
        page=restored.last(unit, actor),
        found=left_out.of_office(unit, actor),
        problem=_problem(refused),
    )


def _problem(refused: Refused | None) -> object:
    return problem_of(refused, names(), this_unit().clock.now_ms()) if refused else None


def _when(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(INDIA)


def _paper(file: str, row: DecisionRow, originals: list[Original]) -> bytes:
    """The annexe in the reader's language. Raises TypesetError."""
    page, known, unit, actor = page_of(file), names(), this_unit(), who().actor
    now_ms = unit.clock.now_ms()
    return annexe.annexe(
        annexe.Annexe(
            language="en" if g.language == "en" else "hi",
            number=page.number,
            subject=page.subject,
            writer=known.node(originals[0].id.node) if originals else "",
            decided=f"{known.person(row.person)}, {showing.full(hlc_ms(row.hlc))}",
            reason=row.reason,
            added=f"{known.person(actor.employee)}, {known.short_post(actor.post)}, {showing.full(now_ms)}",
            entries=tuple(_shown(one) for one in originals),
        ),
        at=_when(now_ms),
    )


def _shown(one: Original) -> annexe.Shown:
    known, header = names(), one.header
    by = f"{known.person(header.employee)}, {known.post(header.post)}" if header.employee else gettext("the machine")
    html = sanitise(one.body.html) if isinstance(one.body, ev.Note) else ""
    return annexe.Shown(_what(one), html, by, _when(hlc_ms(header.hlc)), str(one.id), one.e.hex())


def _what(one: Original) -> str:
    match one.body:
        case ev.Note():
            return gettext("Note")
        case ev.Attach():
            return gettext("Paper: %(name)s (%(size)s)", name=one.body.name, size=showing.size(one.body.size))
        case ev.Send() | ev.Release():
            return gettext("Sent to %(post)s", post=names().post(one.body.to_post))
        case ev.Receive():
            return gettext("Opened on the desk")
        case _:
            return gettext("Another entry (%(kind)s)", kind=one.header.kind)
