"""The office's pages on what is not in its files: after a fork, an order, a restore; and what the district asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import people, verbs
from appliance.link.restore import begin_restore, stop
from appliance.store.book import Book
from appliance.store.unit import Unit
from appliance.web import create_app
from central.hub import deciding
from tests.appliance.web.conftest import Browser
from tests.support.copies import copy, put_back
from tests.support.district import START_MS, District, make_district
from tests.support.set_aside import (
    ENCLOSED,
    KEPT,
    LOST,
    MORE,
    MOTH,
    THERE,
    TITLE,
    begun,
    forced,
    fork,
    graded_apart,
    settle,
    write,
)

PASSWORD = "सुरक्षित-123"
E_FIELD = re.compile(r'name="e" value="([0-9a-f]{64})"')


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path)
    settle(made)
    yield made
    made.close()


def window(unit: Unit, employee: str) -> Browser:
    people.set_password(unit, employee, PASSWORD)
    browser = Browser(create_app(unit))
    browser.log_in(employee, PASSWORD)
    return browser


def test_what_a_fork_left_out_is_written_again_in_one_step(district: District) -> None:
    apart = fork(district)
    moth = district.units["moth"]
    browser = window(moth, MOTH.employee)
    assert 'data-set-aside="3"' in browser.get(f"/files/{apart.file}").text
    assert "data-restored" in browser.get("/inbox").text
    page = browser.get("/restored").text
    for words in ('data-restored="ended" data-came="1"', "अलग शाखा की पहली टिप्पणी", MORE, f'data-file="{apart.file}"'):
        assert words in page
    hashes = E_FIELD.findall(page)
    assert [bytes.fromhex(e) for e in hashes] == apart.hashes
    answer = browser.post("/restored", 422, e=hashes)
    assert 'data-problem="unconfirmed_again"' in answer.text
    browser.post("/restored", 303, e=hashes, sure="1")
    assert E_FIELD.findall(browser.get("/restored").text) == []
    page = browser.get(f"/files/{apart.file}").text
    for words in (KEPT, LOST, MORE):
        assert words in page
    assert "की अलग रखी गई टिप्पणी फिर से लिखी" in page
    assert "data-set-aside" not in page
    assert 'data-problem="already_again"' in browser.post("/left-out", 422, e=hashes, sure="1").text
    browser.post("/left-out", 400, e=["xyz"], sure="1")


def test_another_desk_of_the_office_sees_it_and_may_not(district: District) -> None:
    apart = fork(district)
    moth = district.units["moth"]
    browser = window(moth, "002")
    assert MORE in browser.get(f"/files/{apart.file}/left-out").text
    assert E_FIELD.findall(browser.get("/left-out").text) == []
    browser.post("/left-out", 422, e=[apart.hashes[0].hex()], sure="1")
    assert moth.db.value("SELECT count(*) FROM event WHERE kind='note' AND pos IS NOT NULL") == 1


def test_the_old_holder_reads_by_whose_order_and_what_is_not_in_the_file(district: District) -> None:
    apart = forced(district)
    browser = window(district.units["moth"], MOTH.employee)
    for path in (f"/files/{apart.file}", f"/files/{apart.file}/left-out", "/left-out"):
        page = browser.get(path).text
        assert "data-ordered" in page
        assert "बाढ़ में मशीन नहीं रही" in page
    assert MORE in page
    assert E_FIELD.findall(page) == []
    deciding.decide(district.hub, apart.hashes, "discard", "दोहराव", "E9", sure=True)
    settle(district)
    page = browser.get("/left-out").text
    assert 'data-decided="discard"' in page
    assert "दोहराव" in page
    assert "data-set-aside" not in browser.get(f"/files/{apart.file}").text


@pytest.mark.parametrize("how", ["annexe", "replay"])
def test_the_new_holder_does_what_the_district_asks(district: District, how: str) -> None:
    apart = forced(district)
    event = deciding.decide(district.hub, apart.hashes, how, "मिलान किया", "E9", sure=True)
    settle(district)
    chirgaon = district.units["chirgaon"]
    browser = window(chirgaon, THERE.employee)
    assert "data-asked" in browser.get(f"/files/{apart.file}").text  # which opens it, too
    assert f'data-file="{apart.file}"' in browser.get("/left-out").text
    page = browser.get(f"/files/{apart.file}/left-out").text
    assert f'data-decided="{how}" data-done="no"' in page
    assert MORE in page
    path = f"/files/{apart.file}/{'annexe' if how == 'annexe' else 'again'}"
    assert 'data-problem="unconfirmed_again"' in browser.post(path, 422, event=event).text
    assert 'data-problem="nothing_again"' in browser.post(path, 422, event="hub.0011223344556677.1", sure="1").text
    browser.post(path, 303, event=event, sure="1")
    page = browser.get(f"/files/{apart.file}").text
    assert "data-asked" not in page
    if how == "annexe":
        (paper,) = chirgaon.db.rows("SELECT sha256, name FROM paper WHERE file=?", apart.file)
        assert paper[1].startswith("अलग रखी प्रविष्टियाँ")
        assert b"".join(chirgaon.papers.open(bytes(paper[0]))).startswith(b"%PDF")
    else:
        assert MORE in page
    browser.post(path, 422, event=event, sure="1")


def test_a_stopped_office_says_of_when_it_is_and_what_to_do(district: District) -> None:
    file = begun(district)
    place = copy(district, "moth")
    write(district.units["moth"], file, KEPT)
    settle(district)
    moth = put_back(district, "moth", place)
    begin_restore(moth, START_MS)
    browser = window(moth, MOTH.employee)
    assert 'href="/restored"' in browser.get("/inbox").text
    page = browser.get("/restored").text
    assert 'data-restored="stopped"' in page
    assert "की दशा" in page
    verbs.save_yellow(moth, MOTH, file, "<p>पीली</p>", 0)  # as the page says, drafts go on
    settle(district)
    page = browser.get("/restored").text
    assert 'data-restored="ended" data-came="1"' in page
    assert "data-left-out" not in page
    assert "पीली" in browser.get(f"/files/{file}").text


def test_an_office_that_was_never_restored_says_so(district: District) -> None:
    browser = window(district.units["moth"], MOTH.employee)
    for path in ("/restored", "/left-out"):
        assert "pv-empty" in browser.get(path).text
    browser.get("/files/moth.0011223344556677.1/left-out", 404)


@pytest.mark.parametrize("grading", ["confidential", "secret"])
@pytest.mark.parametrize("begun_apart", [False, True])
def test_what_was_graded_in_the_part_that_is_left_out_is_for_its_writer_alone(
    district: District, grading: str, begun_apart: bool
) -> None:
    """What stands of the file is not graded, or there is no such file: only the left-out entries say so."""
    apart = graded_apart(district, grading, begun_apart=begun_apart)
    moth = district.units["moth"]
    pages = ["/left-out", "/restored", *([] if begun_apart else [f"/files/{apart.file}/left-out"])]
    writer = window(moth, MOTH.employee)
    for path in pages:
        assert MORE in writer.get(path).text
    for employee in ("000", "002"):
        other = window(moth, employee)
        for path in pages:
            page = other.get(path).text
            for words in (MORE, ENCLOSED, TITLE):
                assert words not in page


@pytest.mark.parametrize("how", ["annexe", "replay"])
def test_what_the_district_asks_of_graded_words_is_for_the_chain_alone(district: District, how: str) -> None:
    apart = graded_apart(district)
    deciding.decide(district.hub, apart.hashes, how, "मिलान किया", "E9", sure=True)
    settle(district)
    moth, path = district.units["moth"], f"/files/{apart.file}/left-out"
    assert f'data-decided="{how}"' in window(moth, MOTH.employee).get(path).text
    for employee in ("000", "002"):
        page = window(moth, employee).get(path).text
        assert "data-decided" not in page
        assert MORE not in page


@pytest.mark.parametrize("why", ["restored", "set_back", "fork", "epoch_unknown", "life_unknown", "parted"])
def test_the_page_says_in_words_why_the_office_stopped(district: District, why: str) -> None:
    moth = district.units["moth"]
    with moth.db.writing():
        stop(moth, Book(moth.db, START_MS), why)
    page = window(moth, MOTH.employee).get("/restored").text
    assert 'data-restored="stopped"' in page
    assert f"  <p>{why} " not in page
