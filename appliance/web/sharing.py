"""The line that the office shares: let it rest, limit it by hour, send movements only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request

from appliance.desk import sharing
from appliance.desk.refused import Refused
from appliance.store.manners import read_manners
from appliance.web import admin
from appliance.web.session import this_unit, who
from commons.web.frame import see_other
from commons.web.showing import local

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("sharing", __name__)
ROWS = 4
"""Rows of the form at least; two more than are set, so that one can be added."""
MOST_ROWS = 26
BAR_PX = 60


@blueprint.post("/waiting/pause")
def pause() -> ResponseReturnValue:
    """Let the line rest for a while."""
    try:
        sharing.pause(this_unit(), who().actor, request.form.get("minutes", ""))
    except Refused as refused:
        return admin.refused_page(admin.told(refused), 400)
    return see_other("/waiting")


@blueprint.post("/waiting/resume")
def resume() -> ResponseReturnValue:
    """End a rest."""
    sharing.resume(this_unit())
    return see_other("/waiting")


@blueprint.route("/office/line", methods=["GET", "POST"])
def limits() -> ResponseReturnValue:
    """The limits, and metered mode; for the administrator."""
    refusal = admin.refuse_others()
    if refusal is not None:
        return refusal
    if request.method == "GET":
        return _page()
    typed = _typed()
    try:
        sharing.set_limits(this_unit(), who().actor, typed, metered=bool(request.form.get("metered")))
    except Refused as refused:
        return make_response(_page(typed, admin.told(refused)), 409)
    return see_other("/office/line?kept=1")


def _typed() -> list[tuple[str, str, str]]:
    columns = [request.form.getlist(name)[:MOST_ROWS] for name in ("since", "until", "kbit")]
    return list(zip(*columns, strict=False))


def _page(typed: list[tuple[str, str, str]] | None = None, problem: Problem | None = None) -> str:
    manners = read_manners(this_unit().db)
    rows = typed or [(str(one.since), str(one.until), str(one.kbit)) for one in sharing.as_limits(manners.caps)]
    rows += [("10", "17", "")] * max(ROWS - len(rows), 2)
    most = max(manners.caps.values(), default=0)
    return render_template(
        "office/sharing.html",
        problem=problem,
        rows=rows[:MOST_ROWS],
        metered=bool(request.form.get("metered")) if typed is not None else manners.metered,
        limits=sharing.as_limits(manners.caps),
        bars=[(hour, manners.caps.get(hour), _height(manners.caps.get(hour), most)) for hour in range(sharing.HOURS)],
        hour_now=local(this_unit().clock.now_ms()).hour,
        bar_px=BAR_PX,
        kept=request.args.get("kept") == "1",
    )


def _height(kbit: int | None, most: int) -> int:
    """How high an hour's bar is; an hour without a limit has the whole height."""
    return BAR_PX if kbit is None else max(kbit * (BAR_PX - 15) // most, 3)
