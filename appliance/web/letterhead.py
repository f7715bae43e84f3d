"""The letter heads of the offices of this node, for who administers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request

from appliance.desk import letterheads
from appliance.desk.administration import offices_of
from appliance.desk.refused import Refused
from appliance.web.admin import field, refuse_others
from appliance.web.drafts import told
from appliance.web.session import this_unit
from appliance.web.session import who as person
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("letterhead", __name__, url_prefix="/office/letterhead")
blueprint.before_request(refuse_others)
TYPED_CHARS = 2000


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The head of each office in both languages."""
    return _page(None, None, 200)


@blueprint.post("")
def keep() -> ResponseReturnValue:
    """Set one head, or back to the directory's names."""
    office, language = field("office"), field("language")
    typed = letterheads.Head(
        tuple(request.form.get("lines", "")[:TYPED_CHARS].replace("\r", "").split("\n")),
        field("address"),
        field("telephone"),
        field("email"),
    )
    try:
        letterheads.set_head(
            this_unit(), person().actor, office, language, lines="\n".join(typed.lines), address=typed.address,
            telephone=typed.telephone, email=typed.email,
        )  # fmt: skip
    except Refused as refused:
        return _page(told(refused), (office, language, typed), 422)
    return see_other("/office/letterhead")


def _page(
    problem: Problem | None, typed: tuple[str, str, letterheads.Head] | None, status: int
) -> ResponseReturnValue:  # fmt: skip
    unit = this_unit()
    heads = [
        (
            office,
            language,
            typed[2]
            if typed is not None and typed[:2] == (office, language)
            else letterheads.head_of(unit, office, language),
            problem if typed is not None and typed[:2] == (office, language) else None,
        )
        for office in offices_of(unit)
        for language in letterheads.LANGUAGES
    ]
    stray = problem if not any(row[3] for row in heads) else None
    return make_response(render_template("office/letterhead.html", heads=heads, problem=stray), status)
