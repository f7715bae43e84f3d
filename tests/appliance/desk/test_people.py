from __future__ import annotations

import pytest

from appliance.desk import people, verbs
from appliance.desk.people import LogInRefused
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from commons.people import LONGEST_WAIT_MS, TRIES
from tests.support.district import TestClock

WHO, PASSWORD, HERE = "001", "सुरक्षित-123", "10.0.0.7"


@pytest.fixture(autouse=True)
def account(unit: Unit) -> None:
    people.set_password(unit, WHO, PASSWORD)


def wrong(unit: Unit, source: str = HERE, employee: str = WHO) -> LogInRefused:
    with pytest.raises(LogInRefused) as refused:
        people.log_in(unit, employee, "wrong", source)
    return refused.value


def test_who_logs_in_is_at_his_post(unit: Unit) -> None:
    info = people.session(unit, people.log_in(unit, f" {WHO} ", PASSWORD, HERE))
    assert info is not None
    assert (info.employee, info.posts, info.post, info.language) == (WHO, ["moth.da1"], "moth.da1", "hi")
    assert people.actor_of(unit, info) == Actor(WHO, "moth.da1", 2)


def test_wrong_tries_are_counted_and_then_wait_longer_and_longer(unit: Unit, clock: TestClock) -> None:
    left = [wrong(unit).values["tries_left"] for _ in range(TRIES)]
    assert left == [4, 3, 2, 1, 0]
    waits = []
    for _ in range(7):
        refused = wrong(unit)
        assert refused.code == "throttled"
        with pytest.raises(LogInRefused) as even_so:
            people.log_in(unit, WHO, PASSWORD, HERE)
        assert even_so.value.code == "throttled"
        waits.append(int(str(refused.values["wait_seconds"])))
        clock.ms += waits[-1] * 1000
        assert wrong(unit).code == "wrong"
    assert waits == [30, 60, 120, 240, 480, 900, 900]
    assert max(waits) * 1000 == LONGEST_WAIT_MS
    clock.ms += LONGEST_WAIT_MS
    assert people.log_in(unit, WHO, PASSWORD, HERE)
    assert wrong(unit).values["tries_left"] == 4


def test_a_wait_does_not_outlast_a_clock_that_jumped_back(unit: Unit, clock: TestClock) -> None:
    for _ in range(TRIES):
        wrong(unit)
    clock.ms -= 200 * 86_400_000
    assert people.log_in(unit, WHO, PASSWORD, HERE)


@pytest.mark.parametrize("now_ms", [0, 1_700_000_000_000])
def test_a_dead_clock_battery_locks_nobody_out(unit: Unit, clock: TestClock, now_ms: int) -> None:
    """The journal knows that it is at least as late as its last event."""
    verbs.open_file(unit, Actor(WHO, "moth.da1", 2), subject="s", section="moth.dev", language="en")
    clock.ms = now_ms
    assert people.session(unit, people.log_in(unit, WHO, PASSWORD, HERE)) is not None


def test_an_office_behind_one_address_gets_more_tries_and_then_waits_as_well(unit: Unit) -> None:
    people.set_password(unit, "002", PASSWORD)
    with unit.db.writing():
        unit.db.run("INSERT INTO throttle (source, failures, until_ms) VALUES (?,?,0)", f"from:{HERE}", TRIES * 10 - 2)
    for number in range(2):
        assert wrong(unit, employee=f"nobody-{number}").code == "wrong"
    with pytest.raises(LogInRefused) as refused:
        people.log_in(unit, "002", PASSWORD, HERE)
    assert refused.value.code == "throttled"
    assert people.log_in(unit, "002", PASSWORD, "10.0.0.8")


def test_an_unknown_person_is_answered_as_a_wrong_password_is(unit: Unit) -> None:
    known, unknown = wrong(unit), wrong(unit, "10.9.9.9", "no such person")
    assert (known.code, known.values) == (unknown.code, unknown.values)


@pytest.mark.parametrize("password", ["", PASSWORD + " ", PASSWORD.upper() + "x", "x" * 10_000])
def test_only_the_password_opens(unit: Unit, password: str) -> None:
    with pytest.raises(LogInRefused):
        people.log_in(unit, WHO, password, HERE)


def test_a_session_ends_by_itself_and_lives_on_while_it_is_used(unit: Unit, clock: TestClock) -> None:
    token = people.log_in(unit, WHO, PASSWORD, HERE)
    lasts = unit.settings.session_seconds * 1000
    for _ in range(4):
        clock.ms += lasts - 1000
        assert people.session(unit, token) is not None
    clock.ms += lasts + 1
    assert people.session(unit, token) is None
    clock.ms -= 1000
    first = people.log_in(unit, WHO, PASSWORD, HERE)
    assert people.session(unit, first) is not None


def test_a_session_can_be_ended_and_a_new_password_ends_all(unit: Unit) -> None:
    one, two = (people.log_in(unit, WHO, PASSWORD, HERE) for _ in range(2))
    people.log_out(unit, one)
    assert people.session(unit, one) is None
    assert people.session(unit, two) is not None
    people.set_password(unit, WHO, "another")
    assert people.session(unit, two) is None
    assert wrong(unit).code == "wrong"
    assert people.log_in(unit, WHO, "another", HERE)


@pytest.mark.parametrize("token", ["", "x", "0" * 32, "'; DROP TABLE session; --"])
def test_nobody_is_behind_a_made_up_token(unit: Unit, token: str) -> None:
    people.log_in(unit, WHO, PASSWORD, HERE)
    assert people.session(unit, token) is None


def test_the_database_holds_neither_password_nor_token(unit: Unit) -> None:
    token = people.log_in(unit, WHO, PASSWORD, HERE)
    stored = repr(unit.db.rows("SELECT * FROM account")) + repr(unit.db.rows("SELECT * FROM session"))
    assert "$argon2id$" in stored
    assert PASSWORD not in stored
    assert token not in stored


def test_whose_post_is_elsewhere_does_not_get_in(unit: Unit) -> None:
    people.set_password(unit, "101", PASSWORD)
    with pytest.raises(LogInRefused) as refused:
        people.log_in(unit, "101", PASSWORD, HERE)
    assert refused.value.code == "no_post"
    assert unit.db.value("SELECT count(*) FROM session") == 0


def test_one_chooses_among_ones_own_posts_only(unit: Unit) -> None:
    token = people.log_in(unit, WHO, PASSWORD, HERE)
    people.choose_post(unit, token, "moth.da1")
    for post in ("moth.head", "chirgaon.da1", "nobody", ""):
        with pytest.raises(Refused) as refused:
            people.choose_post(unit, token, post)
        assert refused.value.code == "not_your_post"
    with pytest.raises(Refused):
        people.choose_post(unit, "made up", "moth.da1")


def test_the_language_is_the_persons_own_and_stays(unit: Unit) -> None:
    token = people.log_in(unit, WHO, PASSWORD, HERE)
    people.set_language(unit, token, "en")
    people.set_language(unit, token, "xx")
    info = people.session(unit, people.log_in(unit, WHO, PASSWORD, HERE))
    assert info is not None
    assert info.language == "en"
