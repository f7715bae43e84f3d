from __future__ import annotations

import pytest

from appliance.desk.values import MovementRow
from appliance.web.stays import LEAST_PERCENT, lay_out

HOUR = 3_600_000
START = 1_795_000_000_000


def row(kind: str, from_hour: float, to_hour: float | None, late_hours: float = 0) -> MovementRow:
    end = None if to_hour is None else START + int(to_hour * HOUR)
    return MovementRow(
        kind,
        "moth.bdo",
        "moth",
        START + int(from_hour * HOUR),
        end,
        "E1",
        "up",
        "",
        None,
        "",
        int(late_hours * HOUR),
        "e",
    )


def test_times_with_people_late_and_on_the_line_are_told_apart() -> None:
    stays = lay_out([row("desk", 0, 10, late_hours=4), row("line", 10, 16), row("desk", 16, None)], START + 20 * HOUR)
    assert (stays.total_ms, stays.within_ms, stays.late_ms, stays.line_ms) == (20 * HOUR, 10 * HOUR, 4 * HOUR, 6 * HOUR)
    kinds = [[bar.kind for bar in stay.bars] for stay in stays.rows]
    assert kinds == [["within", "over"], ["hatch"], ["within"]]
    assert [stay.here for stay in stays.rows] == [False, False, True]


def test_time_out_on_paper_is_nobodys_here() -> None:
    stays = lay_out([row("desk", 0, 2), row("paper", 2, 9), row("desk", 9, None)], START + 10 * HOUR)
    assert (stays.within_ms, stays.late_ms, stays.line_ms, stays.paper_ms) == (3 * HOUR, 0, 0, 7 * HOUR)
    assert [[bar.kind for bar in stay.bars] for stay in stays.rows] == [["within"], ["paper"], ["within"]]


def test_bars_follow_each_other_without_gap() -> None:
    stays = lay_out([row("desk", 0, 5, late_hours=1), row("desk", 5, 10)], START + 10 * HOUR)
    bars = [bar for stay in stays.rows for bar in stay.bars]
    assert [(bar.x, bar.width) for bar in bars] == [(0, 40), (40, 10), (50, 50)]


def test_a_stay_wholly_past_its_limit_is_one_bar() -> None:
    stays = lay_out([row("desk", 0, 5, late_hours=9)], START + 5 * HOUR)
    assert [bar.kind for bar in stays.rows[0].bars] == ["over"]
    assert (stays.within_ms, stays.late_ms) == (0, 5 * HOUR)


def test_the_shortest_stay_is_still_seen_within_the_drawing() -> None:
    stays = lay_out([row("desk", 0, 1000), row("line", 1000, 1000)], START + 1000 * HOUR)
    last = stays.rows[1].bars[0]
    assert last.width == LEAST_PERCENT
    assert last.x + last.width == pytest.approx(100)


def test_a_clock_that_went_back_makes_no_negative_length() -> None:
    stays = lay_out([row("desk", 5, None)], START)
    assert stays.rows[0].length_ms == 0
    assert stays.total_ms > 0


def test_midnights_are_marked_and_never_more_than_eight() -> None:
    few = lay_out([row("desk", 0, 72)], START + 72 * HOUR)
    assert len(few.ticks) == 3
    many = lay_out([row("desk", 0, 24 * 100)], START + 2400 * HOUR)
    assert 1 <= len(many.ticks) <= 8


def test_no_stays() -> None:
    assert lay_out([], START).rows == []
