"""What a diary entry must be like; pure."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec.structs import replace

from appliance.desk.opening import SUBJECT_CHARS
from appliance.desk.receipt_kinds import kinds, usual_limit
from appliance.desk.refused import Refused
from appliance.desk.rights import GRADINGS
from appliance.desk.writing import language_of, plain

MODES = ("post", "hand", "email", "fax", "portal", "office")
LANGUAGES = ("hi", "en", "ur", "other")
LIMITS = {"sender": 200, "address": 400, "letter_no": 100, "reference": 100, "category": 100, "vip": 120}
"""Letters that a field may have."""
MOST_ENCLOSURES = 999
OLD_YEARS, AHEAD_YEARS = 60, 20
"""A year further off than this is of another calendar: Saka is 78 behind, Vikram 57 ahead, Hijri 580 behind."""


class LetterIn(msgspec.Struct, frozen=True):
    """A letter as a person describes it. Days are ISO or empty; `kind` is a key of `kinds()`."""

    title: str = ""
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
    priority: int = 0
    grading: str = "normal"
    enclosures: int = 0


def checked(letter: LetterIn, today: date, *, clock_ok: bool) -> LetterIn:
    """The letter as it goes into the diary: plain text, kinds known, days in order, limit and priority filled in.

    `clock_ok` False: the machine's own day is doubtful, so a day of receipt after it is taken. Raises Refused.
    """
    clean = replace(
        letter,
        title=plain(letter.title),
        **{name: plain(getattr(letter, name)) for name in LIMITS},
    )
    _check_texts(clean)
    kind = kinds().get(letter.kind)
    if kind is None or letter.mode not in MODES or letter.grading not in GRADINGS or not 0 <= letter.priority <= 3:
        raise Refused("bad_choice")
    if not 0 <= letter.enclosures <= MOST_ENCLOSURES:
        raise Refused("bad_enclosures", limit=MOST_ENCLOSURES)
    if kind.needs and not getattr(clean, kind.needs):
        raise Refused(f"{kind.needs}_missing")
    received = _check_days(clean, today, clock_ok=clock_ok)
    return replace(
        clean,
        received=received.isoformat(),
        due=clean.due or usual_limit(kind, received),
        priority=max(clean.priority, kind.priority),
        language=clean.language if clean.language in LANGUAGES else language_of(clean.title),
    )


def _check_texts(letter: LetterIn) -> None:
    if not letter.title:
        raise Refused("empty_subject")
    if len(letter.title) > SUBJECT_CHARS:
        raise Refused("subject_too_long", limit=SUBJECT_CHARS)
    if not letter.sender:
        raise Refused("sender_missing")
    for name, limit in LIMITS.items():
        if len(getattr(letter, name)) > limit:
            raise Refused(f"{name}_too_long", limit=limit)


def _check_days(letter: LetterIn, today: date, *, clock_ok: bool) -> date:
    received = _day("received", letter.received, today) or today
    written = _day("letter_date", letter.letter_date, today)
    if received > today and clock_ok:
        raise Refused("received_in_future", today=today.isoformat())
    if written is not None and written > received:
        raise Refused("letter_after_received", received=received.isoformat())
    due = _day("due", letter.due, today)
    if due is not None and due < received:
        raise Refused("due_before_received", received=received.isoformat())
    return received


def _day(field: str, text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"bad_{field}") from error
    if not today.year - OLD_YEARS <= day.year <= today.year + AHEAD_YEARS:
        raise Refused(f"{field}_other_calendar", year=day.year)
    return day
