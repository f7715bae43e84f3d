"""The office's list of file heads: read by all, kept by its administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, make_response, render_template, request

from appliance.desk import administration, heads
from appliance.desk.refused import Refused
from appliance.web.names import names
from appliance.web.newfile import head_groups
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("heads", __name__, url_prefix="/heads")


class Typed(msgspec.Struct, frozen=True):
    """What the form holds, as typed."""

    above: str = ""
    code: str = ""
    name_hi: str = ""
    name_en: str = ""


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The list."""
    return _page()


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Add a head."""
    typed = Typed(*(request.form.get(name, "") for name in Typed.__struct_fields__))

    def make() -> None:
        heads.add_head(
            this_unit(), who().actor, above=typed.above, code=typed.code, name_hi=typed.name_hi, name_en=typed.name_en
        )

    return _do(make, typed)


@blueprint.post("/close")
def close() -> ResponseReturnValue:
    """Close a head, or open it again."""
    path, closed = request.form.get("head", ""), request.form.get("closed") == "yes"
    return _do(lambda: heads.close_head(this_unit(), who().actor, path, closed=closed), Typed())


def _do(verb: Callable[[], None], typed: Typed) -> ResponseReturnValue:
    try:
        verb()
    except Refused as refused:
        return _page(problem_of(refused, names(), this_unit().clock.now_ms()), typed)
    return see_other("/heads")


def _page(problem: Problem | None = None, typed: Typed | None = None) -> ResponseReturnValue:
    unit, actor = this_unit(), who().actor
    body = render_template(
        "office/heads.html",
        groups=head_groups(closed=True),
        problem=problem,
        typed=typed or Typed(),
        may=administration.is_administrator(unit, actor),
        limit_chars=heads.NAME_CHARS,
    )
    return make_response(body, 200 if problem is None else 422 if problem.field else 409)
