"""The district's pages on what was set aside, and on a file that is moved by order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from appliance.store.book import decode_state
from central import people
from central.web import create_app
from tests.support.district import District, make_district
from tests.support.set_aside import (
    ENCLOSED,
    KEPT,
    LOST,
    MORE,
    THERE,
    begun,
    forced,
    fork,
    graded_apart,
    settle,
)

HEAD, DEPUTY, CLERK, BLOCK = "200", "201", "202", "000"
"""The headquarters' head, who ranks next below him, and a clerk of it; the head of a block office."""


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path, ("moth", "chirgaon", "hq"))
    settle(made)
    yield made
    made.close()


class Window:
    """A browser without scripts, in which an employee is logged in."""

    def __init__(self, district: District, employee: str) -> None:
        people.set_password(district.hub, employee, "जिला-123")
        self.client: FlaskClient = create_app(district.hub).test_client()
        self.post("/login", employee=employee, password="जिला-123")

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, **fields: str | list[str]) -> TestResponse:
        found = re.search(r'name="csrf" content="([^"]+)"', self.get("/login" if path == "/login" else "/").text)
        assert found
        return self.client.post(path, data={"csrf": found.group(1), **fields})


def address(window: Window) -> str:
    found = re.search(r'href="(/aside/[^"]+)"', window.get("/aside").text)
    assert found
    return found.group(1)


def hidden(page: str) -> list[str]:
    return re.findall(r'name="e" value="([0-9a-f]{64})"', page)


def test_both_sides_stand_in_plain_words_and_are_decided_once(district: District) -> None:
    fork(district)
    window = Window(district, HEAD)
    path = address(window)
    page = window.get(path).text
    for words in (KEPT, "अलग शाखा की पहली टिप्पणी", MORE, "एक ही कार्यालय की दो प्रतियों ने लिखा"):
        assert words in page
    assert LOST not in page  # plain text, no markup of an office's note
    assert 'data-open="3"' in window.get("/aside").text
    hashes = hidden(page)
    assert len(hashes) == 3
    assert window.post(path, e=hashes, how="annexe", reason="").status_code == 422
    assert window.post(path, e=hashes, reason="कारण", sure="1").status_code == 422
    assert window.post(path, e=["xyz"], how="annexe", reason="कारण", sure="1").status_code == 400
    answer = window.post(path, e=hashes, how="annexe", reason="मिलान किया")
    assert answer.status_code == 422
    assert 'data-problem="unconfirmed"' in answer.text
    assert "मिलान किया" in answer.text  # what was typed stays
    assert window.post(path, e=hashes, how="annexe", reason="मिलान किया", sure="1").status_code == 303
    page = window.get(path).text
    assert 'data-decided="annexe" data-done="no"' in page
    assert hidden(page) == []
    again = window.post(path, e=hashes, how="discard", reason="दूसरा", sure="1")
    assert again.status_code == 409
    assert 'data-problem="already_decided"' in again.text
    assert 'data-tone="bad"' not in window.get("/").text  # nothing waits for a decision any more


def test_who_does_not_stand_high_enough_reads_and_decides_nothing(district: District) -> None:
    apart = fork(district)
    path = address(Window(district, HEAD))
    assert 'data-verb="decide"' in Window(district, DEPUTY).get(path).text
    for employee in (CLERK, BLOCK):
        window = Window(district, employee)
        assert 'data-verb="decide"' not in window.get(path).text
        hashes = [e.hex() for e in apart.hashes]
        assert window.post(path, e=hashes, how="discard", reason="क", sure="1").status_code == 403
        assert window.get(f"/files/{apart.file}/order").status_code == 403
        assert window.post(f"/files/{apart.file}/order", to_post=THERE.post, reason="क").status_code == 403
    assert district.hub.db.value("SELECT count(*) FROM decision") == 0


def test_a_foreign_form_decides_and_moves_nothing(district: District) -> None:
    apart = fork(district)
    window = Window(district, HEAD)
    fields = {"e": [e.hex() for e in apart.hashes], "how": "discard", "reason": "क", "sure": "1"}
    assert window.client.post(address(window), data=fields).status_code == 403
    order = {"to_post": THERE.post, "reason": "क", "step": "order", "sure": "1"}
    assert window.client.post(f"/files/{apart.file}/order", data=order).status_code == 403
    assert district.hub.db.value("SELECT count(*) FROM event WHERE kind IN ('decide', 'force')") == 0


def test_an_order_first_says_what_will_happen(district: District) -> None:
    file = begun(district)
    window = Window(district, HEAD)
    path = f"/files/{file}/order"
    assert path in window.get("/files").text
    assert window.post(path, to_post="", reason="क").status_code == 422
    assert window.post(path, to_post="moth.head", reason="क").status_code == 422
    page = window.post(path, to_post=THERE.post, reason="मशीन जल गई")
    assert page.status_code == 200
    assert "मशीन जल गई" in page.text
    assert 'data-verb="order-now"' in page.text
    assert district.hub.db.value("SELECT holder FROM efile WHERE file=?", file) == "moth"
    fields = {"to_post": THERE.post, "reason": "मशीन जल गई", "step": "order"}
    answer = window.post(path, **fields)
    assert answer.status_code == 422
    assert 'data-problem="unconfirmed"' in answer.text
    assert window.post(path, **fields, sure="1").status_code == 303
    assert district.hub.db.value("SELECT holder FROM efile WHERE file=?", file) == "chirgaon"
    assert f'data-ordered="{THERE.post}"' in window.get(path).text


def test_a_group_that_is_not_there_is_not_found(district: District) -> None:
    forced(district)
    window = Window(district, HEAD)
    path = address(window)
    assert window.get(path.replace("older_term", "fork")).status_code == 404
    assert window.get(path.replace("/aside/moth/", "/aside/moth/zz")).status_code == 404
    assert window.get("/files/moth.0011223344556677.1/order").status_code == 404


def test_the_words_of_a_graded_file_are_for_who_may_decide(district: District) -> None:
    apart = fork(district)
    row = district.hub.db.value("SELECT state FROM efile WHERE file=?", apart.file)
    state = replace(decode_state(bytes(row)), grading="confidential")
    district.hub.db.run(
        "UPDATE efile SET state=?, grading='confidential' WHERE file=?", msgspec.msgpack.encode(state), apart.file
    )
    window = Window(district, HEAD)
    path = address(window)
    assert MORE in window.get(path).text
    other = Window(district, CLERK)
    title, number = district.hub.db.row("SELECT title, file_number FROM efile WHERE file=?", apart.file) or ("", "")
    assert title in window.get("/aside").text
    for page in (other.get("/aside").text, other.get(path).text):
        for words in (KEPT, MORE, "अलग-शाखा.pdf", title, number):
            assert words not in page


@pytest.mark.parametrize("grading", ["confidential", "secret"])
@pytest.mark.parametrize("begun_apart", [False, True])
def test_words_that_were_graded_by_what_was_set_aside_are_for_who_may_decide(
    district: District, grading: str, begun_apart: bool
) -> None:
    """What stands of the file is not graded, or there is no such file: only the set-aside entries say so."""
    apart = graded_apart(district, grading, begun_apart=begun_apart)
    window, clerk = Window(district, HEAD), Window(district, CLERK)
    paths = [path for path in re.findall(r'href="(/aside/[^"]+)"', window.get("/aside").text) if apart.file in path]
    assert paths
    assert any(MORE in window.get(path).text for path in paths)
    for path in paths:
        page = clerk.get(path)
        assert page.status_code == 200
        for words in (MORE, ENCLOSED):
            assert words not in page.text
