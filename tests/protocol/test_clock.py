from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from protocol.clock import MAX_MS, hlc_ms, is_trusted, tick

YEAR_MS = 366 * 86_400_000


@given(st.integers(0, MAX_MS << 16), st.integers(-(2**70), 2**70))
def test_it_never_runs_backwards_whatever_the_machine_says(last: int, now_ms: int) -> None:
    assert tick(last, now_ms) > last


@given(st.integers(0, 2**45))
def test_a_right_clock_is_read_off_it(now_ms: int) -> None:
    assert hlc_ms(tick(0, now_ms)) == now_ms


def test_a_clock_that_steps_back_only_counts() -> None:
    first = tick(0, 1000)
    again = tick(first, 10)
    assert (hlc_ms(again), again - first) == (1000, 1)
    assert hlc_ms(tick(again, 1001)) == 1001


def test_many_events_in_one_millisecond_keep_their_order() -> None:
    last, seen = 0, []
    for _ in range(70_000):
        last = tick(last, 5)
        seen.append(last)
    assert seen == sorted(set(seen))
    assert hlc_ms(last) == 6


def test_an_absurd_clock_is_clamped() -> None:
    assert hlc_ms(tick(0, 2**60)) == MAX_MS
    assert tick(0, -5) == 1
    assert tick(0, 2**60) < 1 << 63


def test_a_time_is_trusted_up_to_a_day_ahead_and_any_time_behind() -> None:
    taken = 10 * YEAR_MS
    assert is_trusted(tick(0, taken - YEAR_MS), taken)
    assert is_trusted(tick(0, taken + 86_400_000), taken)
    assert not is_trusted(tick(0, taken + 86_400_001), taken)
    assert not is_trusted(tick(0, taken + 11), taken, tolerance_ms=10)
