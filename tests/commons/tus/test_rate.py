"""How fast a line carries, as far as anybody can say."""

from __future__ import annotations

from commons.tus.rate import LOOKS_BACK_MS, Rate


def test_nobody_can_say_before_something_has_crossed() -> None:
    assert Rate().seconds_for(1_000) is None
    assert Rate().with_more(0, 5_000).seconds_for(1_000) is None
    assert Rate().with_more(8_000, 1_000).seconds_for(16_000) == 2


def test_old_minutes_count_less_and_less() -> None:
    rate = Rate().with_more(8_000 * 600, 600_000)
    assert (rate.per_second, rate.ms) == (8_000, LOOKS_BACK_MS)
    for _ in range(30):
        rate = rate.with_more(1_000 * 30, 30_000)
    assert 1_000 <= rate.per_second < 1_100
    assert rate.with_more(0, 10 * LOOKS_BACK_MS).per_second < 110


def test_a_clock_that_was_set_back_or_a_paper_begun_anew_takes_nothing_away() -> None:
    rate = Rate(8_000, 1_000)
    assert rate.with_more(-5_000, -60_000) == rate
