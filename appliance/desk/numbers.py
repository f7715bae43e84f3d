"""Numbers of files, diaries, letters and slips: each office counts for itself, so no line is needed."""

from __future__ import annotations

import re

from appliance.desk.days import today
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.desk.writing import plain
from appliance.store.unit import Unit

PART, VOLUME = "P", "V"
NUMBER_CHARS = 80
_LONG_SERIAL = re.compile(r"\d{13}")
_SERIES = re.compile(r"([^/]+)/[^/]+/(\d{4})/\d+")
DIARY, ISSUE, SLIP = "D", "I", "S"
"""Series of an office that are not of a section: receipts, issued letters, slips of printed packages."""


def next_number(unit: Unit, actor: Actor, section: str) -> str:
    """Of a file: office code, section, year, serial."""
    directory = unit.directory()
    place = directory.section(section)
    name = place.name_hi if place is not None else plain(section)
    return _next(unit, f"{_office(unit, actor)}/{name.replace('/', '-')}/{today(unit).year}", 5)


def next_under_heads(unit: Unit, actor: Actor, path: str) -> str:
    """Of a file under heads, `path` their codes joined by a hyphen: office code, path, year, serial."""
    return _next(unit, f"{_office(unit, actor)}/{path}/{today(unit).year}", 5)


def next_beside(unit: Unit, actor: Actor, number: str, mark: str, *, opened_here: bool) -> str:
    """Of a part (`mark` P) or a next volume (V, from 2 on) of the file with this number.

    Offices that did not open the file put their code before the mark, so that two of them never give the same number.
    """
    series = f"{number}/{mark}" if opened_here else f"{number}/{_office(unit, actor)}-{mark}"
    return _next(unit, series, 1, least=2 if mark == VOLUME else 1)


def own_number(unit: Unit, actor: Actor, typed: str) -> str:
    """A number that the office gives itself. Raises Refused own_number_long, own_number_series, number_taken."""
    number = plain(typed)
    if len(number) > NUMBER_CHARS or _LONG_SERIAL.search(number):
        raise Refused("own_number_long", limit=NUMBER_CHARS)
    series = _SERIES.fullmatch(number)
    if series and series[1].upper() == _office(unit, actor) and int(series[2]) >= today(unit).year:
        raise Refused("own_number_series", number=number)
    if unit.db.row("SELECT 1 FROM efile WHERE file_number=? COLLATE NOCASE AND sort='file'", number):
        raise Refused("number_taken", number=number)
    return number


def next_in_series(unit: Unit, actor: Actor, series: str) -> str:
    """Of `DIARY`, `ISSUE` or `SLIP`: office code, series, year, serial."""
    return _next(unit, f"{_office(unit, actor)}/{series}/{today(unit).year}", 6)


def _office(unit: Unit, actor: Actor) -> str:
    post = unit.directory().post(actor.post)
    if post is None:
        raise Refused("no_such_post", post=actor.post)
    return post.office.upper()


def _next(unit: Unit, series: str, digits: int, *, least: int = 1) -> str:
    last = unit.db.value("SELECT last FROM counter WHERE series=?", series) or 0
    floor = unit.db.value("SELECT max(floor) FROM numbering WHERE series IN (?, '*')", series) or 0
    return f"{series}/{max(last + 1, floor + 1, least):0{digits}d}"
