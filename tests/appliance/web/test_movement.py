"""Several rows at once, how close lists are, the page of the day, pulling up, and being told what arrives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

import pytest
from flask import Flask

from appliance.desk import people, reading
from appliance.desk.summary import DayCount
from appliance.store.unit import Unit
from appliance.web.streams import A_PERSONS_MOST, Watch, told
from appliance.web.summary import HALF, chart_of
from tests.appliance.web.conftest import OFFICER, Browser, TestClock

DA, BDO = "moth.da", "moth.bdo"
STATUS = re.compile(r'data-told="([^"]+)"')


def new_files(assistant: Browser, count: int) -> list[str]:
    found = []
    for n in range(count):
        answer = assistant.post("/files/new", subject=f"पत्रावली {n}", section="moth.accounts", priority="2")
        assistant.get(answer.headers["Location"])
        found.append(answer.headers["Location"].rsplit("/", 1)[-1])
    return found


def posts_of(unit: Unit, post: str) -> set[str]:
    return {row.file for row in reading.inbox(unit, post)}


def test_several_rows_go_to_one_post_with_the_same_words(assistant: Browser, unit: Unit) -> None:
    files = new_files(assistant, 3)
    form = assistant.post("/inbox", 200, file=files, do="send")
    assert form.text.count('name="file"') == 3
    assert "पत्रावली 2" in form.text
    told_of = assistant.post(
        "/many/send", 200, file=files, how="up", to_post=BDO, remarks="एक साथ", due="", priority="3"
    )
    assert STATUS.findall(told_of.text) == ["done"] * 3
    rows = reading.inbox(unit, BDO)
    assert {row.file for row in rows} == set(files)
    assert {(row.remarks, row.priority, row.how) for row in rows} == {("एक साथ", 3, "up")}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to_post": ""}, "no_such_post"),
        ({"to_post": DA}, "same_post"),
        ({"to_post": BDO, "due": "32-13-2026"}, "bad_due"),
        ({"to_post": BDO, "due": "01-01-2020"}, "due_in_past"),
        ({"to_post": BDO, "remarks": "क" * 1001}, "remarks_too_long"),
    ],
)
def test_a_wrong_form_sends_nothing_and_keeps_what_was_typed(
    assistant: Browser, unit: Unit, fields: dict[str, str], code: str
) -> None:
    files = new_files(assistant, 2)
    answer = assistant.post("/many/send", 422, file=files, how="down", **({"remarks": "यथावत"} | fields))
    assert f'data-problem="{code}"' in answer.text
    assert fields.get("remarks", "यथावत") in answer.text
    assert answer.text.count('name="file"') == 2
    assert posts_of(unit, DA) == set(files)


def test_each_row_is_told_for_itself_and_what_is_refused_is_as_it_was(
    assistant: Browser, officer: Browser, unit: Unit
) -> None:
    files = new_files(assistant, 3)
    assistant.post(f"/files/{files[1]}/yellow", text="<script>अधूरा", version="0")
    assistant.post(f"/files/{files[2]}/send", how="up", to_post=BDO)
    answer = assistant.post("/many/park", 409, file=[*files, "no.such.file", files[0]], reason="उत्तर की प्रतीक्षा")
    told_of = dict(re.findall(r'data-told="([^"]+)" data-file="([^"]+)"', answer.text))
    assert sorted(STATUS.findall(answer.text)) == ["done", "done", "no_such_file", "not_holder"]
    assert told_of["not_holder"] == files[2]
    assert {row.file for row in reading.parked(unit, DA)} == set(files[:2])
    assert officer.post("/many/park", 422, file=files[2:], reason=" ").text.count('data-problem="reason_missing"') == 1


def test_what_was_not_yet_received_is_received_and_sent_on_or_neither(
    assistant: Browser, officer: Browser, unit: Unit
) -> None:
    files = new_files(assistant, 2)
    assistant.post("/many/send", 200, file=files, how="up", to_post=BDO)
    officer.post(f"/files/{files[1]}/yellow", text="मेरी टिप्पणी", version="0")
    answer = officer.post("/many/send", 409, file=files, how="down", to_post=DA)
    assert sorted(STATUS.findall(answer.text)) == ["done", "yellow_unconfirmed"]
    (left,) = reading.inbox(unit, BDO)
    assert (left.file, left.unread) == (files[1], True)
    assert officer.post("/inbox", file=files[1:], do="receive").headers["Location"] == "/inbox"
    assert not reading.inbox(unit, BDO)[0].unread


def test_more_rows_than_a_list_shows_are_refused_as_a_whole(assistant: Browser, unit: Unit) -> None:
    (file,) = new_files(assistant, 1)
    answer = assistant.post("/many/park", 409, file=[file, *(f"x.{n}" for n in range(100))], reason="बहुत")
    assert 'data-problem="too_many_rows"' in answer.text
    assert posts_of(unit, DA) == {file}


def test_one_line_a_row_is_the_persons_own_choice(assistant: Browser, officer: Browser) -> None:
    new_files(assistant, 1)
    assert "inbox dense" not in assistant.get("/inbox").text
    assert assistant.post("/density", density="dense", back="/sent").headers["Location"] == "/sent"
    assert "inbox dense" in assistant.get("/inbox").text
    assert "inbox dense" not in officer.get("/inbox").text
    assert assistant.post("/density", density="?", back="//evil.example").headers["Location"] == "/inbox"
    assert "inbox dense" not in assistant.get("/inbox").text


def test_the_day_comes_first_once_a_day(assistant: Browser, clock: TestClock) -> None:
    assert "data-first" in assistant.get("/").text
    assert "data-list" not in assistant.get("/").text.partition("<main")[0]
    assert "data-first" not in assistant.get("/").text
    clock.ms += 86_400_000
    assistant.log_in("E101")
    assert "data-first" in assistant.get("/").text


def test_the_day_tells_what_came_what_went_and_who_holds_it(assistant: Browser, officer: Browser) -> None:
    files = new_files(assistant, 3)
    assistant.post("/many/send", 200, file=files[:2], how="up", to_post=BDO)
    mine, theirs = assistant.get("/summary").text, officer.get("/summary").text
    figures = re.compile(r"<li><a href=\"[^\"]+\"><b>(\d+)</b>")
    assert figures.findall(mine) == ["1", "0", "0", "0", "0", "2"]
    assert figures.findall(theirs) == ["2", "2", "0", "0", "2", "0"]
    assert "<td>2 <meter" in mine
    assert "<td>2 <meter" not in theirs


def test_a_day_with_anything_has_a_bar() -> None:
    days = [DayCount(date(2026, 11, n), 0, 0) for n in range(1, 13)]
    chart = chart_of([*days, DayCount(date(2026, 11, 13), 1, 400), DayCount(date(2026, 11, 14), 0, 200)])
    assert [(column.came_height, column.went_height) for column in chart.columns[-2:]] == [(3, HALF), (0, HALF // 2)]
    assert (chart.came, chart.went, {column.came_height for column in chart.columns[:12]}) == (1, 600, {0})


def test_a_superior_pulls_up_with_a_reason_and_both_are_told(assistant: Browser, officer: Browser) -> None:
    (file,) = new_files(assistant, 1)
    assistant.post(f"/files/{file}/yellow", text="अधूरा", version="0")
    assert 'data-verb="pull-up"' in officer.get(f"/files/{file}").text
    assert 'data-verb="pull-up"' not in assistant.get(f"/files/{file}").text
    assert 'data-problem="reason_missing"' in officer.post(f"/files/{file}/pull-up", 422, pull_reason="").text
    officer.post(f"/files/{file}/pull-up", pull_reason="<b>आज</b> देखना है")
    assert file in officer.get("/inbox").text
    page = assistant.get(f"/files/{file}").text
    assert "data-yellow-kept" in page
    assert "अधूरा" not in officer.get(f"/files/{file}").text
    day = assistant.get("/summary").text
    assert "data-taken" in day
    assert "&lt;b&gt;आज&lt;/b&gt; देखना है" in day
    assert file in assistant.get("/unfinished").text
    assert 'data-problem="not_superior"' in assistant.post(f"/files/{file}/pull-up", 409, pull_reason="वापस").text
    assistant.post("/files/moth.0123456789abcdef.9/pull-up", 404, pull_reason="नहीं")


def test_news_names_what_arrived_after_a_moment_and_of_a_graded_file_only_the_number(
    assistant: Browser, officer: Browser, clock: TestClock
) -> None:
    before = officer.get("/news?after=1").json or {}
    assert (before["arrived"], before["words"], before["inbox"]) == (0, "", 0)
    made = assistant.post("/files/new", subject="छिपा विषय", section="moth.accounts", grading="secret")
    secret = made.headers["Location"]
    assistant.get(secret)
    (open_one,) = new_files(assistant, 1)
    clock.ms += 5000
    for file in (open_one, secret.rsplit("/", 1)[-1]):
        assistant.post(f"/files/{file}/send", how="up", to_post=BDO)
    after = officer.get(f"/news?after={before['after']}").json or {}
    assert (after["arrived"], after["unread"]) == (2, 2)
    assert "पत्रावली 0" in after["words"]
    assert "छिपा" not in after["words"]
    again = officer.get(f"/news?after={after['after']}").json or {}
    assert (again["arrived"], again["words"]) == (0, "")
    assert (officer.get("/news?after=0").json or {})["arrived"] == 0


def test_without_a_session_nothing_is_told(app: Flask) -> None:
    stranger = Browser(app)
    stranger.get("/news", 401)
    stranger.get("/events", 401)


@pytest.fixture
def watch(unit: Unit) -> Watch:
    return Watch(unit, 5)


def until(lines: Iterator[str], word: str) -> list[str]:
    """What is written until an event of this name, at most twenty pieces."""
    found = []
    for piece in islice(lines, 20):
        found.append(piece)
        if f"event: {word}" in piece:
            return found
    raise AssertionError(found)


def test_a_stream_tells_its_own_post_and_ends_with_the_session(unit: Unit, assistant: Browser, watch: Watch) -> None:
    token = people.log_in(unit, OFFICER, "सुरक्षित-123", "test")
    people.choose_post(unit, token, BDO)
    stream = watch.open(token, BDO)
    assert stream is not None
    lines = told(watch, stream)
    assert "event: here" in next(lines)
    (file, _) = new_files(assistant, 2)
    while not stream.mark:
        watch.wait(stream, 0.2)
    assistant.post(f"/files/{file}/send", how="up", to_post=BDO)
    until(lines, "news")
    people.log_out(unit, token)
    stream.checked = 0.0
    until(lines, "over")
    assert list(lines) == []
    assert watch.count() == 0


def test_streams_are_bounded_and_a_new_page_takes_the_place_of_the_sessions_oldest(watch: Watch) -> None:
    mine = [watch.open("mine", DA) for _ in range(A_PERSONS_MOST + 1)]
    assert [stream.ended for stream in mine if stream] == [True] + [False] * A_PERSONS_MOST
    assert watch.count() == A_PERSONS_MOST
    others = [watch.open(f"other {n}", DA) for n in range(4)]
    assert [other is not None for other in others] == [True, True, True, False]
    first = mine[0]
    assert first is not None
    assert ["here" in piece for piece in told(watch, first)] == [True]
    for stream in mine:
        if stream is not None:
            watch.close(stream)
    assert watch.open("too many", DA) is not None


def test_the_door_answers_a_stream_or_that_there_is_none_to_be_had(app: Flask, officer: Browser) -> None:
    answer = officer.client.get("/events", buffered=False)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert b"event: here" in next(answer.iter_encoded())
    watch: Watch = app.extensions["watch"]
    assert watch.count() == 1
    answer.close()
    assert watch.count() == 0
    held = [watch.open(f"t{n}", DA) for n in range(30)]
    officer.get("/events", 204)
    for stream in held:
        if stream is not None:
            watch.close(stream)


def test_taking_back_is_offered_to_who_sent_it_and_not_to_who_received_it(
    assistant: Browser, officer: Browser, file: str
) -> None:
    assistant.post(file + "/send", how="up", to_post="moth.bdo", remarks="", due="", priority="2")
    for page in (file, file + "/movement"):
        assert 'data-verb="pull-back"' in assistant.get(page).text
    assert 'data-verb="pull-back"' not in officer.get(file + "/movement").text
