"""The choice of a keyboard, its map, and text of old fonts, as a browser without scripts and a script ask for them."""

from __future__ import annotations

import pytest

from appliance.web.legacy import LIMIT_CHARACTERS
from commons.web import keyboards
from tests.appliance.web.conftest import Browser

OLD = "dk;kZy; [k.M fodkl vf/kdkjh"
NEW = "कार्यालय खण्ड विकास अधिकारी"


def test_the_choice_is_kept_with_the_person_and_can_be_taken_back(assistant: Browser, officer: Browser) -> None:
    assert 'data-keyboard=""' in assistant.get("/inbox").text
    assistant.get("/typing")
    assistant.post("/typing", keyboard="inscript")
    assistant.post("/logout")
    assistant.log_in("E101")
    assert 'data-keyboard="inscript"' in assistant.get("/inbox").text
    assert 'data-keyboard=""' in officer.get("/inbox").text
    assistant.post("/typing", keyboard="")
    assert 'data-keyboard=""' in assistant.get("/inbox").text


def test_an_unknown_keyboard_is_refused_in_words(assistant: Browser) -> None:
    assistant.get("/typing")
    answer = assistant.post("/typing", 422, keyboard="../../etc/passwd")
    assert 'data-problem="no_such_keyboard"' in answer.text
    assert assistant.get("/typing?show=../x").status_code == 200


@pytest.mark.parametrize("name", ["remington", "remington-spoken", "krutidev", "inscript", "phonetic"])
def test_the_map_shows_every_key_of_a_layout(assistant: Browser, name: str) -> None:
    text = assistant.get(f"/typing?show={name}").text
    assert text.count("data-code=") == sum(map(len, keyboards.ROWS)) == 47
    assistant.post("/typing", keyboard=name)
    part = assistant.get("/typing/keys").text
    assert part.count("data-code=") == 47
    assert "<html" not in part


def test_old_text_is_changed_and_what_was_sent_is_there_still(assistant: Browser) -> None:
    assistant.get("/typing/legacy")
    answer = assistant.post("/typing/legacy", 200, text=OLD)
    assert NEW in answer.text
    assert OLD in answer.text
    assert "स्थिति" in assistant.post("/typing/legacy", 200, text="fLFkfr", font="devlys").text


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "empty_text"),
        ("The report of the office is with you.", 422, "no_old_font"),
        ("d" * (LIMIT_CHARACTERS + 1), 413, "text_too_long"),
    ],
)
def test_what_cannot_be_changed_is_said_and_kept(assistant: Browser, text: str, status: int, code: str) -> None:
    assistant.get("/typing/legacy")
    answer = assistant.post("/typing/legacy", status, text=text)
    assert f'data-problem="{code}"' in answer.text
    assert text in answer.text


def ask(browser: Browser, body: object, status: int, token: str | None = None) -> dict[str, str]:
    headers = {"X-CSRF": browser.token if token is None else token, "Accept": "application/json"}
    answer = browser.client.post("/typing/legacy", json=body, headers=headers)
    assert answer.status_code == status, answer.text[:500]
    found: dict[str, str] = answer.get_json() if answer.data else {}
    return found


def test_a_script_gets_the_changed_text_or_nothing(assistant: Browser) -> None:
    assistant.get("/inbox")
    found = ask(assistant, {"text": OLD}, 200)
    assert (found["font"], found["before"], found["after"]) == ("kruti-dev", OLD, NEW)
    assert found["name"]
    assert ask(assistant, {"text": "fLFkfr", "fonts": "DevLys 010"}, 200)["after"] == "स्थिति"
    assert ask(assistant, {"text": NEW}, 204) == {}
    assert ask(assistant, {"text": "fLFkfr"}, 204) == {}


@pytest.mark.parametrize("body", [[], {}, {"text": 5}, {"text": None}, "x"])
def test_a_script_with_anything_else_is_refused(assistant: Browser, body: object) -> None:
    assistant.get("/inbox")
    assert ask(assistant, body, 400)["code"] == "no_old_font"


def test_a_script_needs_a_token_a_log_in_and_a_bound(assistant: Browser, browser: Browser) -> None:
    assistant.get("/inbox")
    assert ask(assistant, {"text": OLD}, 403, token="x")["code"] == "csrf"
    assert ask(assistant, {"text": "d" * (LIMIT_CHARACTERS + 1)}, 413)["code"] == "text_too_long"
    browser.get("/login")
    ask(browser, {"text": OLD}, 401)
