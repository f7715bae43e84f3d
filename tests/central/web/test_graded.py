"""At the district: where a graded file is, for whom, and that its title is neither read nor found by others."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import grading, verbs
from central.hub.arriving import arriving, note_beginning
from tests.central.web.test_aside import CLERK, HEAD, Window
from tests.support.copies import meet
from tests.support.district import District, actor, make_district

OFFICES = ("moth", "chirgaon", "hq")
DA = actor("moth.head", OFFICES)
WORDS = {"normal": "साधारण तालाब", "confidential": "गोपन तालाब", "secret": "गुप्त तालाब"}


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path, OFFICES)
    moth = made.units["moth"]
    for word, subject in WORDS.items():
        verbs.open_file(moth, DA, subject=subject, section="moth.dev", language="hi", grading=word)
    meet(made, "moth")
    yield made
    made.close()


def seen(window: Window, words: str) -> set[str]:
    page = window.get(f"/files?q={words}").text
    assert "<table" in page or "/files?" not in page
    return {word for word, subject in WORDS.items() if f">{subject}<" in page}


def rows(window: Window, words: str) -> int:
    return window.get(f"/files?q={words}").text.count("<tr data-file=")


def test_who_may_order_reads_and_finds_all(district: District) -> None:
    window = Window(district, HEAD)
    assert seen(window, "") == set(WORDS)
    assert seen(window, "गुप्त") == {"secret"}
    assert rows(window, "तालाब") == 3


def test_others_see_where_a_confidential_file_is_and_nothing_of_a_secret_one(district: District) -> None:
    window = Window(district, CLERK)
    assert seen(window, "") == {"normal"}
    assert rows(window, "") == 2
    number = district.hub.db.value("SELECT file_number FROM efile WHERE grading='confidential'")
    assert rows(window, number) == 1
    assert "data-veiled" in window.get(f"/files?q={number}").text


def test_a_word_of_a_graded_title_finds_nothing_for_others(district: District) -> None:
    window = Window(district, CLERK)
    assert rows(window, "तालाब") == 1
    assert rows(window, "गोपन") == rows(window, "गुप्त") == 0


def test_a_grading_that_changes_counts_with_the_next_exchange(district: District) -> None:
    moth = district.units["moth"]
    file = moth.db.value("SELECT file FROM efile WHERE title=?", WORDS["normal"])
    grading.regrade(moth, DA, file, "secret")
    meet(district, "moth")
    assert rows(Window(district, CLERK), "") == 1
    assert rows(Window(district, HEAD), "") == 3


@pytest.mark.parametrize("begun", [True, False])
def test_a_paper_on_its_way_does_not_tell_a_graded_title(district: District, *, begun: bool) -> None:
    hub = district.hub
    for number, word in enumerate(WORDS):
        sha256, upload = bytes([number]) * 32, f"up-{number}"
        file = hub.db.value("SELECT file FROM efile WHERE title=?", WORDS[word])
        hub.db.run("INSERT INTO paper (sha256, size, node, at_ms) VALUES (?,100,'moth',0)", sha256)
        hub.db.run("INSERT INTO paper_use (sha256, file) VALUES (?,?)", sha256, file)
        if begun:
            hub.incoming.create(upload, 100, b"")
            note_beginning(hub, sha256, "moth", upload)
    (office,) = arriving(hub, graded=False)
    shown = {(one.subject, one.veiled) for one in office.rows}
    shown |= {(one.subject, one.veiled) for one in office.waiting}
    assert shown == {(WORDS["normal"], False), ("", True)}
    page = Window(district, CLERK).get("/papers").text
    assert WORDS["normal"] in page
    assert not [word for word in ("confidential", "secret") if WORDS[word] in page]
    assert WORDS["secret"] in Window(district, HEAD).get("/papers").text


def test_files_that_were_stored_before_there_was_the_column_are_graded_by_what_they_say(district: District) -> None:
    db = district.hub.db
    before = set(db.rows("SELECT file, grading FROM efile"))
    db.run("ALTER TABLE efile DROP COLUMN grading")
    importlib.import_module("central.store.migrations.0010_grading").up(None, db)
    assert set(db.rows("SELECT file, grading FROM efile")) == before
    assert {grading for _, grading in before} == set(WORDS)
