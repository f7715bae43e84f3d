"""A hundred runs: people, bad lines, crashes, clocks, disks that are set back; all invariants after each."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.acts import ACTS
from tests.simulation.play import play
from tests.simulation.sticks import WEIGHTS
from tests.simulation.worlds import WORLDS

RUNS, CHUNK = 200, 10


@pytest.mark.parametrize("first", range(1, RUNS + 1, CHUNK))
def test_nothing_is_wrong_after_any_run(first: int) -> None:
    wrong = {
        f"make simulate SEED={seed}": [str(violation)[:300] for violation in result.violations]
        for seed in range(first, first + CHUNK)
        if (result := play(seed)).violations
    }
    assert wrong == {}


def test_runs_are_as_rough_as_they_say() -> None:
    records = [play(seed).record for seed in range(1, 21)]
    assert sum(record.events for record in records) > 300
    assert sum(record.crashes for record in records) > 20
    assert sum(record.cuts for record in records) > 50
    assert sum(record.restores + record.office_set_backs for record in records) > 5


def test_people_do_all_that_the_desk_can() -> None:
    done: Counter[str] = Counter()
    for seed in range(1, 4):
        result = play(seed, WORLDS["desks in peace"])
        assert result.violations == ()
        done += result.record.acts
    weeded = play(2, WORLDS["weeding"])
    assert weeded.violations == ()
    assert set(done + weeded.record.acts) == set(ACTS)


@pytest.mark.parametrize("first", range(1, 41, CHUNK))
def test_nothing_is_wrong_where_files_are_weeded(first: int) -> None:
    results = [play(seed, WORLDS["weeding"]) for seed in range(first, first + CHUNK)]
    assert {result.seed: result.violations for result in results if result.violations} == {}
    assert sum(result.record.acts["weed"] for result in results) > CHUNK


BY_HAND = [name for name, plan in WORLDS.items() if plan.by_hand or plan.edited]


@pytest.mark.parametrize("world", BY_HAND)
def test_nothing_is_wrong_where_the_post_goes_by_hand_or_papers_as_patches(world: str) -> None:
    results = [play(seed, WORLDS[world]) for seed in (1, 2)]
    assert {result.seed: result.violations for result in results if result.violations} == {}
    assert sum(sum(result.record.by_hand.values()) + result.record.patches for result in results) > 3


def test_all_that_can_befall_a_stick_befalls_it() -> None:
    """Each act and each mishap of the post by hand is in a few runs of its world."""
    told, done = "", Counter[str]()
    for seed in range(1, 5):
        result = play(seed, WORLDS["sticks"])
        told += "\n".join(result.trace)
        done += result.record.by_hand
    assert set(done) == {name for name, weight in WEIGHTS.items() if weight}
    for said in ("stick.full", "stick.gone", "stick.lies", "bag.bad", "misnamed", "up lost", "down late"):
        assert said in told


def test_what_two_offices_wrote_in_one_moment_may_come_in_either_order() -> None:
    assert play(5, WORLDS["desk"]).violations == ()


@pytest.mark.parametrize("seed", [21, 22])
def test_a_weeded_file_that_an_order_moves_is_not_weeded_again(seed: int) -> None:
    assert play(seed, WORLDS["weeding and orders"]).violations == ()
