"""The post by stick at an office: the district's in, its own out (commons/web/sticks.py has the pages)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from appliance.desk import reading
from appliance.desk.refused import Refused
from appliance.link.stick_work import OfficeSticks, Round
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit
from commons.web import sticks
from commons.web.marks import asked_by_page

if TYPE_CHECKING:
    from appliance.store.unit import Unit
    from commons.stick.work import Work
    from commons.web.problems import Problem


def work_of(unit: Unit) -> OfficeSticks:
    """For the application to keep."""
    return OfficeSticks(unit, Path(unit.settings.sticks))


def _begin(name: str) -> None:
    work = sticks.stick_work()
    assert isinstance(work, OfficeSticks)
    work.begin_round(name)


def _problem(code: str) -> Problem:
    return problem_of(Refused(code), names(), this_unit().clock.now_ms())


def _more(state: Work[Round] | None) -> dict[str, object]:
    refused = state.result.came.refused if state is not None and state.result else ()
    return {"refused": [_problem(code) for code in refused], "waiting": reading.line_state(this_unit())}


blueprint = sticks.stick_pages(sticks.Side("office/stick.html", _begin, _problem, _more, asked_by_page))
