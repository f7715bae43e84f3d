from __future__ import annotations

import msgspec
import pytest

from central.values import OfficeRow
from central.web.states import state_of, worst_first

NOW = 1_795_000_000_000
HOUR = 3_600_000
WELL = OfficeRow("moth", "मोठ", "Moth", NOW - 60_000, "https", 0, 0, 900, "working", "aa", 5, "", 0)


@pytest.mark.parametrize(
    ("changes", "tone", "code"),
    [
        ({}, "ok", "well"),
        ({"last_exchange_ms": NOW - HOUR}, "wait", "line_down"),
        ({"last_exchange_ms": NOW - 48 * HOUR}, "bad", "silent"),
        ({"last_exchange_ms": None, "mode": "never"}, "wait", "never"),
        ({"clock_difference_ms": -14 * 60_000}, "warn", "clock"),
        ({"mode": "stopped"}, "warn", "recovering"),
        ({"set_aside": 2}, "bad", "set_aside"),
        ({"clones": 1, "set_aside": 2}, "bad", "double"),
        ({"namesakes": 1}, "bad", "double"),
        ({"trouble": "fork", "set_aside": 2}, "bad", "trouble"),
        ({"clock_difference_ms": None}, "ok", "well"),
    ],
)
def test_the_worst_thing_is_what_the_row_says(changes: dict[str, object], tone: str, code: str) -> None:
    state = state_of(msgspec.structs.replace(WELL, **changes), NOW)
    assert (state.tone, state.code) == (tone, code)


def test_the_worst_office_stands_first_and_the_longest_silent_before_the_others() -> None:
    def office(node: str, **changes: object) -> OfficeRow:
        return msgspec.structs.replace(WELL, node=node, **changes)

    rows = [
        office("well"),
        office("quiet", last_exchange_ms=NOW - HOUR),
        office("quieter", last_exchange_ms=NOW - 3 * HOUR),
        office("fork", trouble="fork"),
        office("clock", clock_difference_ms=600_000),
    ]
    assert [row.node for row, _state in worst_first(rows, NOW)] == ["fork", "clock", "quieter", "quiet", "well"]
