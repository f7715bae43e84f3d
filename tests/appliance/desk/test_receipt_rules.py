"""What goes into the diary, and what does not."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from appliance.desk.receipt_kinds import Kind, kinds, usual_limit
from appliance.desk.receipt_rules import LIMITS, LetterIn, checked
from appliance.desk.refused import REFUSALS, Refused

TODAY = date(2026, 11, 20)
LETTER = LetterIn(title="हैंडपंप की मरम्मत", sender="ग्राम प्रधान", letter_date="2026-11-18", received="2026-11-19")


def refusal(letter: LetterIn, *, clock_ok: bool = True) -> Refused:
    with pytest.raises(Refused) as raised:
        checked(letter, TODAY, clock_ok=clock_ok)
    assert raised.value.code in REFUSALS
    return raised.value


def test_a_letter_is_made_plain_and_its_gaps_are_filled() -> None:
    letter = checked(replace(LETTER, title=" हैंडपंप\n की\tमरम्मत ", received=""), TODAY, clock_ok=True)
    assert (letter.title, letter.received, letter.language, letter.due) == (LETTER.title, "2026-11-20", "hi", "")
    assert checked(replace(LETTER, title="Repair of a pump"), TODAY, clock_ok=True).language == "en"


@pytest.mark.parametrize(
    ("kind", "due", "priority"),
    [
        ("letter", "", 0), ("court", "", 2), ("rti", "2026-12-19", 0), ("rti_life", "2026-11-21", 3),
        ("vip", "2026-12-04", 1), ("grievance", "2026-12-19", 0),
    ],
)  # fmt: skip
def test_each_kind_has_its_own_limit_from_the_day_of_receipt(kind: str, due: str, priority: int) -> None:
    letter = checked(replace(LETTER, kind=kind, vip="सांसद", reference="PG/1"), TODAY, clock_ok=True)
    assert (letter.due, letter.priority) == (due, priority)


def test_a_limit_that_is_typed_stands() -> None:
    assert checked(replace(LETTER, kind="rti", due="2026-11-30"), TODAY, clock_ok=True).due == "2026-11-30"


def test_the_table_of_kinds_knows_only_types_of_the_registers() -> None:
    assert {kind.type for kind in kinds().values()} == {"letter", "court", "rti", "vip", "grievance"}
    assert usual_limit(Kind("letter"), TODAY) == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"letter_date": "2026-11-20"}, "letter_after_received"),
        ({"received": "2026-11-21"}, "received_in_future"),
        ({"due": "2026-11-18"}, "due_before_received"),
        ({"letter_date": "1948-08-27"}, "letter_date_other_calendar"),
        ({"received": "2083-09-01"}, "received_other_calendar"),
        ({"received": "1448-06-01"}, "received_other_calendar"),
        ({"due": "1948-09-01"}, "due_other_calendar"),
        ({"letter_date": "yesterday"}, "bad_letter_date"),
        ({"title": " \u200b\n"}, "empty_subject"),
        ({"title": "अ" * 10_000}, "subject_too_long"),
        ({"sender": ""}, "sender_missing"),
        ({"kind": "vip"}, "vip_missing"),
        ({"kind": "grievance"}, "reference_missing"),
        ({"kind": "no such"}, "bad_choice"),
        ({"mode": "pigeon"}, "bad_choice"),
        ({"grading": "top"}, "bad_choice"),
        ({"priority": 4}, "bad_choice"),
        ({"enclosures": -1}, "bad_enclosures"),
        ({"enclosures": 1000}, "bad_enclosures"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(change: dict[str, object], code: str) -> None:
    assert refusal(replace(LETTER, **change)).code == code


@pytest.mark.parametrize("name", LIMITS)
def test_every_text_has_a_limit(name: str) -> None:
    assert refusal(replace(LETTER, **{name: "a" * (LIMITS[name] + 1)})).code == f"{name}_too_long"


def test_a_clock_that_is_not_trusted_refuses_no_day_of_receipt() -> None:
    assert checked(replace(LETTER, received="2026-11-25"), TODAY, clock_ok=False).received == "2026-11-25"
    assert refusal(replace(LETTER, letter_date="2026-11-26", received="2026-11-25"), clock_ok=False).code == (
        "letter_after_received"
    )


def test_an_old_letter_that_comes_late_may_be_past_its_limit_already() -> None:
    letter = replace(LETTER, letter_date="2026-08-01", received="2026-09-01", kind="rti")
    assert checked(letter, TODAY, clock_ok=True).due == "2026-10-01"
