"""Who is in the network over time, and who bears the office's name too."""

from __future__ import annotations

from appliance.discovery.announcement import service_of
from appliance.discovery.roster import (
    MOST_OF_OFFICE,
    MOST_OTHERS,
    MOST_PAST,
    REMEMBERED_MS,
    TOLD_MS,
    Roster,
    doubles,
    forgotten,
    has_room,
    lately,
    missed,
    noted,
    remembered,
)
from appliance.discovery.values import Own, Seen

OWN = Own("moth", "0.1.0", "ab" * 32, 443, "0" * 16)
HOUR = 3_600_000


def seen(office: str = "moth", key: str = OWN.fingerprint, mark: int = 1, address: str = "10.0.0.7") -> Seen:
    return Seen(service_of(Own(office, "", key, 443, f"{mark:016x}")), office, "0.1.0", key, 443, (address,))


def test_a_copy_a_namesake_and_a_stranger_are_told_apart() -> None:
    roster: Roster = {}
    for one in (seen(), seen(key="cd" * 32, mark=2), Seen("block-moth.local", "moth"), seen("chirgaon", mark=3)):
        roster = noted(roster, OWN, one, 5)
    found = doubles("moth", OWN.fingerprint, tuple(roster.values()))
    assert sorted(one.kind for one in found) == ["clone", "namesake", "stranger"]
    assert lately(found, 6) == (1, 2)


def test_one_look_in_vain_is_no_farewell() -> None:
    roster = noted({}, OWN, seen(), 5)
    name = seen().name
    once = missed(roster, OWN, name)
    assert once[name].here
    assert not missed(once, OWN, name)[name].here
    assert missed(noted(once, OWN, seen(), 6), OWN, name)[name].here
    assert not missed(roster, OWN, name, sure=True)[name].here


def test_another_office_is_forgotten_when_it_goes_and_ours_is_remembered_for_a_week() -> None:
    roster = noted(noted({}, OWN, seen(), 5), OWN, seen("chirgaon", mark=2), 5)
    for name in list(roster):
        roster = missed(roster, OWN, name, sure=True)
    assert [one.seen.office for one in roster.values()] == ["moth"]
    assert forgotten(roster, 5 + REMEMBERED_MS - 1) == roster
    assert forgotten(roster, 5 + REMEMBERED_MS) == {}


def test_the_district_is_told_of_a_copy_for_a_day_after_it_was_seen() -> None:
    roster = missed(noted({}, OWN, seen(), 5), OWN, seen().name, sure=True)
    found = doubles("moth", OWN.fingerprint, tuple(roster.values()))
    assert lately(found, 5 + TOLD_MS - 1) == (1, 0)
    assert lately(found, 5 + TOLD_MS) == (0, 0)


def test_a_copy_that_is_started_again_stays_one() -> None:
    roster = missed(noted({}, OWN, seen(mark=1), 5), OWN, seen(mark=1).name, sure=True)
    again = noted(roster, OWN, seen(mark=2), 9)
    assert [(one.first_ms, one.last_ms, one.here) for one in again.values()] == [(5, 9, True)]


def test_after_a_start_nobody_is_here_until_he_answers() -> None:
    roster = noted(noted({}, OWN, seen(), HOUR), OWN, seen("chirgaon", mark=2), HOUR)
    back = remembered(tuple(roster.values()), OWN, 2 * HOUR)
    assert [(one.seen.office, one.here) for one in back.values()] == [("moth", False)]
    assert remembered(tuple(roster.values()), OWN, HOUR + REMEMBERED_MS) == {}
    many: Roster = {}
    for n in range(30):
        many = noted(many, OWN, seen(mark=n, address=f"10.0.1.{n}"), n)
    assert len(remembered(tuple(many.values()), OWN, HOUR)) == MOST_PAST


def test_a_network_full_of_names_fills_nothing_and_hides_no_copy() -> None:
    roster: Roster = {}
    for n in range(MOST_OTHERS + 50):
        roster = noted(roster, OWN, seen("chirgaon", mark=n, address=f"10.1.{n // 250}.{n % 250}"), n)
    assert len(roster) == MOST_OTHERS
    assert has_room(roster, OWN, "moth")
    roster = noted(roster, OWN, seen(mark=999), 1)
    assert len(doubles("moth", OWN.fingerprint, tuple(roster.values()))) == 1
    for n in range(1000, 1200):
        roster = noted(roster, OWN, seen(mark=n, address=f"10.2.0.{n % 250}"), n)
    assert len(doubles("moth", OWN.fingerprint, tuple(roster.values()))) <= MOST_OF_OFFICE + MOST_PAST
