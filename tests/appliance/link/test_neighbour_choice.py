"""Whether, when and whom to ask: values in, values out."""

from __future__ import annotations

from appliance.discovery.values import Seen, Sighting
from appliance.link.neighbour_choice import A_ROUND, REST_SECONDS, Neighbour, Pace, Past, neighbours, whom_to_ask

KEY, OTHER = "ab" * 32, "cd" * 32
KEYS = {"chirgaon": {KEY}, "bamaur": {OTHER}, "moth": {KEY}}


def seen(
    office: str, fingerprint: str = KEY, *addresses: str, here: bool = True, name: str = "", port: int = 443
) -> Sighting:
    return Sighting(Seen(name or office, office, "1", fingerprint, port, addresses or ("10.0.0.7",)), 0, 0, here)


def found(*others: Sighting) -> list[Neighbour]:
    return neighbours(others, "moth", KEYS, ["10.0.0.2"])


def names(count: int) -> list[Neighbour]:
    return [Neighbour(f"n{number}", "chirgaon", "10.0.0.7", 443) for number in range(count)]


def test_offices_of_the_district_that_are_here_can_be_asked() -> None:
    assert found(seen("chirgaon", KEY, "10.0.0.7", "fd77::2", "fd77::3", port=8443)) == [
        Neighbour("chirgaon 10.0.0.7", "chirgaon", "10.0.0.7", 8443),
        Neighbour("chirgaon fd77::2", "chirgaon", "fd77::2", 8443),
    ]


def test_nobody_else_can() -> None:
    assert found(seen("chirgaon", here=False)) == []  # gone
    assert found(seen("chirgaon", OTHER)) == []  # another key than its certificate's
    assert found(seen("chirgaon", "")) == []  # a stranger with the host name
    assert found(seen("elsewhere")) == []  # not of this district
    assert found(seen("moth")) == []  # a copy of ourselves
    assert found(seen("chirgaon", KEY, "8.8.8.8")) == []  # out of the office's network
    assert found(seen("chirgaon", KEY, "10.0.0.2")) == []  # leads back here


def test_who_carried_last_is_asked_first() -> None:
    past = {"n1": Past(5.0, True), "n2": Past(9.0, True), "n0": Past(10.0, False)}
    chosen = whom_to_ask(names(4), past, [], 20.0, 0.0)
    assert chosen is not None
    assert chosen.name == "n2"


def test_who_is_new_before_who_failed_and_who_failed_longest_ago_before_the_others() -> None:
    past = {"n0": Past(10.0, False), "n1": Past(8.0, False)}
    assert [_name(whom_to_ask(names(3), past, asked, 20.0, 0.0)) for asked in ([], ["n2"], ["n2", "n1"])] == [
        "n2", "n1", "n0",
    ]  # fmt: skip
    assert _name(whom_to_ask(names(2), past, [], 11.0 + REST_SECONDS, 0.0)) == "n0"


def test_chance_picks_among_the_unknown_and_a_round_ends() -> None:
    assert {_name(whom_to_ask(names(4), {}, [], 0.0, part)) for part in (0.0, 0.3, 0.6, 1.0)} == {
        "n0", "n1", "n2", "n3",
    }  # fmt: skip
    assert whom_to_ask(names(9), {}, [f"n{number}" for number in range(A_ROUND)], 0.0, 0.0) is None
    assert whom_to_ask([], {}, [], 0.0, 0.0) is None
    assert whom_to_ask(names(1), {}, ["n0"], 0.0, 0.0) is None


def _name(chosen: Neighbour | None) -> str:
    return chosen.name if chosen else ""


def test_nobody_is_asked_while_the_line_is_up_or_only_just_down() -> None:
    pace = Pace(120.0).seen(1000.0, 0.5, up=True)
    assert not pace.is_due(1e9, news=True)
    pace = pace.seen(1000.0, 0.5, up=False)
    assert not pace.is_due(1119.0, news=True)
    assert pace.seen(1100.0, 0.9, up=False) == pace
    assert pace.is_due(1120.0, news=False)
    assert not pace.seen(1119.0, 0.5, up=True).seen(1120.0, 0.5, up=False).is_due(1130.0, news=True)


def test_after_a_round_that_went_well() -> None:
    pace = Pace(0.0).seen(0.0, 0.5, up=False).succeeded(10.0, 0.5, active=False)
    assert [pace.is_due(at, news=False) for at in (11.0, 609.0, 610.0)] == [False, False, True]
    assert [pace.is_due(at, news=True) for at in (39.0, 40.0)] == [False, True]
    lively = pace.succeeded(20.0, 0.5, active=True)
    assert [lively.is_due(at, news=False) for at in (79.0, 80.0)] == [False, True]


def test_rounds_in_vain_become_rare_and_news_does_not_hurry_them() -> None:
    pace = Pace(0.0).seen(0.0, 0.5, up=False)
    waits = []
    for _ in range(12):
        pace = pace.failed(0.0, 0.5)
        waits.append(pace.due)
    assert waits[:3] == [30.0, 60.0, 120.0]
    assert max(waits) == 1800.0
    assert not pace.is_due(100.0, news=True)


def test_with_nobody_there_it_looks_again_soon_and_grows_no_rarer() -> None:
    pace = Pace(0.0).seen(0.0, 0.5, up=False).alone(5.0).alone(15.0)
    assert [pace.is_due(at, news=True) for at in (24.0, 25.0)] == [False, True]
    assert pace.failed(30.0, 0.5).due == 60.0
