"""Registers and reports: the index, each register on the screen, and as CSV, XLSX and PDF."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, abort, g, make_response, render_template, request

from appliance.desk import register_sums
from appliance.desk.days import today
from appliance.desk.register_values import BUCKETS, STATES, Asked, month_after, month_start
from appliance.web import register_list
from appliance.web.names import names
from appliance.web.register_list import REGISTERS, Register
from appliance.web.register_sheets import Terms
from appliance.web.register_words import age_word, sort_word
from appliance.web.session import this_unit, who
from commons.tables import Table, csv_bytes, pdf_bytes, xlsx_bytes
from commons.typeset import TypesetError
from commons.web import log, showing
from commons.web.problems import Problem
from commons.web.showing import local, number
from commons.web.words import gettext
from protocol.folding import MAX_QUERY

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("registers", __name__, url_prefix="/registers")

PAGE_ROWS = 100
SORTS = ("file", "receipt", "opinion", "letter")


class Form(NamedTuple):
    """A form that a register is taken away in, with the most rows that it holds."""

    media_type: str
    most_rows: int


FORMS = {
    "csv": Form("text/csv; charset=utf-8", 100_000),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 20_000),
    "pdf": Form("application/pdf", 3_000),
}


@blueprint.get("")
def index() -> ResponseReturnValue:
    """All registers with one line each, and how much is in those that are to be worked off."""
    figures = register_sums.figures(this_unit(), who().actor)
    return render_template(
        "office/registers.html",
        groups=register_list.GROUPS,
        title=register_list.title,
        purpose=register_list.purpose,
        figures=figures,
        most=max((figure.count for figure in figures.values()), default=0),
    )


@blueprint.get("/<register>")
def show(register: str) -> ResponseReturnValue:
    """One page of a register."""
    found = _register(register)
    asked, wrong = _asked(found)
    return _page(found, asked, wrong)


@blueprint.get("/<register>/<form>")
def take(register: str, form: str) -> ResponseReturnValue:
    """All rows of a register in one of `FORMS`; a page that says why and what else, when there are too many."""
    found = _register(register)
    kind = FORMS.get(form)
    if kind is None:
        abort(404)
    asked, wrong = _asked(found)
    if wrong:
        return _page(found, asked, wrong)
    unit = this_unit()
    sheet, total = found.pull(unit, who().actor, asked, _terms(), kind.most_rows, 0)
    if total > kind.most_rows:
        return _page(found, asked, [], _too_many(form, kind.most_rows, total))
    try:
        body = _written(form, sheet.table)
    except TypesetError as error:
        return _page(found, asked, [], _not_printed(error))
    log.note("register_taken", register=register, form=form, rows=total)
    answer = Response(body, mimetype=kind.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(found, asked)}.{form}"'
    return answer


def _written(form: str, table: Table) -> bytes:
    at = local(this_unit().clock.now_ms())
    if form == "csv":
        return csv_bytes(table)
    if form == "xlsx":
        return xlsx_bytes(table, at=at)
    language: Literal["hi", "en"] = "hi" if g.language == "hi" else "en"
    return pdf_bytes(table, office=names().node(this_unit().node), language=language, at=at)


def _file_name(found: Register, asked: Asked) -> str:
    days = [day for day in (asked.since, asked.until) if day] or [today(this_unit()).isoformat()]
    return "_".join([found.key, *days])


def _too_many(form: str, most: int, total: int) -> Problem:
    what = gettext(
        "%(form)s holds at most %(most)s rows, and here are %(total)s.",
        form=form.upper(), most=number(most), total=number(total),
    )  # fmt: skip
    now = gettext("Choose a shorter period, or narrow the register by section, post or words.")
    if form == "pdf":
        now = gettext("Take it as CSV or XLSX, or choose a shorter period.")
    return Problem("too_many_rows", what, now, "", "warn")


def _not_printed(error: TypesetError) -> Problem:
    if error.code == "typeset.busy":
        now = gettext("Other papers are being made just now. Try again in a minute.")
    elif error.code == "typeset.too_long":
        now = gettext("Take it as CSV or XLSX, or choose a shorter period.")
    else:
        now = gettext("Take it as CSV or XLSX, and tell the technician.")
    return Problem(error.code, gettext("The PDF could not be made."), now, "", "warn")


def _register(key: str) -> Register:
    found = REGISTERS.get(key)
    if found is None:
        abort(404)
    return found


def _terms() -> Terms:
    return Terms(names(), today(this_unit()))


def _asked(found: Register) -> tuple[Asked, list[str]]:
    """What the form asks, with what stands where nothing was asked; and the names of fields with no day in them."""
    given, wrong = dict[str, str](), list[str]()
    begin = _begin(found)
    for name in Asked.__struct_fields__:
        if name not in found.fields:
            continue
        value = request.args.get(name, begin.get(name, "")).strip()[:MAX_QUERY]
        if name in ("since", "until"):
            day = showing.read_day(value)
            if day is None:
                wrong.append(name)
            value = day or ""
        given[name] = value
    since, until = given.get("since", ""), given.get("until", "")
    if since and until and since > until:
        wrong.append("order")
        given["since"] = given["until"] = ""
    if given.get("sort") not in SORTS:
        given.pop("sort", None)
    if given.get("bucket") not in {str(place) for place in range(len(BUCKETS))}:
        given.pop("bucket", None)
    if given.get("state") not in STATES:
        given.pop("state", None)
    return Asked(**given), wrong


def _begin(found: Register) -> dict[str, str]:
    day = today(this_unit())
    begin = {"post": who().actor.post} if found.own_post else {}
    if found.starts == "month":
        return begin | {"since": month_start(day).isoformat(), "until": day.isoformat()}
    if found.starts == "open":
        last: date = month_after(month_start(day)) - timedelta(days=1)
        return begin | {"until": last.isoformat()}
    return begin


def _page(found: Register, asked: Asked, wrong: list[str], problem: Problem | None = None) -> Response:
    unit = this_unit()
    place = max(request.args.get("page", 1, type=int), 1)
    sheet, total = found.pull(unit, who().actor, asked, _terms(), PAGE_ROWS, (place - 1) * PAGE_ROWS)
    pages = max(-(-total // PAGE_ROWS), 1)
    text = render_template(
        "office/register.html",
        register=found,
        purpose=register_list.purpose(found.key),
        asked=asked,
        wrong=wrong,
        problem=problem,
        sheet=sheet,
        total=total,
        place=place,
        pages=pages if len(sheet.rows) <= PAGE_ROWS + 1 else 1,
        posts=_posts(asked.post),
        sections=_sections(),
        sorts=[(sort, sort_word(sort)) for sort in SORTS],
        ages=[(str(at), age_word(first, last)) for at, (first, last) in enumerate(BUCKETS)],
        address=lambda page: _address(f"/registers/{found.key}", asked, found, page),
        forms=[(form, _address(f"/registers/{found.key}/{form}", asked, found, 1)) for form in FORMS],
    )
    return make_response(text, 422 if wrong or problem else 200)


def _posts(chosen: str) -> list[tuple[str, str]]:
    directory = this_unit().directory()
    here = [post.code for post in directory.directory.posts if directory.node_of_post(post.code) == this_unit().node]
    return [(code, names().post(code)) for code in dict.fromkeys([*here, *([chosen] if chosen else [])])]


def _sections() -> list[tuple[str, str]]:
    unit = this_unit()
    offices = unit.directory().offices_of_node(unit.node)
    return [section for office in offices for section in names().sections_of(office.code)]


def _address(path: str, asked: Asked, found: Register, page: int) -> str:
    """With every field that the register has, also the empty ones: an empty field is not the one that begins."""
    fields = {name: value for name, value in msgspec.structs.asdict(asked).items() if name in found.fields}
    if page > 1:
        fields["page"] = str(page)
    return f"{path}?{urlencode(fields)}"
