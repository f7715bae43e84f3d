"""Weeding at the desk: who may when, and that at once nothing of notes and papers is shown or found."""

from __future__ import annotations

import pytest

from appliance.desk import covers, draft_page, reading, record, verbs
from appliance.desk.file_page import file_page
from appliance.desk.papers import PaperIn
from appliance.desk.refused import Refused
from appliance.desk.search import search
from appliance.store.rebuild import rebuild
from appliance.store.unit import Unit
from tests.appliance.store.test_rebuild import views
from tests.support.district import TestClock, actor
from tests.support.weeding import CLERK, HEAD, WORDS, note, order_of, put_away, worked_on


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda error: error.code == code)


def weed(unit: Unit, file: str, order: PaperIn | None = None, number: str = "12/2027", *, sure: bool = True) -> None:
    record.weed(unit, HEAD, file, order=order or order_of(unit), order_number=number, remarks="नियमानुसार", sure=sure)


def test_only_what_the_rules_allow(unit: Unit, clock: TestClock) -> None:
    file, _, _ = worked_on(unit)
    with refused("wrong_state"):
        weed(unit, file)
    verbs.close(unit, HEAD, file, "")
    record.put_in_record(unit, HEAD, file, retention="C", review="2027-06-01")
    with refused("weed_too_early") as caught:
        weed(unit, file)
    assert caught.value.values["review"] == "2027-06-01"
    clock.ms += 250 * 86_400_000
    with refused("weed_unconfirmed"):
        weed(unit, file, sure=False)
    with refused("weed_no_number"):
        weed(unit, file, number=" \u200b")
    with refused("weed_number_long"):
        weed(unit, file, number="1" * 101)
    with refused("weed_order_not_pdf"):
        weed(unit, file, PaperIn(b"x" * 32, 5, "a.png", "image/png", 1))
    with refused("not_holder"):
        record.weed(unit, CLERK, file, order=order_of(unit), order_number="1")
    assert not unit.papers.has(order_sha(unit)), "the paper of a refused weeding stays nowhere"
    assert unit.db.value("SELECT count(*) FROM event WHERE kind='weed'") == 0


def order_sha(unit: Unit) -> bytes:
    kept = order_of(unit)
    unit.papers.delete(kept.sha256)
    return kept.sha256


@pytest.mark.parametrize(("retention", "code"), [("A", "weed_kept"), ("B", "weed_not_c")])
def test_what_is_kept_is_not_weeded(unit: Unit, clock: TestClock, retention: str, code: str) -> None:
    file, _, _ = worked_on(unit)
    verbs.close(unit, HEAD, file, "")
    record.put_in_record(unit, HEAD, file, retention=retention, review="2027-06-01")
    clock.ms += 250 * 86_400_000
    with refused(code):
        weed(unit, file)


def test_at_once_nothing_is_shown_or_found(unit: Unit, clock: TestClock) -> None:
    file, receipt, number = worked_on(unit)
    put_away(unit, HEAD, file, clock)
    assert search(unit, HEAD, WORDS[0]).files
    weed(unit, file)
    page = file_page(unit, HEAD, file)
    assert (page.state, page.subject, page.paragraphs, page.enclosed) == ("weeded", "पुराना विषय", [], ())
    assert page.may == frozenset()
    assert page.weeding is not None
    assert (page.weeding.order_number, page.weeding.remarks, page.weeding.post) == ("12/2027", "नियमानुसार", HEAD.post)
    assert [paper.name for paper in page.papers] == ["आदेश.pdf"]
    assert file_page(unit, HEAD, receipt).papers == []
    assert reading.movements(unit, file)
    for words in (*WORDS, "स्कैन.pdf", "पत्र.pdf"):
        assert not [found for found in search(unit, HEAD, words).files if found.texts], words
    assert search(unit, HEAD, "पुराना").files
    assert search(unit, HEAD, "12/2027").files
    assert covers.cover_page(unit, HEAD, file).recorded_ms
    (issued,) = draft_page.issued(unit, HEAD)
    assert (issued.number, issued.title, issued.addressee, issued.weeded) == (number, "", "", True)
    assert unit.db.value("SELECT number FROM receipt WHERE file=?", receipt)
    with refused("wrong_state"):
        note(unit, HEAD, file, "x")


def test_views_made_anew_are_the_same_before_the_district_knows(unit: Unit, clock: TestClock) -> None:
    file, _, _ = worked_on(unit)
    put_away(unit, HEAD, file, clock)
    weed(unit, file)
    grown = views(unit)
    rebuild(unit.db, clock.ms)
    assert views(unit) == grown


def test_a_second_click_does_nothing(unit: Unit, clock: TestClock) -> None:
    file, _, _ = worked_on(unit)
    put_away(unit, HEAD, file, clock)
    weed(unit, file)
    events = unit.db.value("SELECT count(*) FROM event")
    weed(unit, file)
    assert unit.db.value("SELECT count(*) FROM event") == events
    assert unit.papers.has(order_of(unit).sha256)
    with refused("wrong_state"):
        weed(unit, file, number="13/2027")


def test_what_others_hold_is_not_weeded_along(unit: Unit, clock: TestClock) -> None:
    file, receipt, _ = worked_on(unit)
    other = verbs.open_file(unit, actor("moth.da2"), subject="दूसरा", section="moth.dev", language="hi")
    note(unit, actor("moth.da2"), other, "रहता है")
    put_away(unit, HEAD, file, clock)
    weed(unit, file)
    weeded = {file for (file,) in unit.db.rows("SELECT file FROM weeded")}
    assert weeded == {file, receipt}
    assert file_page(unit, HEAD, other).paragraphs
