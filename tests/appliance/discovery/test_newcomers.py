"""Who waits to be looked at, in a network full of names."""

from __future__ import annotations

from appliance.discovery import announcement
from appliance.discovery.newcomers import MOST_OF_OTHER, MOST_OWN, Newcomers
from appliance.discovery.values import Own, Seen, Sighting

OWN = Own("moth", "1.0", "ab" * 32, 80, "0" * 16)


def name(office: str, number: int) -> str:
    return f"block-{office}-{number:016x}.{announcement.SERVICE}"


def test_a_thousand_false_names_do_not_shut_out_the_true_one() -> None:
    newcomers = Newcomers(OWN)
    for number in range(1, 1001):
        newcomers.heard(name("moth", number), True, {})
        newcomers.heard(name(f"x{number % 7}", number), True, {})
    newcomers.heard(name("moth", 5000), True, {})
    newcomers.heard(name("chirgaon", 5000), True, {})
    assert {name("moth", 5000), name("chirgaon", 5000)} <= newcomers.take()
    assert newcomers.take() == set()


def test_the_rooms_have_walls() -> None:
    newcomers = Newcomers(OWN)
    for number in range(1, 10_000):
        newcomers.heard(name("moth", number), True, {})
        newcomers.heard(name("chirgaon", number), True, {})
        newcomers.heard(f"no name of ours {number}.{announcement.SERVICE}", True, {})
    assert len(newcomers.take()) == MOST_OWN + MOST_OF_OTHER


def test_its_own_name_is_no_news_and_a_good_bye_only_of_those_known() -> None:
    newcomers = Newcomers(OWN)
    one, other = name("moth", 1), name("moth", 2)
    newcomers.heard(announcement.service_of(OWN), True, {})
    newcomers.heard(other, False, {})
    assert newcomers.take() == set()
    newcomers.heard(one, False, {one: Sighting(Seen(one, "moth"), 1, 1)})
    assert newcomers.take() == {one}
    assert (newcomers.said_farewell(one), newcomers.said_farewell(one)) == (True, False)


def test_what_came_after_its_good_bye_has_not_gone() -> None:
    newcomers = Newcomers(OWN)
    one = name("moth", 1)
    known = {one: Sighting(Seen(one, "moth"), 1, 1)}
    newcomers.heard(one, False, known)
    newcomers.heard(one, True, known)
    assert newcomers.said_farewell(one) is False


def test_what_is_put_back_waits_on() -> None:
    newcomers = Newcomers(OWN)
    newcomers.put_back([name("moth", 1), name("moth", 2)])
    newcomers.heard(name("moth", 1), True, {})
    assert newcomers.take() == {name("moth", 1), name("moth", 2)}
