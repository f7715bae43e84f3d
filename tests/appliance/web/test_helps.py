from __future__ import annotations

import re

import pytest
from flask import Flask
from msgspec.structs import replace

from appliance.store.unit import Unit
from appliance.web import create_app, helps
from tests.appliance.web.conftest import Browser

BOLD_EVEN = re.compile(r"\*\*")


def test_both_languages_have_the_same_pages() -> None:
    texts = helps.topics()
    assert list(texts["hi"]) == list(texts["en"])
    for word, topic in texts["hi"].items():
        assert len(topic.steps) == len(texts["en"][word].steps), word
        for line in (*topic.steps, topic.no_line, *texts["en"][word].steps):
            assert len(BOLD_EVEN.findall(line)) % 2 == 0, line


def test_every_page_of_help_opens_and_every_screen_leads_to_one(app: Flask) -> None:
    browser = Browser(app)
    overview = browser.get("/help").text
    for word, topic in helps.topics()["hi"].items():
        assert f'href="/help/{word}"' in overview
        assert topic.title in browser.get(f"/help/{word}").text
    browser.get("/help/no-such", 404)
    known = set(helps.topics()["hi"])
    words = {rule.endpoint: helps.section_of(rule.endpoint) for rule in app.url_map.iter_rules()}
    assert set(words.values()) - {""} <= known
    own = {"frame", "helps", "entry", "live", "events", "neighbour"}
    assert {name for name in words if not words[name] and name.partition(".")[0] not in own} == set()


@pytest.mark.parametrize("word", ["assistant-hi", "assistant-en", "officer-hi", "officer-en", "emd-hi", "emd-en"])
def test_guides_are_linked_and_open(app: Flask, word: str) -> None:
    browser = Browser(app)
    assert f'href="/help/guides/{word}.pdf"' in browser.get("/help").text
    answer = browser.get(f"/help/guides/{word}.pdf")
    assert answer.data.startswith(b"%PDF")


@pytest.mark.parametrize("word", ["assistant-fr", "nobody-hi", "assistant", "-hi"])
def test_there_is_no_other_guide(app: Flask, word: str) -> None:
    Browser(app).get(f"/help/guides/{word}.pdf", 404)


def test_a_real_office_leads_to_practice_only_when_told_where_it_is(unit: Unit) -> None:
    plain = Browser(create_app(unit))
    for page in ("/login", "/help"):
        assert 'data-verb="practice"' not in plain.get(page).text
    assert "data-practice" not in plain.get("/login").text
    plain.get("/practice/reset", 404)
    unit.settings = replace(unit.settings, practice_url="http://practice.example/")
    told = Browser(create_app(unit))
    for page in ("/login", "/help"):
        assert 'href="http://practice.example/"' in told.get(page).text
