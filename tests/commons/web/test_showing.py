from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask, g

from commons.web import showing
from commons.web.frame import Frame, equip

MINUTE, HOUR, DAY = showing.MINUTE_MS, showing.HOUR_MS, showing.DAY_MS


def at(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=showing.IST).timestamp() * 1000)


NOW = at("2026-11-20 14:04")


@pytest.fixture(params=["hi", "en"])
def language(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    app = Flask("tiny", static_folder=None)
    equip(app, Frame("pv", lambda: NOW, lambda: None, "/", tmp_path))
    with app.test_request_context("/"):
        g.language = request.param
        yield request.param


def test_dates_and_times_are_of_india() -> None:
    assert showing.clock(NOW) == "14:04"
    assert showing.day(at("2026-11-20 00:10")) == "20-11-2026"
    assert showing.full(NOW) == "20-11-2026, 14:04"


def test_a_moment_is_named_from_today(language: str) -> None:
    today, yesterday = ("आज", "कल") if language == "hi" else ("Today", "Yesterday")
    assert showing.moment(at("2026-11-20 09:15"), NOW) == f"{today} 09:15"
    assert showing.moment(at("2026-11-19 23:59"), NOW) == f"{yesterday} 23:59"
    assert showing.moment(at("2026-11-18 15:02"), NOW) == "18-11 15:02"
    assert showing.moment(at("2025-11-18 15:02"), NOW) == "18-11-2025 15:02"


def test_spans(language: str) -> None:
    hindi = language == "hi"
    assert showing.span(3 * HOUR + 20 * MINUTE) == ("3 घंटे 20 मिनट" if hindi else "3 hours 20 minutes")
    assert showing.span(4 * DAY + 3 * HOUR + 9 * MINUTE) == ("4 दिन 3 घंटे" if hindi else "4 days 3 hours")
    assert showing.short_span(2 * DAY + 13 * HOUR) == ("2 दि 13 घं" if hindi else "2 d 13 h")
    assert showing.short_span(18 * MINUTE) == ("18 मि" if hindi else "18 min")
    assert showing.span(-5) == showing.span(59_000)


def test_limits_have_a_tone_and_a_word(language: str) -> None:
    hindi = language == "hi"
    late = showing.limit("2026-11-16", NOW)
    assert late == showing.Limit("late", "4 दिन पार" if hindi else "4 days over", "16-11-2026")
    soon = showing.limit("2026-11-20", NOW)
    assert soon == showing.Limit("soon", "आज" if hindi else "Today", "20-11-2026")
    left = showing.limit("2026-11-23", NOW)
    assert left == showing.Limit("", "3 दिन" if hindi else "3 days", "23-11-2026")
    assert showing.limit("", NOW) is None


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (999, "999"), (1850, "1,850"), (150000, "1,50,000"), (-12345678, "−1,23,45,678")]
)
def test_numbers_are_grouped_as_in_india(value: int, shown: str) -> None:
    assert showing.number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (412_300, "412 kB"),
        (1_800_000, "1.8 MB"),
        (52_428_800, "52 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_sizes(value: int, shown: str) -> None:
    assert showing.size(value) == shown


@pytest.mark.parametrize(
    ("typed", "read"),
    [("24-11-2026", "2026-11-24"), (" 24/11/2026 ", "2026-11-24"), ("24.11.2026", "2026-11-24"),
     ("2026-11-24", "2026-11-24"), ("", ""), ("31-02-2026", None), ("soon", None)],
)  # fmt: skip
def test_a_typed_date_is_read_in_the_forms_people_use(typed: str, read: str | None) -> None:
    assert showing.read_day(typed) == read
