from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser


@pytest.fixture
def noted(assistant: Browser, file: str) -> str:
    """The path of the file, with a note in it."""
    version = re.search(r'name="version" value="(\d+)"', assistant.get(file).text)
    assert version
    assistant.post(file + "/confirm", text="पहला\nज़िला पंचायत का <b>निरीक्षण</b>", version=version.group(1))
    return file


def ask(browser: Browser, query: str, more: str = "", status: int = 200) -> str:
    return browser.get(f"/search?q={quote(query)}{more}", status).text


def test_every_page_has_the_box_that_leads_here(assistant: Browser, file: str) -> None:
    for path in ("/", "/files/new", file, "/help"):
        assert re.search(
            r'<form class="pv-search" role="search" action="/search" method="get">', assistant.get(path).text
        )


def test_a_note_is_found_marked_and_led_to(assistant: Browser, noted: str) -> None:
    page = ask(assistant, "जिला")
    assert "<mark>ज़िला</mark> पंचायत का" in page
    assert f'href="{noted}#p2"' in page
    assert 'data-hits="1"' in page


def test_a_number_is_found_as_it_stands(assistant: Browser, unit: Unit, noted: str) -> None:
    number = unit.db.value("SELECT file_number FROM efile")
    assert f'data-found="{noted.removeprefix("/files/")}"' in ask(assistant, number)


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", '"><img src=x>', "' OR 1=1 --", "*" * 9000, "NEAR(", "{{ 7 * 7 }}"]
)
@pytest.mark.usefixtures("noted")
def test_a_hostile_question_is_shown_as_text_and_finds_nothing(assistant: Browser, query: str) -> None:
    page = ask(assistant, query)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "data-found" not in page
    assert "pv-empty" in page


def test_what_people_wrote_is_never_markup(assistant: Browser) -> None:
    assistant.post("/files/new", subject="<b>नाली</b> & <mark>x</mark>", section="moth.accounts", priority="0")
    page = ask(assistant, "नाली")
    assert "&lt;b&gt;<mark>नाली</mark>&lt;/b&gt; &amp; &lt;mark&gt;x&lt;/mark&gt;" in page


@pytest.mark.usefixtures("noted")
def test_empty_nothing_and_a_wrong_day_each_say_what_to_do(assistant: Browser) -> None:
    assert "क्या खोजना है?" in assistant.get("/search").text
    assert "कुछ नहीं मिला" in ask(assistant, "अज्ञात")
    page = ask(assistant, "जिला", "&since=31-31-2026", 422)
    assert 'data-problem="no_day"' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.usefixtures("noted")
def test_the_other_fields_narrow(assistant: Browser) -> None:
    assert "data-found" in ask(assistant, "जिला", "&kind=note&holder=moth.da&since=1-1-2020")
    for field in ("kind=paper", "holder=moth.bdo", "until=2020-01-01", "sender=x"):
        assert "data-found" not in ask(assistant, "जिला", f"&{field}")
    assert "data-found" in ask(assistant, "जिला", "&kind=nonsense&before=x&holder=")


def test_a_secret_file_is_not_there_for_others(assistant: Browser, officer: Browser, unit: Unit, noted: str) -> None:
    """The officer works as Block Development Officer, who is not in the chain."""
    unit.db.run("UPDATE doc_cover SET grading='secret'")
    unit.db.run("DELETE FROM found")
    version = re.search(r'name="version" value="(\d+)"', assistant.get(noted).text)
    assert version
    assistant.post(noted + "/confirm", text="ज़िला गुप्त", version=version.group(1))
    hidden, nothing = ask(officer, "गुप्त"), ask(officer, "अज्ञात")
    assert _without(hidden, "गुप्त") == _without(nothing, "अज्ञात")
    assert "data-found" in ask(assistant, "गुप्त")


def _without(page: str, query: str) -> str:
    page = re.sub(r'content="[^"]*"|value="[^"]{30,}"', "", page)
    return page.replace(quote(query), "").replace(query, "")


def test_older_hits_are_a_link_away(assistant: Browser) -> None:
    for n in range(35):
        assistant.post("/files/new", subject=f"नाली {n}", section="moth.accounts", priority="0")
    page = ask(assistant, "नाली")
    assert page.count("data-found=") == 20
    older = re.search(r'href="(/search\?[^"]+)" rel="next"', page)
    assert older
    page = assistant.get(older.group(1).replace("&amp;", "&")).text
    assert page.count("data-found=") == 15
    assert 'rel="next"' not in page
