"""The head of an office's letters, in each language: set by its administrator, else what the directory says."""

from __future__ import annotations

from typing import Final

import msgspec

from appliance.desk.administration import offices_of, require_administrator
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.desk.writing import plain
from appliance.store.unit import Unit

LINE_CHARS, MOST_LINES, ADDRESS_CHARS, WORD_CHARS = 120, 4, 300, 120
LANGUAGES: Final = ("hi", "en")


class Head(msgspec.Struct, frozen=True):
    """`lines`: the office first, then what it is part of."""

    lines: tuple[str, ...]
    address: str = ""
    telephone: str = ""
    email: str = ""
    own: bool = False  # set by the office itself


def head_of(unit: Unit, office: str, language: str) -> Head:
    """The head in this language; without a setting of its own the office's and the district's names."""
    row = unit.db.row(
        "SELECT lines, address, telephone, email FROM letterhead WHERE office=? AND language=?", office, language
    )
    if row is not None:
        lines, address, telephone, email = row
        return Head(tuple(lines.split("\n")), address, telephone, email, own=True)
    directory = unit.directory()
    known, district = directory.office(office), directory.directory
    if known is None:
        return Head((office,))
    if language == "hi":
        return Head((known.name_hi, district.name_hi))
    return Head((known.name_en, district.name_en))


def set_head(
    unit: Unit, actor: Actor, office: str, language: str, *, lines: str, address: str, telephone: str, email: str
) -> None:
    """The head from now on; no line at all sets it back to the directory's.

    Raises not_administrator, other_office, bad_language, head_too_long.
    """
    require_administrator(unit, actor)
    if office not in offices_of(unit):
        raise Refused("other_office")
    if language not in LANGUAGES:
        raise Refused("bad_language")
    kept = [line for raw in lines.split("\n") if (line := plain(raw))]
    said = (plain(address), plain(telephone), plain(email))
    _check("lines", len(kept), MOST_LINES)
    for field, words, limit in (
        *(("lines", line, LINE_CHARS) for line in kept),
        ("address", said[0], ADDRESS_CHARS),
        ("telephone", said[1], WORD_CHARS),
        ("email", said[2], WORD_CHARS),
    ):
        _check(field, len(words), limit)
    with unit.db.writing():
        unit.db.run("DELETE FROM letterhead WHERE office=? AND language=?", office, language)
        if kept:
            unit.db.run(
                "INSERT INTO letterhead (office, language, lines, address, telephone, email, set_by, set_ms)"
                " VALUES (?,?,?,?,?,?,?,?)",
                office, language, "\n".join(kept), *said, actor.employee, unit.clock.now_ms(),
            )  # fmt: skip


def _check(field: str, found: int, limit: int) -> None:
    if found > limit:
        raise Refused("head_too_long", field=field, limit=limit)
