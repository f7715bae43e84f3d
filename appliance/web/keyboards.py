"""The person's choice of a Hindi keyboard, and the map of its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request

from appliance.desk import people
from appliance.desk.refused import Refused
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.web import keyboards
from commons.web.frame import see_other
from commons.web.words import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("keyboards", __name__)


@blueprint.get("/typing")
def show() -> ResponseReturnValue:
    """The layouts to choose from, and the keys of one of them."""
    return _page(request.args.get("show", ""))


@blueprint.post("/typing")
def choose() -> ResponseReturnValue:
    """Keep the layout with the person."""
    unit, wish = this_unit(), request.form.get("keyboard", "")
    try:
        people.set_keyboard(unit, who().token, wish)
    except Refused as refused:
        return make_response(_page("", problem_of(refused, names(), unit.clock.now_ms())), 422)
    return see_other("/typing")


@blueprint.get("/typing/keys")
def keys() -> ResponseReturnValue:
    """The keys of the person's own layout, as a part for the page."""
    shown = who().info.keyboard or people.KEYBOARDS[0]
    return render_template("office/typing_keys.html", shown=shown, rows=keyboards.rows(shown), letters=_letters(shown))


def _page(wish: str, problem: Problem | None = None) -> str:
    shown = wish if wish in people.KEYBOARDS else who().info.keyboard
    return render_template(
        "office/typing.html",
        keyboards=people.KEYBOARDS,
        shown=shown,
        rows=keyboards.rows(shown) if shown else (),
        letters=_letters(shown),
        problem=problem,
    )


def _letters(shown: str) -> list[tuple[str, list[tuple[str, str]]]]:
    found = keyboards.spellings(shown) if shown else None
    if found is None:
        return []
    return [
        (gettext("Vowels"), found.vowels),
        (gettext("Consonants"), found.consonants),
        (gettext("Signs"), found.signs),
    ]
