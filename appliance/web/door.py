"""The one door before every page and download of a subject: rights, and the register of readings.

It does not trust a route to ask. Whatever in an address or a form reads as the id of a subject, or as the hash of a
paper in an address, is looked at, so that a new route is guarded from its first day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import abort, g, make_response, render_template, request

from appliance.desk import readings, rights
from appliance.desk.refused import Refused
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import Who, this_unit
from commons.web import log
from commons.web.frame import problem_json, wants_json
from protocol.words import HASH_BYTES, BadWord, parse_event_id

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MOST_IDS = 1000  # of one form; a list has fewer rows


def check() -> ResponseReturnValue | None:
    """None to go on; 404 for a secret subject of others, a refusal with its reason for a confidential one."""
    found: Who | None = g.get("who")
    if found is None:
        return None
    unit = this_unit()
    places = list(_subjects(request.view_args or {}))
    seen = [rights.sight(unit, found.actor, subject) for subject in places]
    given = [subject for subject in _given() if unit.db.value("SELECT 1 FROM efile WHERE file=?", subject)]
    seen += [rights.sight(unit, found.actor, subject) for subject in given]
    if rights.Sight.NOTHING in seen or not all(_may_read_paper(found, sha256) for sha256 in _papers()):
        abort(404)
    if rights.Sight.EXISTENCE in seen:
        log.note("graded_refused")
        problem = problem_of(Refused("graded"), names(), unit.clock.now_ms())
        if wants_json():
            return problem_json(problem, 403)
        return make_response(render_template("office/refused.html", problem=problem), 403)
    if request.method in {"GET", "HEAD"} and _by_a_person():
        for subject in dict.fromkeys([*places, *given]):
            readings.note_reading(unit, found.actor, subject)
    return None


def _subjects(args: dict[str, object]) -> Iterator[str]:
    return (value for value in args.values() if isinstance(value, str) and _is_subject(value))


def _given() -> list[str]:
    """Subjects that the query or the form names."""
    values = [value for _name, value in request.args.items(multi=True)]
    if request.method == "POST" and not request.is_json:
        values += [value for _name, value in request.form.items(multi=True)]
    return list(dict.fromkeys(value for value in values[:MOST_IDS] if _is_subject(value)))


def _is_subject(text: str) -> bool:
    if text.count(".") != 2 or len(text) > 80:
        return False
    try:
        parse_event_id(text)
    except BadWord:
        return False
    return True


def _papers() -> Iterator[bytes]:
    for value in (request.view_args or {}).values():
        if isinstance(value, str) and len(value) == 2 * HASH_BYTES:
            try:
                yield bytes.fromhex(value)
            except ValueError:
                continue


def _may_read_paper(found: Who, sha256: bytes) -> bool:
    return rights.may_read_paper(this_unit(), found.actor, sha256)


def _by_a_person() -> bool:
    """Not what a page asks for by itself, nor what a browser fetches beforehand."""
    return "HX-Request" not in request.headers and not request.headers.get("Sec-Purpose")
