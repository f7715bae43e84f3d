"""One form for several chosen rows: receive, send to one post, park; then what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request

from appliance.desk import many, reading
from appliance.desk.many import Outcome
from appliance.desk.refused import Refused
from appliance.desk.rights import may_read
from appliance.store.book import read_file
from appliance.web.filepage import Choices, Typed, choices_of
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from appliance.web.verbs import is_vacant
from commons.web import showing
from commons.web.problems import Problem

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("many", __name__, url_prefix="/many")
VERBS = ("send", "park")


def form(
    wish: str, files: list[str], problem: Problem | None = None, typed: Typed | None = None
) -> ResponseReturnValue:
    """The form of one verb for the chosen rows, with all that was typed."""
    unit, person = this_unit(), who()
    rows = [
        (file, row.state)
        for file in dict.fromkeys(files)
        if may_read(unit, person.actor, file) and (row := read_file(unit.db, file)) is not None
    ]
    words = request.form.get("post", "").strip()
    posts = reading.post_choices(unit, words=words) if wish == "send" else []
    choices = choices_of([], posts, person.info.language, person.actor.post) if posts else Choices([], [], more=False)
    page = render_template(
        "office/movement_many.html", wish=wish, rows=rows, problem=problem, typed=typed or Typed(), choices=choices
    )
    return make_response(page, 200 if problem is None else 422 if problem.field else 409)


def outcome(wish: str, found: list[Outcome]) -> ResponseReturnValue:
    """What became of each row; those refused first, each with its reason."""
    unit = this_unit()
    now = unit.clock.now_ms()
    told = [(one, problem_of(one.refused, names(), now) if one.refused else None) for one in found]
    told.sort(key=lambda pair: pair[1] is None)
    refused = sum(problem is not None for _, problem in told)
    page = render_template("office/movement_told.html", wish=wish, told=told, refused=refused)
    return make_response(page, 409 if refused else 200)


@blueprint.post("/send")
def send() -> ResponseReturnValue:
    """Mark all chosen rows to one post."""
    fields = request.form
    how = fields.get("how", "up")
    typed = Typed(
        how=how if how in ("up", "down") else "up",
        to_post=fields.get("to_post", ""),
        due=fields.get("due", ""),
        priority=fields.get("priority", type=int),
        remarks=fields.get("remarks", ""),
    )
    if "find" in fields:
        return form("send", fields.getlist("file"), typed=typed)

    def every() -> list[Outcome]:
        due = showing.read_day(typed.due or "")
        if due is None:
            raise Refused("bad_due")
        if fields.get("vacant") != typed.to_post and is_vacant(typed.to_post):
            raise Refused("post_vacant", post=typed.to_post)
        priority = typed.priority if typed.priority is not None and typed.priority >= 0 else None
        return many.send_many(
            this_unit(), who().actor, fields.getlist("file"), to_post=typed.to_post, how=typed.how,
            remarks=typed.remarks.strip(), due=due, priority=priority,
        )  # fmt: skip

    try:
        found = every()
    except Refused as refused:
        return form("send", fields.getlist("file"), _problem(refused), typed)
    return outcome("send", found)


@blueprint.post("/park")
def park() -> ResponseReturnValue:
    """Put all chosen rows away with one reason."""
    fields = request.form
    typed = Typed(reason=fields.get("reason", ""), until=fields.get("until", ""))

    def every() -> list[Outcome]:
        until = showing.read_day(typed.until)
        if until is None:
            raise Refused("bad_until")
        return many.park_many(this_unit(), who().actor, fields.getlist("file"), reason=typed.reason, until=until)

    try:
        found = every()
    except Refused as refused:
        return form("park", fields.getlist("file"), _problem(refused), typed)
    return outcome("park", found)


def _problem(refused: Refused) -> Problem:
    return problem_of(refused, names(), this_unit().clock.now_ms())
