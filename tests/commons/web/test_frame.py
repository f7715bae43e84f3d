from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
from flask import Blueprint, Flask, abort, render_template_string, request
from flask.testing import FlaskClient

from commons.web import csrf, kept
from commons.web.frame import Frame, equip
from commons.web.headers import POLICY

NOW_MS = 1_795_170_840_000
TOKEN = re.compile(r'name="csrf" content="([^"]+)"')
PAGE = (
    '{% extends "frame/plain.html" %}{% block title %}t{% endblock %}{% block main %}{{ _("Priority") }}{% endblock %}'
)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    machines = Blueprint("machines", __name__)

    @machines.post("/exchange")
    def exchange() -> str:
        return "taken"

    @machines.get("/exchange/wrong")
    def wrong() -> str:
        abort(403)

    app = Flask("tiny", static_folder=None)
    frame = Frame(
        session_cookie="pv",
        now_ms=lambda: NOW_MS,
        persons_language=lambda: request.cookies.get("own"),
        home="/",
        translations=tmp_path,
        machine_blueprints=frozenset({"machines"}),
    )
    equip(app, frame)
    app.register_blueprint(machines)

    @app.get("/")
    def home() -> str:
        return render_template_string(PAGE)

    @app.post("/do")
    def do() -> str:
        return "done " + request.form["remarks"]

    @app.get("/break")
    def broken() -> str:
        raise RuntimeError("secret words of a note")

    @app.get("/full")
    def full() -> str:
        raise OSError(28, "No space left on device")

    @app.get("/status/<int:status>")
    def status(status: int) -> str:
        abort(status)

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token(client: FlaskClient) -> str:
    found = TOKEN.search(client.get("/").text)
    assert found
    return found.group(1)


def test_every_answer_carries_the_policy_and_a_number(client: FlaskClient) -> None:
    for address in ("/", "/nothing-here", "/break"):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert re.fullmatch(r"[0-9a-f]{12}", headers["X-Request-Id"])


def test_a_form_with_the_pages_token_is_taken(client: FlaskClient) -> None:
    answer = client.post("/do", data={"csrf": token(client), "remarks": "hello"})
    assert (answer.status_code, answer.text) == (200, "done hello")


def test_the_token_may_come_in_a_header(client: FlaskClient) -> None:
    answer = client.post("/do", data={"remarks": "x"}, headers={"X-CSRF": token(client)})
    assert answer.status_code == 200


@pytest.mark.parametrize("given", ["", "wrong", csrf.token_for("another browser")])
def test_a_form_without_the_right_token_is_refused_and_keeps_what_was_typed(client: FlaskClient, given: str) -> None:
    token(client)
    answer = client.post("/do", data={"csrf": given, "remarks": "कृपया <b>देखें</b>", "how": "up"})
    assert answer.status_code == 403
    assert "कृपया &lt;b&gt;देखें&lt;/b&gt;" in answer.text
    assert '<input type="hidden" name="how" value="up">' in answer.text
    again = TOKEN.search(answer.text)
    assert again
    assert client.post("/do", data={"csrf": again.group(1), "remarks": "x"}).status_code == 200


def test_a_token_is_worth_nothing_in_another_browser(app: Flask, client: FlaskClient) -> None:
    stolen = token(client)
    other = app.test_client()
    token(other)
    assert other.post("/do", data={"csrf": stolen, "remarks": "x"}).status_code == 403
    assert app.test_client().post("/do", data={"csrf": stolen, "remarks": "x"}).status_code == 403


def test_a_new_session_makes_tokens_of_the_old_session_useless(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("pv", "first session")
    old = token(client)
    client.set_cookie("pv", "second session")
    assert client.post("/do", data={"csrf": old, "remarks": "x"}).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_what_another_site_sends_is_not_offered_again(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/do", data={"csrf": token(client), "remarks": "planted"}, headers=headers)
    assert answer.status_code == 403
    assert "planted" not in answer.text


def test_other_nodes_need_no_form_token(client: FlaskClient) -> None:
    assert client.post("/exchange", data=b"bytes").text == "taken"
    refused = client.get("/exchange/wrong")
    assert (refused.status_code, refused.mimetype) == (403, "text/plain")


def test_a_script_gets_its_refusal_as_values(client: FlaskClient) -> None:
    answer = client.post("/do", json={}, headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "csrf"


def test_hindi_is_the_first_language_and_the_choice_is_kept(client: FlaskClient) -> None:
    assert 'lang="hi"' in client.get("/").text
    assert 'lang="en"' in client.get("/?lang=en").text
    assert 'lang="en"' in client.get("/").text
    assert 'lang="en"' in client.get("/?lang=xx").text
    client.set_cookie("own", "hi")
    assert 'lang="hi"' in client.get("/?lang=en").text


def test_messages_are_translated(client: FlaskClient) -> None:
    assert "प्राथमिकता" in client.get("/").text
    assert "Priority" in client.get("/?lang=en").text


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 503])
def test_error_pages_speak_the_readers_language(client: FlaskClient, status: int) -> None:
    hindi = client.get(f"/status/{status}")
    assert hindi.status_code == status
    assert re.search(r'role="alert"[^>]*><b>[^<]*[\u0900-\u097f]', hindi.text)
    english = client.get(f"/status/{status}?lang=en").text
    assert re.search(r'role="alert"[^>]*><b>[A-Z]', english)
    assert english.count('class="do"') == 1


def test_an_unexpected_error_shows_a_number_and_logs_the_place_not_the_words(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "patravali.web"):
        answer = client.get("/break")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "RuntimeError" not in answer.text
    line = json.loads(caplog.messages[-1])
    assert line["event"] == "failed"
    assert line["error"] == "RuntimeError"
    assert line["request"] == answer.headers["X-Request-Id"]
    assert "broken" in line["places"]
    assert "secret words" not in caplog.text


def test_a_full_disk_has_a_page_of_its_own(client: FlaskClient) -> None:
    answer = client.get("/full?lang=en")
    assert answer.status_code == 507
    assert "disk is full" in answer.text


def test_a_static_file_is_kept_for_a_year_only_under_its_present_address(client: FlaskClient) -> None:
    found = re.search(r'href="(/static/([0-9a-f]{12})/css/patravali\.css)"', client.get("/").text)
    assert found
    answer = client.get(found.group(1))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    old = client.get(f"/static/{'0' * 12}/css/patravali.css")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")
    assert client.get(f"/static/{found.group(2)}/../frame.py").status_code == 404


def test_no_page_holds_a_style_or_a_script_of_its_own() -> None:
    root = Path(__file__).parents[3]
    for page in root.glob("*/web/templates/**/*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|https?://", text), page
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), page


def test_cookies_are_secure_except_on_loopback(app: Flask) -> None:
    plain = app.test_client().get("/", base_url="http://127.0.0.1:8802").headers["Set-Cookie"]
    assert "Secure" not in plain
    assert "HttpOnly" in plain
    assert "SameSite=Strict" in plain
    assert "Secure" in app.test_client().get("/", base_url="http://moth.local").headers["Set-Cookie"]
    assert "Secure" in app.test_client().get("/", base_url="https://127.0.0.1").headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("path", "local"),
    [("/files/a.b.1", True), ("//evil.example", False), ("https://evil.example", False), ("/\\evil", False),
     ("", False),
     ("/a\r\nb", False)],
)  # fmt: skip
def test_only_addresses_of_this_site_are_gone_to(path: str, local: bool) -> None:
    assert kept.is_local(path) is local


def test_kept_forms_come_back_and_foreign_ones_do_not() -> None:
    form = kept.Kept("/files/a.b.1/send", [("remarks", "आदेशार्थ")])
    assert kept.load(kept.dump(form)) == form
    assert kept.load('{"path":"//evil.example","fields":[]}') is None
    assert kept.load("garbage") is None
    assert kept.dump(kept.Kept("/x", [("text", "x" * kept.LIMIT_CHARACTERS)])) == ""
