"""The office as its administrator sees it: sections, posts, charges, leave, the channel of submission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, Response, make_response, render_template, request

from appliance.desk import administration, channel
from appliance.desk.days import today
from appliance.desk.refused import Refused
from appliance.desk.standing_in import Holding, holding_of
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit
from appliance.web.session import who as person
from commons.web import showing
from commons.web.frame import see_other
from protocol.directory import Post

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem
    from protocol.directory import Charge, Employee

blueprint = Blueprint("admin", __name__, url_prefix="/office")
MOST_FIELD_CHARS = 400
FIELDS_OF = {
    "section": ("name_hi", "name_en", "word"),
    "post": ("name_hi", "name_en", "word", "mark", "section", "superior", "rank"),
    "charge": ("employee", "post", "since", "until"),
    "leave": ("employee", "post", "since", "until"),
}


class PostRow(msgspec.Struct, frozen=True):
    """One post of the office: how it is held today, and the charges of today and later."""

    post: Post
    holding: Holding
    charges: list[Charge]
    next_post: str


def refuse_others() -> ResponseReturnValue | None:
    """None for the administrator; for others the reason."""
    try:
        administration.require_administrator(this_unit(), person().actor)
    except Refused as refused:
        return refused_page(told(refused), 403)
    return None


blueprint.before_request(refuse_others)


def refused_page(problem: Problem, status: int) -> Response:
    """A refusal that has no form to stand in."""
    return make_response(render_template("office/refused.html", problem=problem), status)


def told(refused: Refused, *fields: str) -> Problem:
    """The refusal as the form shows it: beside its field if the form has that, else above the form."""
    problem = problem_of(refused, names(), this_unit().clock.now_ms())
    where = refused.values.get("field") if refused.code in {"bad_day", "aadhaar"} else problem.field
    return msgspec.structs.replace(problem, field=where if where in fields else "")


def field(name: str) -> str:
    """One field of the form, as typed, of bearable length."""
    return request.form.get(name, "").strip()[:MOST_FIELD_CHARS]


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """Everything of the office on one page."""
    return _overview(None, 200)


@blueprint.route("/sections/new", methods=["GET", "POST"])
def section() -> ResponseReturnValue:
    """Add a section."""
    return _add(
        "section",
        lambda: administration.add_section(
            this_unit(), person().actor, _office(), word=field("word"), name_hi=field("name_hi"),
            name_en=field("name_en"),
        ),
    )  # fmt: skip


@blueprint.route("/posts/new", methods=["GET", "POST"])
def post() -> ResponseReturnValue:
    """Add a post."""
    return _add("post", lambda: administration.add_post(this_unit(), person().actor, _wished_post()))


def _wished_post() -> Post:
    office = _office()
    return Post(
        f"{office}.{field('word').lower()}",
        office,
        field("mark"),
        field("name_hi"),
        field("name_en"),
        field("superior"),
        request.form.get("rank", 0, type=int),
        field("section"),
    )


@blueprint.route("/charges/new", methods=["GET", "POST"])
def charge() -> ResponseReturnValue:
    """Give a person charge of a post."""
    return _add(
        "charge",
        lambda: administration.add_charge(
            this_unit(), person().actor, employee=field("employee"), post=field("post"), from_date=_day("since"),
            to_date=_day_or_none("until"),
        ),
    )  # fmt: skip


@blueprint.route("/leave/new", methods=["GET", "POST"])
def leave() -> ResponseReturnValue:
    """Record an absence with the link officer who stands in."""
    return _add(
        "leave",
        lambda: administration.add_leave(
            this_unit(), person().actor, post=field("post"), link=field("employee"), from_date=_day("since"),
            to_date=_day_or_none("until"),
        ),
    )  # fmt: skip


@blueprint.post("/charges/end")
def end() -> ResponseReturnValue:
    """End a charge or a leave with a day."""
    try:
        administration.end_charge(this_unit(), person().actor, request.form.get("charge", 0, type=int), _day("last"))
    except Refused as refused:
        return _overview(told(refused), 409)
    return see_other("/office")


@blueprint.route("/channel", methods=["GET", "POST"])
def channel_page() -> ResponseReturnValue:
    """Where each post puts up to; the office's own setting or the directory's."""
    unit, problem = this_unit(), None
    if request.method == "POST":
        chosen = field("next")
        try:
            channel.set_next(
                unit, person().actor, field("post"), None if chosen == "=" else "" if chosen == "-" else chosen
            )
        except Refused as refused:
            problem = told(refused)
        else:
            return see_other("/office/channel")
    offices = [(code, channel.channel(unit, code)) for code in administration.offices_of(unit)]
    page = render_template("office/admin_channel.html", problem=problem, offices=offices, posts=_all_posts())
    return make_response(page, 422 if problem else 200)


def _add(kind: str, propose: Callable[[], object]) -> ResponseReturnValue:
    if request.method != "POST":
        return _form(kind, request.args, None, 200)
    try:
        propose()
    except Refused as refused:
        return _form(kind, request.form, told(refused, *FIELDS_OF[kind]), 422)
    back = field("back")
    return see_other(f"/office/people/{back}" if this_unit().directory().employee(back) else "/office")


def _form(kind: str, typed: object, problem: Problem | None, status: int) -> ResponseReturnValue:
    unit = this_unit()
    directory = unit.directory()
    offices = administration.offices_of(unit)
    office = _office()
    page = render_template(
        "office/admin_add.html",
        kind=kind,
        typed=typed,
        problem=problem,
        offices=offices,
        office=office,
        sections=names().sections_of(office),
        office_choices=[(code, names().office(code)) for code in offices],
        own_choices=_named([found.code for code in offices for found in directory.posts_of_office(code)]),
        all_choices=_named(_all_posts()),
        people=_people(),
        rank=administration.next_rank(directory, office),
        today=showing.iso_day(today(unit).isoformat()),
    )
    return make_response(page, status)


def _overview(problem: Problem | None, status: int) -> ResponseReturnValue:
    unit = this_unit()
    directory, day = unit.directory(), today(unit)
    offices = []
    for code in administration.offices_of(unit):
        rows = [
            PostRow(
                found,
                holding_of(directory, found.code, day),
                [one for one in directory.directory.charges if one.post == found.code and _lasts(one, day)],
                channel.next_up(unit, found.code),
            )
            for found in directory.posts_of_office(code)
        ]
        offices.append((code, rows, names().sections_of(code)))
    page = render_template(
        "office/admin.html", problem=problem, offices=offices, people=_people(), today=day,
        waiting=len(unit.unconfirmed()),
    )  # fmt: skip
    return make_response(page, status)


def _lasts(charge: Charge, day: date) -> bool:
    return charge.to_date is None or charge.to_date >= day


def _people() -> list[Employee]:
    """The office's own people: who has or had a charge here, and whom the office added."""
    unit = this_unit()
    directory, offices = unit.directory().directory, set(administration.offices_of(unit))
    here = {one.employee for one in directory.charges if one.post.partition(".")[0] in offices}
    here |= {key for kind, key in unit.unconfirmed() if kind == "employee"}
    return [one for one in directory.employees if one.code in here]


def _named(posts: list[str]) -> list[tuple[str, str]]:
    return [(code, names().post(code)) for code in posts]


def _all_posts() -> list[str]:
    return [found.code for found in this_unit().directory().directory.posts]


def _office() -> str:
    offices = administration.offices_of(this_unit())
    wish = request.values.get("office", "")
    return wish if wish in offices else person().actor.post.partition(".")[0]


def _day(name: str) -> date:
    found = _day_or_none(name)
    if found is None:
        raise Refused("bad_day", field=name)
    return found


def _day_or_none(name: str) -> date | None:
    iso = showing.read_day(field(name))
    if iso is None:
        raise Refused("bad_day", field=name)
    return date.fromisoformat(iso) if iso else None
