from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.desk.refused import Refused
from appliance.store.unit import Unit
from tests.support.district import TestClock, actor, open_unit, papers_of

CLERK = actor("moth.da1")
OFFICES = ("moth", "chirgaon")


def number_of_new(unit: Unit, section: str = "moth.dev") -> str:
    file = verbs.open_file(unit, CLERK, subject="s", section=section, language="hi")
    return reading.file_page(unit, CLERK, file).number


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_office_section_year_and_serial(unit: Unit) -> None:
    assert [number_of_new(unit) for _ in range(3)] == [f"MOTH/विकास/2026/{n:05d}" for n in (1, 2, 3)]


def test_each_section_counts_for_itself(unit: Unit) -> None:
    number_of_new(unit)
    assert number_of_new(unit, "ग्राम/पंचायत") == "MOTH/ग्राम-पंचायत/2026/00001"
    assert number_of_new(unit) == "MOTH/विकास/2026/00002"


def test_the_year_turns_at_midnight_in_india(unit: Unit, clock: TestClock) -> None:
    clock.ms = ms("2026-12-31T18:29:59")
    assert number_of_new(unit) == "MOTH/विकास/2026/00001"
    clock.ms = ms("2026-12-31T18:30:00")
    assert number_of_new(unit) == "MOTH/विकास/2027/00001"
    clock.ms = ms("2026-12-31T18:29:59")  # the journal knows better than a clock that stepped back
    assert number_of_new(unit) == "MOTH/विकास/2027/00002"


def test_a_floor_from_the_paper_register_is_kept_to(unit: Unit) -> None:
    with unit.db.writing():
        unit.db.run("INSERT INTO numbering (series, floor) VALUES ('MOTH/विकास/2026', 410)")
    assert number_of_new(unit).endswith("/00411")
    assert number_of_new(unit).endswith("/00412")


def test_a_refused_opening_uses_no_number_up(unit: Unit) -> None:
    number_of_new(unit)
    for subject, section, code in (
        ("", "moth.dev", "empty_subject"),
        (" \n\t", "moth.dev", "empty_subject"),
        ("x" * 501, "moth.dev", "subject_too_long"),
        ("x", " ", "no_section"),
    ):
        with pytest.raises(Refused) as refused:
            verbs.open_file(unit, CLERK, subject=subject, section=section, language="hi")
        assert refused.value.code == code
    assert number_of_new(unit).endswith("/00002")


def _open_many(folder: str, count: int) -> list[str]:
    unit = open_unit(Path(folder), "moth", papers_of(OFFICES), TestClock())
    numbers = [number_of_new(unit) for _ in range(count)]
    unit.db.close()
    return numbers


def test_two_processes_never_give_one_number_twice(tmp_path: Path) -> None:
    open_unit(tmp_path, "moth", papers_of(OFFICES), TestClock()).db.close()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        given = [number for some in pool.starmap(_open_many, [(str(tmp_path), 40)] * 2) for number in some]
    assert sorted(given) == [f"MOTH/विकास/2026/{n:05d}" for n in range(1, 81)]
