"""Whose turn it is when more papers are missing than one may ask for."""

from __future__ import annotations

import pytest

from appliance.store.turns import in_rounds


def papers(count: int) -> list[bytes]:
    return [number.to_bytes(2, "big") for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 200])
def test_as_many_as_there_is_room_for_are_all_asked_for(count: int) -> None:
    assert in_rounds(papers(count), 200, 7) == tuple(papers(count))


@pytest.mark.parametrize("count", [201, 299, 300, 301, 1000])
def test_the_first_keep_their_places_and_all_the_others_come_round(count: int) -> None:
    ordered = papers(count)
    seen: set[bytes] = set()
    for turn in range(10_000, 10_009):
        asked = in_rounds(ordered, 200, turn)
        assert len(asked) == len(set(asked)) == 200
        assert list(asked[:100]) == ordered[:100]
        seen |= set(asked)
    assert seen == set(ordered)
