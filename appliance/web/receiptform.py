"""The form of a diary entry: what it holds as typed, and what the desk makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import render_template, request

from appliance.desk import receipt_lists, receipts, scans
from appliance.desk.days import today
from appliance.desk.papers import PAPER_BYTES
from appliance.desk.receipt_kinds import kinds
from appliance.desk.receipt_rules import LANGUAGES, LIMITS, MODES, LetterIn
from appliance.desk.refused import Refused
from appliance.desk.rights import GRADINGS
from appliance.web.session import this_unit, who
from commons.web import showing

if TYPE_CHECKING:
    from commons.web.problems import Problem
    from protocol.events import Letter

SHOWN_CHARS = 20_000  # of a field that was too long: more is given back cut, so that the page stays usable


class Typed(msgspec.Struct, frozen=True):
    """The form's fields, as typed."""

    subject: str = ""
    sender: str = ""
    address: str = ""
    letter_no: str = ""
    letter_date: str = ""
    received: str = ""
    mode: str = "post"
    language: str = ""
    kind: str = "letter"
    category: str = ""
    vip: str = ""
    reference: str = ""
    due: str = ""
    priority: str = "0"
    grading: str = "normal"
    enclosures: str = ""
    token: str = ""  # one for each time that the form is shown anew
    scan: str = ""  # a scan that is kept for this form
    letter: str = ""  # of another office, diarised by this form
    bulk: str = ""  # "1": one of many, the next follows


def read() -> Typed:
    """What this request's form holds."""
    known = Typed.__struct_fields__
    return Typed(**{name: value[:SHOWN_CHARS] for name, value in request.form.items() if name in known})


def fresh(*, received: str = "", mode: str = "", scan: str = "", bulk: bool = False) -> Typed:
    """An empty form, received today by post."""
    unit = this_unit()
    return Typed(
        received=showing.iso_day(received or today(unit).isoformat()),
        mode=mode if mode in MODES else "post",
        token=receipts.new_token(unit),
        scan=scan,
        bulk="1" if bulk else "",
    )


def of_letter(file: str, letter: Letter) -> Typed:
    """The form for a letter that another office of the district sent."""
    return msgspec.structs.replace(
        fresh(),
        subject=letter.title,
        sender=letter.sender,
        letter_no=letter.number,
        letter_date=showing.iso_day(letter.day),
        mode="office",
        language=letter.language,
        grading=letter.grading,
        letter=file,
    )


def letter_in(typed: Typed) -> LetterIn:
    """The letter that the form describes. Raises Refused for what cannot be read: bad_<day>, bad_enclosures."""
    days = {name: _day(name, getattr(typed, name)) for name in ("letter_date", "received", "due")}
    return LetterIn(
        title=typed.subject,
        mode=typed.mode,
        language=typed.language,
        kind=typed.kind,
        priority=int(typed.priority) if typed.priority.isdecimal() and typed.priority.isascii() else -1,
        grading=typed.grading,
        enclosures=_count(typed.enclosures),
        **{name: getattr(typed, name) for name in LIMITS},
        **days,
    )


def page(template: str, typed: Typed, problem: Problem | None = None, **more: object) -> str:
    """The screen that holds the form, with everything that was typed."""
    unit, actor = this_unit(), who().actor
    try:
        scan = scans.scan_of(unit, actor, typed.scan) if typed.scan else None
    except Refused:
        scan = None
    return render_template(
        template,
        typed=typed,
        problem=problem,
        scan=scan,
        kinds=kinds(),
        modes=MODES,
        languages=LANGUAGES,
        gradings=GRADINGS,
        senders=receipt_lists.senders(unit),
        clock_ok=receipts.is_clock_trusted(unit),
        limit_bytes=PAPER_BYTES,
        **more,
    )


def _day(name: str, text: str) -> str:
    day = showing.read_day(text)
    if day is None:
        raise Refused(f"bad_{name}")
    return day


def _count(text: str) -> int:
    """Digits of any script; nothing is none."""
    plain = text.strip()
    if not plain:
        return 0
    return int(plain) if plain.isdecimal() and len(plain) < 6 else -1
