"""Numbers of files, diaries, letters and slips: each office counts for itself, so no line is needed."""

from __future__ import annotations

from appliance.desk.days import today
from appliance.desk.values import Actor, Refused
from appliance.desk.writing import plain
from appliance.store.unit import Unit

DIARY, ISSUE, SLIP = "D", "I", "S"
"""Series of an office that are not of a section: receipts, issued letters, slips of printed packages."""


def next_number(unit: Unit, actor: Actor, section: str) -> str:
    """Of a file: office code, section, year, serial."""
    directory = unit.directory()
    place = directory.section(section)
    name = place.name_hi if place is not None else plain(section)
    return _next(unit, f"{_office(unit, actor)}/{name.replace('/', '-')}/{today(unit).year}", 5)


def next_in_series(unit: Unit, actor: Actor, series: str) -> str:
    """Of `DIARY`, `ISSUE` or `SLIP`: office code, series, year, serial."""
    return _next(unit, f"{_office(unit, actor)}/{series}/{today(unit).year}", 6)


def _office(unit: Unit, actor: Actor) -> str:
    post = unit.directory().post(actor.post)
    if post is None:
        raise Refused("no_such_post", post=actor.post)
    return post.office.upper()


def _next(unit: Unit, series: str, digits: int) -> str:
    last = unit.db.value("SELECT last FROM counter WHERE series=?", series) or 0
    floor = unit.db.value("SELECT max(floor) FROM numbering WHERE series IN (?, '*')", series) or 0
    return f"{series}/{max(last, floor) + 1:0{digits}d}"
