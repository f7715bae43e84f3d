from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import opinions, reading, verbs
from appliance.desk.enclosures import enclosed
from appliance.desk.opinion_page import AskedRow, asked, opinion_page
from appliance.desk.refused import Refused
from appliance.desk.values import Actor, PullBack
from appliance.store.book import read_file
from appliance.store.unit import Unit
from protocol import events as ev
from tests.appliance.store.test_rebuild import same_when_rebuilt
from tests.support.copies import meet
from tests.support.district import District, TestClock, actor, make_district
from tests.support.paper import pdf

PDF = pdf()
DA1, DA2, HEAD = actor("moth.da1"), actor("moth.da2"), actor("moth.head")
FAR = actor("chirgaon.head")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path)
    yield made
    made.close()


@pytest.fixture
def file(unit: Unit) -> str:
    return a_file(unit)


def a_file(unit: Unit) -> str:
    return verbs.open_file(unit, DA1, subject="नाली निर्माण", section="moth.dev", language="hi", priority=2)


def write(unit: Unit, who: Actor, subject: str, html: str) -> None:
    version = unit.db.value("SELECT version FROM yellow WHERE file=? AND post=?", subject, who.post) or 0
    verbs.save_yellow(unit, who, subject, html, version)


def give(unit: Unit, who: Actor, opinion: str, html: str) -> None:
    """Opens the opinion, writes and returns it."""
    verbs.receive(unit, who, opinion)
    write(unit, who, opinion, html)
    opinions.answer(unit, who, opinion)


def states(unit: Unit, who: Actor, file: str) -> dict[str, str]:
    return {row.to_post: row.state for row in asked(unit, who, file)}


def row_of(unit: Unit, who: Actor, file: str, post: str) -> AskedRow:
    return next(row for row in asked(unit, who, file) if row.to_post == post)


def events(unit: Unit) -> int:
    return int(unit.db.value("SELECT count(*) FROM event") or 0)


def test_several_posts_are_asked_at_once_and_their_answers_become_paragraphs(unit: Unit, file: str) -> None:
    write(unit, DA1, file, "<p>पहला</p><p>दूसरा</p>")
    verbs.confirm_note(unit, DA1, file)
    first = verbs.attach(unit, DA1, file, name="पत्र.pdf", media_type="", stream=io.BytesIO(PDF))
    verbs.attach(unit, DA1, file, name="अन्य.pdf", media_type="", stream=io.BytesIO(pdf(filling=b"x")))
    question = "<p>क्या यह <b>अनुमन्य</b> है?</p><script>x</script>"
    two = opinions.ask(
        unit,
        DA1,
        file,
        posts=["moth.head", "moth.da2", "moth.head"],
        question=question,
        due="2026-12-01",
        papers=[first],
    )
    assert len(two) == 2
    assert reading.inbox(unit, "moth.da1")[0].file == file, "the file stays where it is"
    row = reading.inbox(unit, "moth.head")[0]
    assert (row.file, row.sort, row.due_date, row.priority, row.unread) == (two[0], "opinion", "2026-12-01", 2, True)
    page = opinion_page(unit, HEAD, two[0])
    assert page.question == "<p>क्या यह <b>अनुमन्य</b> है?</p>"
    assert (page.file, page.asked_by, page.file_post) == (file, "moth.da1", "moth.da1")
    assert [paper.sha256 for paper in reading.file_page(unit, HEAD, two[0]).papers] == [first]
    assert states(unit, DA1, file) == {"moth.head": "asked", "moth.da2": "asked"}

    give(unit, HEAD, two[0], "<p>अनुमन्य है।</p><p>बजट देखें।</p>")
    verbs.receive(unit, DA2, two[1])
    assert states(unit, DA1, file) == {"moth.head": "answered", "moth.da2": "opened"}
    opened = row_of(unit, DA1, file, "moth.da2")
    assert opened.opened_by == DA2.employee
    assert opened.may == frozenset()
    assert row_of(unit, DA1, file, "moth.head").may == {"admit"}
    assert opinions.admit(unit, DA1, two[0]) == 3
    assert states(unit, DA1, file) == {"moth.head": "admitted", "moth.da2": "opened"}
    sheet = reading.file_page(unit, DA1, file).paragraphs
    assert [(p.number, p.post, p.author, p.admitted_post) for p in sheet] == [
        (1, "moth.da1", DA1.employee, ""),
        (2, "moth.da1", DA1.employee, ""),
        (3, "moth.head", HEAD.employee, "moth.da1"),
        (4, "moth.head", HEAD.employee, "moth.da1"),
    ]
    assert two[0] not in {row.file for row in reading.inbox(unit, "moth.da1")}, "what was admitted is done"
    same_when_rebuilt(unit)


def test_the_time_of_an_admitted_opinion_is_when_it_was_written(unit: Unit, file: str, clock: TestClock) -> None:
    (one,) = opinions.ask(unit, DA1, file, posts=["moth.head"], question="?")
    clock.ms += 3_600_000
    give(unit, HEAD, one, "<p>हाँ</p>")
    written = clock.ms
    clock.ms += 7_200_000
    opinions.admit(unit, DA1, one)
    (paragraph,) = reading.file_page(unit, DA1, file).paragraphs
    assert (paragraph.at_ms, paragraph.admitted_ms) == (written, clock.ms)


def test_what_is_asked_wrongly_is_refused_and_nothing_is_written(unit: Unit, file: str) -> None:
    paper = verbs.attach(unit, DA1, file, name="a", media_type="", stream=io.BytesIO(PDF))
    before = events(unit)
    wrong: list[tuple[str, dict[str, object]]] = [
        ("no_post_asked", {"posts": [""]}),
        ("empty_question", {"question": "<p> </p>"}),
        ("question_too_long", {"question": "क" * 20_001}),
        ("too_many_posts", {"posts": [f"moth.x{n}" for n in range(21)]}),
        ("no_such_post", {"posts": ["moth.head", "moth.<b>"]}),
        ("same_post", {"posts": ["moth.head", "moth.da1"]}),
        ("due_in_past", {"due": "2020-01-01"}),
        ("due_in_past", {"due": "कल"}),
        ("no_such_paper", {"papers": [paper, "00" * 32]}),
    ]
    for code, change in wrong:
        fields: dict[str, object] = {"posts": ["moth.head"], "question": "?", **change}
        with pytest.raises(Refused) as refused:
            opinions.ask(unit, DA1, file, **fields)  # type: ignore[arg-type]  # each field has the type that it names
        assert refused.value.code == code
    with pytest.raises(Refused, match="not_holder"):
        opinions.ask(unit, HEAD, file, posts=["moth.da2"], question="?")
    assert events(unit) == before
    assert reading.inbox(unit, "moth.head") == []


def test_the_same_post_is_not_asked_again_before_it_has_answered(unit: Unit, file: str) -> None:
    (one,) = opinions.ask(unit, DA1, file, posts=["moth.head"], question="?")
    with pytest.raises(Refused, match="already_asked"):
        opinions.ask(unit, DA1, file, posts=["moth.da2", "moth.head"], question="?")
    give(unit, HEAD, one, "<p>हाँ</p>")
    assert len(opinions.ask(unit, DA1, file, posts=["moth.head"], question="और?")) == 1


def test_an_answer_needs_words_and_only_the_asked_give_it(unit: Unit, file: str) -> None:
    (one,) = opinions.ask(unit, DA1, file, posts=["moth.head"], question="?")
    with pytest.raises(Refused, match="wrong_state"):
        opinions.answer(unit, HEAD, one)
    verbs.receive(unit, HEAD, one)
    assert opinion_page(unit, HEAD, one).may == {"answer"}
    with pytest.raises(Refused, match="empty_answer"):
        opinions.answer(unit, HEAD, one)
    with pytest.raises(Refused, match="not_holder"):
        opinions.answer(unit, DA2, one)
    with pytest.raises(Refused, match="same_post"):
        opinions.answer(unit, DA1, one)
    with pytest.raises(Refused, match="not_holder"):
        opinions.admit(unit, DA1, one)
    with pytest.raises(Refused, match="opinion_unanswered"):
        opinions.admit(unit, HEAD, one)
    with pytest.raises(Refused, match="wrong_state"):
        opinions.answer(unit, DA1, file)


def test_an_assistant_writes_for_the_asked_and_both_are_admitted_each_under_his_name(unit: Unit, file: str) -> None:
    (one,) = opinions.ask(unit, DA1, file, posts=["moth.head"], question="?")
    verbs.receive(unit, HEAD, one)
    verbs.send(unit, HEAD, one, to_post="moth.da2", how="down")
    verbs.receive(unit, DA2, one)
    write(unit, DA2, one, "<p>अभिलेख के अनुसार हाँ</p>")
    verbs.confirm_note(unit, DA2, one)
    paper = verbs.attach(unit, DA2, one, name="b.pdf", media_type="", stream=io.BytesIO(PDF))
    verbs.send(unit, DA2, one, to_post="moth.head", how="up")
    give(unit, HEAD, one, "<p>सहमत</p>")
    opinions.admit(unit, DA1, one)
    page = reading.file_page(unit, DA1, file)
    assert [(p.number, p.post) for p in page.paragraphs] == [(1, "moth.da2"), (2, "moth.head")]
    assert [row.sha256 for row in page.papers] == [paper]


def test_what_nobody_opened_is_taken_back_and_done_with(unit: Unit, file: str) -> None:
    (one,) = opinions.ask(unit, DA1, file, posts=["moth.head"], question="?")
    assert row_of(unit, DA1, file, "moth.head").may == {"recall"}
    assert row_of(unit, DA2, file, "moth.head").may == frozenset()
    with pytest.raises(Refused, match="not_sender"):
        opinions.recall(unit, DA2, one)
    assert opinions.recall(unit, DA1, one) is PullBack.TAKEN_BACK
    assert states(unit, DA1, file) == {"moth.head": "taken_back"}
    assert reading.inbox(unit, "moth.head") == []
    assert [row.sort for row in reading.inbox(unit, "moth.da1")] == ["file"]
    (again,) = opinions.ask(unit, DA1, file, posts=["moth.head"], question="?")
    verbs.receive(unit, HEAD, again)
    with pytest.raises(Refused, match="already_opened"):
        opinions.recall(unit, DA1, again)


def test_late_is_who_has_not_answered_after_the_day(unit: Unit, file: str, clock: TestClock) -> None:
    opinions.ask(unit, DA1, file, posts=["moth.head", "moth.da2"], question="?", due="2026-11-25")
    assert not any(row.late for row in asked(unit, DA1, file))
    clock.ms += 30 * 86_400_000
    give(unit, HEAD, row_of(unit, DA1, file, "moth.head").opinion, "<p>हाँ</p>")
    assert {row.to_post: row.late for row in asked(unit, DA1, file)} == {"moth.head": False, "moth.da2": True}


def test_when_the_file_has_moved_on_the_answer_is_sent_after_it(unit: Unit, file: str) -> None:
    (one,) = opinions.ask(unit, DA1, file, posts=["moth.da2"], question="?")
    verbs.send(unit, DA1, file, to_post="moth.head", how="up")
    give(unit, DA2, one, "<p>हाँ</p>")
    verbs.receive(unit, DA1, one)
    page = opinion_page(unit, DA1, one)
    assert (page.file_post, page.may) == ("moth.head", frozenset({"follow", "drop"}))
    with pytest.raises(Refused) as refused:
        opinions.admit(unit, DA1, one)
    assert (refused.value.code, refused.value.values["post"]) == ("opinion_file_away", "moth.head")
    verbs.receive(unit, HEAD, file)
    verbs.send(unit, DA1, one, to_post="moth.head", how="up")
    assert row_of(unit, HEAD, file, "moth.da2").may == {"admit"}
    opinions.admit(unit, HEAD, one)
    assert [p.post for p in reading.file_page(unit, HEAD, file).paragraphs] == ["moth.da2"]


def test_an_answer_is_only_left_out_with_a_reason(unit: Unit, file: str) -> None:
    (one,) = opinions.ask(unit, DA1, file, posts=["moth.da2"], question="?")
    verbs.receive(unit, DA2, one)
    with pytest.raises(Refused, match="not_asker"):
        opinions.drop(unit, DA2, one, "नहीं")
    with pytest.raises(Refused, match="wrong_state"):
        verbs.close(unit, DA2, one, "नहीं")
    write(unit, DA2, one, "<p>हाँ</p>")
    opinions.answer(unit, DA2, one)
    verbs.receive(unit, DA1, one)
    with pytest.raises(Refused, match="reason_missing"):
        opinions.drop(unit, DA1, one, "  ")
    opinions.drop(unit, DA1, one, "प्रश्न अब नहीं रहा")
    assert states(unit, DA1, file) == {"moth.da2": "ended"}
    assert reading.closed(unit, "moth.da1") == []
    assert reading.file_page(unit, DA1, file).paragraphs == []


def test_an_office_far_away_is_asked_over_the_district_and_its_answer_admitted_here(district: District) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file = a_file(moth)
    paper = verbs.attach(moth, DA1, file, name="पत्र.pdf", media_type="", stream=io.BytesIO(PDF))
    _near, far = opinions.ask(
        moth, DA1, file, posts=["moth.head", "chirgaon.head"], question="<p>क्या सहमत हैं?</p>", papers=[paper]
    )
    assert row_of(moth, DA1, file, "chirgaon.head").stage == "waiting"
    meet(district, "moth", "chirgaon", "chirgaon", "moth")
    assert row_of(moth, DA1, file, "chirgaon.head").stage == "delivered"
    row = reading.inbox(chirgaon, "chirgaon.head")[0]
    assert (row.file, row.sort) == (far, "opinion")
    page = opinion_page(chirgaon, FAR, far)
    assert (page.question, page.file_is_here) == ("<p>क्या सहमत हैं?</p>", False)
    with pytest.raises(Refused, match="no_such_file"):
        reading.file_page(chirgaon, FAR, file)
    assert [(p.sha256, p.here) for p in reading.file_page(chirgaon, FAR, far).papers] == [(paper, True)]
    verbs.receive(chirgaon, FAR, far)
    meet(district, "chirgaon", "moth")
    opened = row_of(moth, DA1, file, "chirgaon.head")
    assert (opened.state, opened.opened_by) == ("opened", FAR.employee)
    write(chirgaon, FAR, far, "<p>सहमत हैं।</p>")
    opinions.answer(chirgaon, FAR, far)
    meet(district, "chirgaon", "moth")
    assert states(moth, DA1, file) == {"moth.head": "asked", "chirgaon.head": "answered"}
    opinions.admit(moth, DA1, far)
    (paragraph,) = reading.file_page(moth, DA1, file).paragraphs
    assert (paragraph.post, paragraph.author) == ("chirgaon.head", FAR.employee)
    meet(district, "moth", "chirgaon", "moth")
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0
    for unit in (moth, chirgaon):
        same_when_rebuilt(unit)


def test_the_answer_follows_a_file_that_went_to_another_office_and_is_admitted_there(district: District) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file = a_file(moth)
    (one,) = opinions.ask(moth, DA1, file, posts=["moth.head"], question="?")
    verbs.send(moth, DA1, file, to_post="chirgaon.head", how="up")
    meet(district, "moth", "chirgaon", "moth")
    verbs.receive(chirgaon, FAR, file)
    assert states(chirgaon, FAR, file) == {"moth.head": "elsewhere"}
    give(moth, HEAD, one, "<p>हाँ</p>")
    verbs.receive(moth, DA1, one)
    page = opinion_page(moth, DA1, one)
    assert (page.file_post, page.file_node) == ("chirgaon.head", "chirgaon")
    assert page.may == {"follow", "drop"}
    verbs.send(moth, DA1, one, to_post="chirgaon.head", how="up")
    meet(district, "moth", "chirgaon")
    assert states(chirgaon, FAR, file) == {"moth.head": "answered"}
    opinions.admit(chirgaon, FAR, one)
    assert [p.post for p in reading.file_page(chirgaon, FAR, file).paragraphs] == ["moth.head"]
    meet(district, "chirgaon", "moth", "chirgaon")
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0


def test_of_one_on_its_way_the_district_decides_and_it_is_ended_when_it_is_back(district: District) -> None:
    moth = district.units["moth"]
    file = a_file(moth)
    (one,) = opinions.ask(moth, DA1, file, posts=["chirgaon.head"], question="?")
    meet(district, "moth")
    assert row_of(moth, DA1, file, "chirgaon.head").may == {"recall"}
    assert opinions.recall(moth, DA1, one) is PullBack.ASKED
    meet(district, "moth", "chirgaon", "moth", "chirgaon", "moth")
    row = read_file(moth.db, one)
    assert row is not None
    assert (row.phase, row.state.post) == ("held", "moth.da1")
    assert states(moth, DA1, file) == {"chirgaon.head": "taken_back"}
    if row.state.standing == "tray":
        verbs.receive(moth, DA1, one)
    opinions.drop(moth, DA1, one)
    assert reading.inbox(district.units["chirgaon"], "chirgaon.head") == []


def test_enclosed_receipts_show_number_sender_and_pages_and_the_newest_is_under_consideration() -> None:
    paper = ev.Attach(bytes(32), 9, "a", "application/pdf", 3, 1, "r1")
    told = [
        ev.Enclose("r1", "MOTH/D/2026/000001", "पहला", "प्रधान", "12/क", "2026-11-01"), paper,
        ev.Enclose("r2", "MOTH/D/2026/000002", "दूसरा", "तहसील"), None,
    ]  # fmt: skip
    first, second = enclosed(told)
    assert (first.number, first.sender, first.first_page, first.pages) == ("MOTH/D/2026/000001", "प्रधान", 1, 3)
    assert (first.under_consideration, second.under_consideration) == (False, True)
    assert (second.first_page, second.pages) == (0, 0)
    assert enclosed([]) == ()
