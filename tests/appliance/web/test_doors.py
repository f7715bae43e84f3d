"""Every route that names a subject or a paper, tried by a person outside the chain. A new route is tried by itself."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from appliance.desk import reading, verbs
from appliance.desk.readings import readings
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser, TestClock

PDF = b"%PDF-1.4\n1 0 obj<</Type/Page>>endobj\n%%EOF\n"
HOLDER = Actor("E001", "moth.bdo", 1)
OTHER_WORDS = {"of", "name", "employee"}
"""Parts of addresses that name neither a subject nor a paper: static files, and people for the administrator."""


def rules_of(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.arguments - OTHER_WORDS]


def paths(app: Flask, file: str, sha256: str) -> Iterator[tuple[str, str]]:
    """Each such route as (method, address), every string part being the file, or the paper where it says so."""
    adapter = app.url_map.bind("localhost")
    for rule in rules_of(app):
        converters = rule._converters
        values: dict[str, object] = {}
        for name in rule.arguments:
            number = type(converters[name]).__name__ == "IntegerConverter"
            values[name] = 1 if number else sha256 if "sha" in name else file
        path = adapter.build(rule.endpoint, values)
        more = "?file=" + file if any("sha" in name for name in rule.arguments) else ""
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "HEAD"}):
            yield method, path + more


@pytest.fixture(params=["confidential", "secret"])
def graded(unit: Unit, request: pytest.FixtureRequest) -> tuple[str, str, str]:
    """(grading, id, paper) of a graded file of the officer alone."""
    file = verbs.open_file(
        unit, HOLDER, subject="रहस्य विषय", section="moth.accounts", language="hi", grading=request.param
    )
    sha256 = verbs.attach(unit, HOLDER, file, name="रहस्य.pdf", media_type="", stream=io.BytesIO(PDF))
    return request.param, file, sha256


def test_there_are_routes_to_try(app: Flask) -> None:
    assert len(rules_of(app)) > 10


def test_nobody_outside_the_chain_comes_through_any_route(
    app: Flask, assistant: Browser, graded: tuple[str, str, str], unit: Unit
) -> None:
    grading, file, sha256 = graded
    before = unit.db.value("SELECT count(*) FROM event")
    for method, path in paths(app, file, sha256):
        answer = assistant.client.open(
            path, method=method, data={"csrf": assistant.token} if method == "POST" else None
        )
        wished = {404} if grading == "secret" else {403, 404}
        assert answer.status_code in wished, (method, path, answer.status_code)
        assert "रहस्य" not in answer.text
    assert unit.db.value("SELECT count(*) FROM event") == before


def test_a_secret_file_answers_like_one_that_never_was(app: Flask, assistant: Browser, unit: Unit) -> None:
    file = verbs.open_file(unit, HOLDER, subject="s", section="moth.accounts", language="hi", grading="secret")
    node, epoch, _ = file.split(".")
    never = f"{node}.{epoch}.999"
    for (method, path), (_, other) in zip(paths(app, file, "0" * 64), paths(app, never, "0" * 64), strict=True):
        data = {"csrf": assistant.token} if method == "POST" else None
        here = assistant.client.open(path, method=method, data=data)
        there = assistant.client.open(other, method=method, data=data)
        assert (here.status_code, there.status_code) == (404, 404), path
        assert here.text.count("<") == there.text.count("<")


def test_the_chain_comes_through(officer: Browser, graded: tuple[str, str, str]) -> None:
    _, file, sha256 = graded
    assert "रहस्य विषय" in officer.get(f"/files/{file}").text
    officer.get(f"/files/{file}/movement")
    officer.get(f"/papers/{sha256}?file={file}")


def test_without_the_door_the_desk_still_refuses(app: Flask, assistant: Browser, graded: tuple[str, str, str]) -> None:
    """The door is the second lock: the desk's own readings and verbs are the first."""
    _, file, _ = graded
    functions = app.before_request_funcs[None]
    app.before_request_funcs[None] = [one for one in functions if one.__module__ != "appliance.web.door"]
    try:
        for path in (f"/files/{file}", f"/files/{file}/movement", f"/files/{file}/grading"):
            assert assistant.client.get(path).status_code in {403, 404}
        for verb in ("yellow", "discard", "confirm", "send", "receive", "pull-back", "park", "close", "grading"):
            answer = assistant.client.post(f"/files/{file}/{verb}", data={"csrf": assistant.token, "grading": "normal"})
            assert answer.status_code in {403, 404, 409}, verb
            assert "रहस्य" not in answer.text
    finally:
        app.before_request_funcs[None] = functions


def test_lists_hide_what_they_must(assistant: Browser, graded: tuple[str, str, str], unit: Unit) -> None:
    grading, file, _ = graded
    number = reading.file_page(unit, HOLDER, file).number
    page = assistant.get("/files").text
    assert "रहस्य" not in page
    assert (number in page) == (grading == "confidential")
    assert f'href="/files/{file}"' not in page
    assert number not in assistant.get("/files?q=रहस्य").text
    assert (number in assistant.get("/files", 200).text) == (grading == "confidential")


def test_a_hidden_form_field_opens_nothing(assistant: Browser, graded: tuple[str, str, str]) -> None:
    grading, file, _ = graded
    status = 404 if grading == "secret" else 403
    assistant.post("/inbox", status, file=file, do="receive")
    assistant.get(f"/files?other={file}", status)


def test_a_paper_is_read_through_any_readable_subject(
    assistant: Browser, graded: tuple[str, str, str], unit: Unit
) -> None:
    _, file, sha256 = graded
    clerk = Actor("E101", "moth.da", 2)
    own = verbs.open_file(unit, clerk, subject="s", section="moth.accounts", language="hi")
    assistant.client.get(f"/papers/{sha256}?file={own}")
    assert assistant.client.get(f"/papers/{sha256}?file={own}").status_code == 404
    verbs.attach(unit, clerk, own, name="a.pdf", media_type="", stream=io.BytesIO(PDF))
    assistant.get(f"/papers/{sha256}?file={own}")
    assert assistant.client.get(f"/papers/{sha256}?file={file}").status_code in {403, 404}


def test_marked_to_and_taken_back_unopened_is_not_of_the_chain(
    officer: Browser, assistant: Browser, unit: Unit
) -> None:
    file = verbs.open_file(unit, HOLDER, subject="s", section="moth.accounts", language="hi", grading="secret")
    verbs.send(unit, HOLDER, file, to_post="moth.da", how="down")
    verbs.pull_back(unit, HOLDER, file)
    assistant.get(f"/files/{file}", 404)
    officer.get(f"/files/{file}")
    verbs.send(unit, HOLDER, file, to_post="moth.da", how="down")
    assistant.get(f"/files/{file}")
    verbs.send(unit, Actor("E101", "moth.da", 2), file, to_post="moth.bdo", how="up")
    assistant.get(f"/files/{file}")


def test_the_holder_raises_and_lowers(officer: Browser, assistant: Browser, file: str) -> None:
    officer.get(file)
    officer.post(f"{file}/grading", 409, grading="secret")
    assistant.post(f"{file}/grading", 409, grading="top")
    assistant.post(f"{file}/grading", 409, grading="normal")
    assistant.post(f"{file}/grading", grading="secret")
    officer.get(file, 404)
    assistant.post(f"{file}/grading", grading="confidential")
    officer.get(file, 403)
    assistant.post(f"{file}/grading", grading="normal")
    officer.get(file)


def test_the_form_for_a_new_file_takes_a_grading(assistant: Browser, officer: Browser) -> None:
    path = assistant.post("/files/new", subject="s", section="moth.accounts", grading="secret").headers["Location"]
    officer.get(path, 404)
    assistant.post("/files/new", 422, subject="s", section="moth.accounts", grading="<b>")


def reads(unit: Unit) -> int:
    return int(unit.db.value("SELECT count(*) FROM event WHERE kind='read'"))


def test_each_reading_is_an_event_and_shown_to_the_chain(
    officer: Browser, graded: tuple[str, str, str], unit: Unit, clock: TestClock
) -> None:
    _, file, sha256 = graded
    officer.get(f"/files/{file}")
    officer.get(f"/papers/{sha256}?file={file}")
    officer.get(f"/files/{file}")
    assert reads(unit) == 1
    clock.ms += 5 * 60_000
    officer.client.get(f"/files/{file}", headers={"HX-Request": "true"})
    assert reads(unit) == 1
    page = officer.get(f"/files/{file}/movement").text
    assert reads(unit) == 2
    assert page.count('data-reading="E001"') == 2
    verbs.attach(unit, HOLDER, file, name="b.pdf", media_type="", stream=io.BytesIO(PDF + b"2"))
    officer.get(f"/files/{file}")
    assert reads(unit) == 3


def test_a_normal_file_writes_no_reading(assistant: Browser, file: str, unit: Unit) -> None:
    assistant.get(file)
    assert reads(unit) == 0


def test_a_stopped_office_reads_and_writes_it_down_later(
    officer: Browser, graded: tuple[str, str, str], unit: Unit, clock: TestClock
) -> None:
    _, file, _ = graded
    unit.db.run("UPDATE node SET mode='stopped'")
    at = clock.ms
    page = officer.get(f"/files/{file}/movement").text
    assert 'data-reading="E001"' in page
    assert reads(unit) == 0
    unit.db.run("UPDATE node SET mode='working'")
    clock.ms += 600_000
    page = officer.get(f"/files/{file}/movement").text
    assert reads(unit) == 2
    assert sorted(row.at_ms for row in readings(unit, file)) == [at, clock.ms]
    assert unit.db.value("SELECT count(*) FROM pending_read") == 0
