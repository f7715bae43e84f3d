"""The limits of a shared line as an administrator types them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.desk import reading, sharing
from appliance.desk.refused import Refused
from appliance.store.manners import LONGEST_PAUSE_MS, Manners, read_manners
from appliance.store.unit import Unit
from tests.support.district import District, actor, make_district

HEAD, CLERK = actor("moth.head"), actor("moth.da1")
HOUR_MS = 3_600_000


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path)
    yield made
    made.close()


@pytest.fixture
def moth(district: District) -> Unit:
    return district.units["moth"]


@given(st.dictionaries(st.integers(0, 23), st.sampled_from([8, 64, 512])))
def test_spans_say_the_same_as_hours(caps: dict[int, int]) -> None:
    assert sharing.by_hour(sharing.as_limits(caps)) == caps


def test_a_span_may_go_over_midnight() -> None:
    assert sharing.by_hour([sharing.read_limit("22", "2", "64")]) == {22: 64, 23: 64, 0: 64, 1: 64}
    assert sharing.by_hour([sharing.read_limit("22", "24", "64")]) == {22: 64, 23: 64}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("10", "10", "64"), "bad_hours"),
        (("24", "10", "64"), "bad_hours"),
        (("x", "10", "64"), "bad_hours"),
        (("10", "25", "64"), "bad_hours"),
        (("10", "17", "7"), "bad_rate"),
        (("10", "17", "64.5"), "bad_rate"),
        (("10", "17", "-64"), "bad_rate"),
        (("10", "17", "६४"), "bad_rate"),
        (("10", "17", "1000001"), "bad_rate"),
        (("10", "17", "9" * 5000), "bad_rate"),
    ],
)
def test_what_is_no_limit_is_refused(row: tuple[str, str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        sharing.read_limit(*row)
    assert caught.value.code == code


def test_an_hour_with_two_limits_is_refused_and_nothing_changes(moth: Unit) -> None:
    sharing.set_limits(moth, HEAD, [("10", "17", "64")], metered=False)
    with pytest.raises(Refused) as caught:
        sharing.set_limits(moth, HEAD, [("10", "17", "64"), ("16", "18", "32")], metered=True)
    assert (caught.value.code, caught.value.values["hour"]) == ("hours_twice", 16)
    assert read_manners(moth.db) == Manners(dict.fromkeys(range(10, 17), 64))


def test_only_the_administrator_sets_limits_and_anyone_asks_for_a_rest(moth: Unit) -> None:
    with pytest.raises(Refused) as caught:
        sharing.set_limits(moth, CLERK, [], metered=True)
    assert caught.value.code == "not_administrator"
    sharing.pause(moth, CLERK, "60")
    now = moth.clock.now_ms()
    state = reading.line_state(moth)
    assert (state.paused_until_ms, state.paused_by) == (now + HOUR_MS, "moth.da1")
    sharing.resume(moth)
    assert reading.line_state(moth).paused_until_ms == 0


@pytest.mark.parametrize("minutes", ["0", "14", "999999", "-15", "x", ""])
def test_a_rest_is_one_of_those_offered(moth: Unit, minutes: str) -> None:
    with pytest.raises(Refused):
        sharing.pause(moth, CLERK, minutes)


def test_a_rest_ends_by_itself_and_a_clock_set_back_makes_none_longer(district: District, moth: Unit) -> None:
    sharing.pause(moth, CLERK, "180")
    district.clock.ms += 180 * 60_000 - 1
    assert reading.line_state(moth).paused_until_ms
    district.clock.ms += 1
    assert not reading.line_state(moth).paused_until_ms
    district.clock.ms -= 30 * LONGEST_PAUSE_MS
    assert not reading.line_state(moth).paused_until_ms


def test_the_hour_is_of_india() -> None:
    manners = Manners({10: 64})
    ten_in_india = 1_790_000_000_000 // (24 * HOUR_MS) * 24 * HOUR_MS + 4 * HOUR_MS + HOUR_MS // 2
    assert manners.bytes_per_second(ten_in_india) == 8_000
    assert manners.bytes_per_second(ten_in_india - 1) is None
    assert manners.bytes_per_second(ten_in_india + HOUR_MS) is None
