from __future__ import annotations

import pytest
from flask import Flask

from tests.appliance.web.conftest import ASSISTANT, PASSWORD, Browser, TestClock

MINUTE_MS = 60_000


def test_a_wrong_password_keeps_the_code_says_the_tries_left_and_shows_no_password(browser: Browser) -> None:
    answer = browser.log_in(ASSISTANT, "गलत", status=403)
    assert f'value="{ASSISTANT}"' in answer.text
    assert "4 प्रयास शेष" in answer.text
    assert 'data-problem="wrong"' in answer.text
    assert "गलत" not in answer.text


def test_too_many_wrong_passwords_have_to_wait(browser: Browser) -> None:
    for _ in range(5):
        browser.log_in(ASSISTANT, "no", status=403)
    answer = browser.log_in(ASSISTANT, PASSWORD, status=429)
    assert 'data-problem="throttled"' in answer.text
    assert int(answer.headers["Retry-After"]) > 0


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = browser.log_in(ASSISTANT).headers["Set-Cookie"]
    assert cookie.startswith("pv-moth=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Expires" not in cookie


def test_a_mobile_number_is_as_good_as_a_code(browser: Browser) -> None:
    browser.log_in("9800000001")
    assert "उदाहरण देवी" in browser.get("/inbox").text


@pytest.mark.parametrize(
    ("wish", "goes_to"), [("/files/new", "/files/new"), ("//evil.example/", "/"), ("https://evil.example/", "/")]
)
def test_log_in_leads_on_but_never_off_the_site(browser: Browser, wish: str, goes_to: str) -> None:
    assert browser.log_in(ASSISTANT, next=wish).headers["Location"] == goes_to


@pytest.mark.parametrize("path", ["/inbox", "/files/new", "/files/moth.aa.1/movement", "/papers/" + "a" * 64])
def test_without_a_session_pages_lead_to_the_log_in_and_back(browser: Browser, path: str) -> None:
    assert browser.get(path, 303).headers["Location"] == f"/login?next={path}"


def test_log_out_ends_the_session_on_the_server_too(app: Flask, assistant: Browser) -> None:
    cookie = assistant.client.get_cookie("pv-moth")
    assert cookie
    assistant.post("/logout")
    thief = app.test_client()
    thief.set_cookie("pv-moth", cookie.value)
    assert thief.get("/inbox").status_code == 303


def test_an_idle_session_ends(assistant: Browser, clock: TestClock) -> None:
    clock.ms += 14 * MINUTE_MS
    assistant.get("/inbox")
    clock.ms += 16 * MINUTE_MS
    assistant.get("/inbox", 303)


def test_what_was_typed_when_the_session_ended_is_there_after_log_in(assistant: Browser, clock: TestClock) -> None:
    clock.ms += 16 * MINUTE_MS
    refused = assistant.post("/files/new", 401, subject="सी.सी. मार्ग & नाली", section="moth.accounts", priority="1")
    kept = refused.text.split('name="kept" value="')[1].split('"')[0]
    again = assistant.post(
        "/login", 200, employee=ASSISTANT, password=PASSWORD, kept=kept.replace("&#34;", '"').replace("&amp;", "&")
    )
    assert "सी.सी. मार्ग &amp; नाली" in again.text
    assert 'action="/files/new"' in again.text
    assistant.post("/files/new", subject="सी.सी. मार्ग & नाली", section="moth.accounts", priority="1")
    assert "सी.सी. मार्ग &amp; नाली" in assistant.get("/files").text


def test_the_language_is_the_persons_own_and_lasts(app: Flask, assistant: Browser) -> None:
    assert 'lang="hi"' in assistant.get("/inbox").text
    assert assistant.post("/language", language="en", back="/sent").headers["Location"] == "/sent"
    assert '<html lang="en">' in assistant.get("/inbox").text
    elsewhere = Browser(app)
    elsewhere.log_in(ASSISTANT)
    assert '<html lang="en">' in elsewhere.get("/inbox").text


@pytest.mark.usefixtures("file")
def test_a_person_with_two_posts_works_in_one_at_a_time(officer: Browser) -> None:
    assert "ग्राम पंचायत की जाँच" not in officer.get("/inbox").text
    officer.post("/post", post="moth.da")
    assert "ग्राम पंचायत की जाँच" in officer.get("/inbox").text
    assert 'data-problem="not_your_post"' in officer.post("/post", 403, post="jhansi-hq.dm").text


def test_the_page_that_tells_whether_the_node_is_alive_needs_no_log_in(browser: Browser) -> None:
    assert browser.get("/healthz").get_json() == {"node": "moth", "alive": True, "stopped": False}
