from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.link.pace import KNOCK_SECONDS, LIVELY_FOR_SECONDS, Pace

EVERY, LIVELY = 15.0, 2.0
START = Pace(EVERY, LIVELY)
chances = st.floats(0, 1)


def waits(chance: float, times: int) -> list[float]:
    """How long is waited after each of so many failures in a row."""
    pace, now, found = START, 1000.0, []
    for _ in range(times):
        pace = pace.failed(now, chance, unreachable=False)
        act, when = pace.next_act()
        assert act == "exchange"
        found.append(when - now)
        now = when
    return found


def test_the_first_act_is_an_exchange_at_once() -> None:
    assert START.next_act() == ("exchange", 0.0)


def test_without_chance_it_doubles_from_15_seconds_to_10_minutes() -> None:
    assert waits(0.5, 9) == [15, 30, 60, 120, 240, 480, 600, 600, 600]


@given(chances)
def test_it_never_waits_less_than_three_quarters_of_that_nor_longer_than_10_minutes(chance: float) -> None:
    found = waits(chance, 12)
    for wait, middle in zip(found, (15, 30, 60, 120, 240, 480, 600, 600, 600, 600, 600, 600), strict=True):
        assert 0.75 * middle <= wait + 1e-6
        assert wait <= min(1.25 * middle, 600) + 1e-6
    assert all(before <= after + 1e-6 for before, after in pairwise(found))


def test_chance_spreads_offices_that_lost_the_same_line() -> None:
    assert len({waits(chance / 10, 1)[0] for chance in range(11)}) == 11
    assert len({waits(chance / 10, 8)[7] for chance in range(5)}) == 5


def test_very_many_failures_are_no_trouble() -> None:
    assert waits(0.5, 3000)[-1] == 600


def test_while_the_line_is_dead_there_is_a_light_knock() -> None:
    pace = START.failed(100.0, 0.5, unreachable=True)
    assert pace.next_act() == ("knock", 100.0 + KNOCK_SECONDS)
    knocks = 0
    while pace.next_act()[0] == "knock":
        pace = pace.knocked(pace.next_act()[1], answered=False)
        knocks += 1
    assert knocks == 4
    assert pace.next_act() == ("exchange", 115.0)


@given(st.integers(1, 12), chances)
def test_a_knock_that_is_answered_ends_the_waiting_at_once(failures: int, chance: float) -> None:
    pace, now = START, 0.0
    for _ in range(failures):
        pace = pace.failed(now, chance, unreachable=True)
    now += KNOCK_SECONDS
    pace = pace.knocked(now, answered=True)
    assert pace.next_act() == ("exchange", now)
    assert pace.failures == 0


def test_a_hub_that_refuses_is_not_knocked_at() -> None:
    assert START.failed(0.0, 0.5, unreachable=False).next_act() == ("exchange", 15.0)


def test_whoever_has_something_to_say_says_it_at_once_unless_the_line_is_known_to_be_down() -> None:
    up = START.succeeded(50.0, active=False)
    assert up.next_act() == ("exchange", 65.0)
    assert up.woken(51.0).next_act() == ("exchange", 51.0)
    down = START.failed(50.0, 0.5, unreachable=True)
    assert down.woken(51.0).next_act() == down.next_act()


def test_while_something_is_on_its_way_it_looks_more_often() -> None:
    pace = START.succeeded(0.0, active=True)
    assert pace.next_act() == ("exchange", LIVELY)
    pace = pace.succeeded(LIVELY_FOR_SECONDS - 1, active=False)
    assert pace.next_act() == ("exchange", LIVELY_FOR_SECONDS - 1 + LIVELY)
    pace = pace.succeeded(LIVELY_FOR_SECONDS, active=False)
    assert pace.next_act() == ("exchange", LIVELY_FOR_SECONDS + EVERY)
    assert pace.woken(500.0).succeeded(501.0, active=False).next_act() == ("exchange", 501.0 + LIVELY)


@pytest.mark.parametrize("unreachable", [True, False])
def test_success_forgets_all_failures(unreachable: bool) -> None:
    pace = START
    for _ in range(5):
        pace = pace.failed(0.0, 1.0, unreachable=unreachable)
    pace = pace.succeeded(1.0, active=False)
    assert (pace.failures, pace.next_act()) == (0, ("exchange", 16.0))
    assert pace.failed(16.0, 0.5, unreachable=False).next_act() == ("exchange", 31.0)
