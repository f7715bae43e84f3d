from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, g

import appliance.web
from appliance.desk.refused import REFUSALS, Refused
from appliance.store.unit import Unit
from appliance.web.names import Names
from appliance.web.sentences import problem_of
from commons.web import showing


@pytest.mark.parametrize("language", ["hi", "en"])
def test_every_refusal_says_what_happened_and_what_to_do_now(app: Flask, unit: Unit, language: str) -> None:
    values = {
        "post": "moth.bdo", "node": "chirgaon", "limit": 500, "limit_bytes": 64_000_000, "name": "a.doc", "who": "E001",
        "at_ms": unit.clock.now_ms(), "free_bytes": 1, "needed_bytes": 2, "saved_version": 3, "verb": "send",
    }  # fmt: skip
    with app.test_request_context("/"):
        g.language = language
        names = Names(unit.directory(), language, unit.node)
        for code in REFUSALS:
            problem = problem_of(Refused(code, **values), names, unit.clock.now_ms())
            assert problem.what, code
            assert problem.now, code
            assert code not in problem.what
            assert "?" not in problem.what
            hindi = any("\u0900" <= letter <= "\u097f" for letter in problem.now)
            assert hindi is (language == "hi"), code


def test_values_that_are_missing_break_no_sentence(app: Flask, unit: Unit) -> None:
    with app.test_request_context("/"):
        g.language = "en"
        names = Names(unit.directory(), "en", unit.node)
        assert all(problem_of(Refused(code), names, 0).what for code in [*REFUSALS, "never_heard_of"])


DATE = re.compile(r"\d\d-\d\d-(\d{4})")


def test_a_date_that_is_given_as_an_example_is_of_the_readers_year(app: Flask, unit: Unit) -> None:
    nearest = {"due_in_past": 7, "bad_due": 7, "bad_until": 7, "bad_opened": -7 * 365, "bad_review": 5 * 365}
    for now in (unit.clock.now_ms(), unit.clock.now_ms() + 9 * 365 * showing.DAY_MS):
        with app.test_request_context("/"):
            g.language = "en"
            names = Names(unit.directory(), "en", unit.node)
            for code in REFUSALS:
                for year in DATE.findall(problem_of(Refused(code), names, now).now):
                    assert abs(int(year) - int(showing.day(now)[-4:])) <= 7, code
            for code, days in nearest.items():
                assert showing.day_in(now, days) in problem_of(Refused(code), names, now).now


def test_no_page_holds_a_date_that_grows_old() -> None:
    pages = [*Path(appliance.web.__file__).parent.rglob("*.html")]
    assert len(pages) > 50
    assert {page.name for page in pages if DATE.search(page.read_text())} == set()
