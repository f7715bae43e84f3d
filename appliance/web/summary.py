"""The day at a glance: figures, two weeks as a chart, what is late, who holds what; how close lists are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, current_app, render_template, request

from appliance.desk import habits
from appliance.desk.summary import DayCount, summary
from appliance.web.session import this_unit, who
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("summary", __name__)
COLUMN, HALF = 44, 60
"""Of the chart, in its own units: width of a day, greatest height above and below its line."""


class Column(msgspec.Struct, frozen=True):
    """One day of the chart. Places and heights in the chart's own units."""

    day: DayCount
    x: int
    came_height: int
    went_height: int


class Chart(msgspec.Struct, frozen=True):
    """Two weeks: what came above the line, what went below it."""

    columns: list[Column]
    width: int
    came: int
    went: int


def chart_of(days: list[DayCount]) -> Chart:
    """Lays the days out; pure. A day with anything has a bar that can be seen."""
    most = max([1, *(day.came for day in days), *(day.went for day in days)])

    def height(count: int) -> int:
        return max(3, round(count * HALF / most)) if count else 0

    columns = [Column(day, n * COLUMN, height(day.came), height(day.went)) for n, day in enumerate(days)]
    return Chart(columns, len(days) * COLUMN, sum(day.came for day in days), sum(day.went for day in days))


@blueprint.get("/summary")
def show() -> ResponseReturnValue:
    """The post's day."""
    return page(first=False)


def page(*, first: bool) -> str:
    """The page; `first`: put before the person at the start of his day."""
    found = summary(this_unit(), who().actor.post)
    return render_template(
        "office/movement_summary.html",
        day=found,
        chart=chart_of(found.days),
        first=first,
        half=HALF,
        registers="registers" in current_app.blueprints,
    )


@blueprint.post("/density")
def density() -> ResponseReturnValue:
    """The person's choice between two lines a row and one."""
    habits.set_density(this_unit(), who().info.employee, request.form.get("density", ""))
    back = request.form.get("back", "/inbox")
    return see_other(back if back in ("/inbox", "/sent", "/parked", "/closed", "/unfinished", "/files") else "/inbox")
