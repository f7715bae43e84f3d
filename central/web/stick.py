"""The post by stick at the district: bags of offices in, answers and deliveries for many offices out.

The pages are commons/web/sticks.py.
"""

from __future__ import annotations

from flask import request

from central.hub import reading
from central.hub.stick_work import DistrictSticks
from central.web.session import this_hub
from commons.web import sticks
from commons.web.marks import asked_by_page
from commons.web.problems import Problem
from commons.web.stick_words import stick_problem
from commons.web.words import gettext

ALL = "*"


def _begin(name: str) -> None:
    work = sticks.stick_work()
    assert isinstance(work, DistrictSticks)
    known = [row.node for row in reading.offices(this_hub())]
    chosen = request.form.getlist("to")[: len(known) + 1]
    work.begin_round(name, known if ALL in chosen else [node for node in known if node in chosen])


def _of_bag(code: str) -> Problem:
    """What is said of one office's bag, here where bags of many come together."""
    if code == "bag.bad":
        what = gettext("Its bag is torn, and stays on the stick.")
        return Problem(code, what, gettext("Let the office write it again; nothing of it is lost there."))
    if code == "bag.other_district":
        what = gettext("Its bag belongs to another district. It was not opened, and stays on the stick.")
        return Problem(code, what, gettext("Give the stick back to whom it belongs."))
    if code == "keys.cannot-open":
        what = gettext("Its bag is sealed to somebody else, or was changed on the way. It stays on the stick.")
        return Problem(code, what, gettext("Let the office write it again. If that comes back, tell the technician."))
    if code == "stick.full":
        what = gettext("Its bag was not answered: there is no room left on the stick.")
        return Problem(code, what, gettext("Take another stick for this office; what waits for it is kept."))
    return stick_problem(code)


def _more(_state: object) -> dict[str, object]:
    return {"of_bag": _of_bag, "offices": reading.offices(this_hub())}


blueprint = sticks.stick_pages(sticks.Side("district/stick.html", _begin, _of_bag, _more, asked_by_page))
