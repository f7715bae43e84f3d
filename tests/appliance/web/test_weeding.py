"""The form that weeds a file, and the page that stays: in both languages, without scripts."""

from __future__ import annotations

import io

import pytest
from werkzeug.datastructures import FileStorage

from appliance.store.unit import Unit
from tests.appliance.web.conftest import ASSISTANT, OFFICER, Browser, TestClock
from tests.support.paper import pdf

DAY_MS = 86_400_000
WORDS = "गोपनीय-टिप्पणी-शब्द"


def order(content: bytes | None = None) -> FileStorage:
    return FileStorage(io.BytesIO(pdf() + b"\n%order" if content is None else content), "आदेश.pdf")


@pytest.fixture
def recorded(assistant: Browser, file: str, clock: TestClock) -> str:
    assistant.post(f"{file}/attach", paper=FileStorage(io.BytesIO(pdf(2)), "पत्र.pdf"))
    assistant.post(f"{file}/confirm", text=f"<p>{WORDS}</p>", version=0)
    assert WORDS in assistant.get(file).text
    assistant.post(f"{file}/close")
    assistant.post(f"{file}/record", retention="C", review="01-06-2027")
    assert 'data-verb="weed"' not in assistant.get(f"{file}/cover").text
    clock.ms += 500 * DAY_MS
    assistant.log_in(ASSISTANT)
    return file


def form(**changed: object) -> dict[str, object]:
    return {"order_number": "12/2027", "sure": "1", "paper": order(), **changed}


def test_a_file_is_weeded_by_its_form(assistant: Browser, officer: Browser, recorded: str, unit: Unit) -> None:
    assert "/cover#record" in assistant.get("/record?which=due").text
    assert 'data-verb="to-record"' in assistant.get(recorded).text
    cover = assistant.get(f"{recorded}/cover").text
    for words in ('data-verb="weed"', 'name="sure"', 'name="order_number"', "वापस नहीं हो सकता"):
        assert words in cover
    officer.log_in(OFFICER)
    assert 'data-verb="weed"' not in officer.get(f"{recorded}/cover").text
    assert assistant.post(f"{recorded}/weed", 303, **form()).headers["Location"] == recorded
    assert assistant.post(f"{recorded}/weed", 303, **form()).headers["Location"] == recorded
    assert unit.db.value("SELECT count(*) FROM event WHERE kind='weed'") == 1
    page = assistant.get(recorded).text
    for words in ("data-weeded", "12/2027", 'data-state="weeded"', "आदेश.pdf"):
        assert words in page
    for shown in (
        recorded, f"{recorded}/cover", f"{recorded}/movement", f"{recorded}/drafts", "/record", "/files", "/issued",
        "/search?q=गोपनीय", "/search?q=पत्र",
    ):  # fmt: skip
        page = assistant.get(shown).text
        assert WORDS not in page, shown
        assert "पत्र.pdf" not in page, shown
    sha = unit.db.value("SELECT lower(hex(sha256)) FROM paper")
    assistant.get(f"/papers/{sha}?file={recorded.rsplit('/', 1)[-1]}")
    for (kept,) in unit.db.rows("SELECT lower(hex(sha256)) FROM blob"):
        assistant.get(f"/papers/{kept}?file={recorded.rsplit('/', 1)[-1]}", 200 if kept == sha else 404)
    assert unit.db.value("SELECT count(*) FROM blob") == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"paper": FileStorage(io.BytesIO(b""), "")}, "weed_no_order"),
        ({"order_number": " "}, "weed_no_number"),
        ({"order_number": "क" * 101}, "weed_number_long"),
        ({"sure": None}, "weed_unconfirmed"),
        ({"weed_remarks": "क" * 1001}, "remarks_too_long"),
    ],
)
def test_what_is_missing_is_told_and_nothing_destroyed(
    assistant: Browser, recorded: str, changed: dict[str, object], code: str
) -> None:
    given = {name: value for name, value in form(**changed).items() if value is not None}
    page = assistant.post(f"{recorded}/weed", 422, **given).text
    assert f'data-problem="{code}"' in page
    assert WORDS in assistant.get(recorded).text
    if "order_number" not in changed:
        assert 'value="12/2027"' in page


def test_in_english_too(assistant: Browser, recorded: str, unit: Unit) -> None:
    unit.db.run("UPDATE account SET language='en'")
    assert "This cannot be undone." in assistant.get(f"{recorded}/cover").text
    assistant.post(f"{recorded}/weed", 303, **form())
    page = assistant.get(recorded).text
    assert "by order no. 12/2027" in page
    assert "The notes and papers were destroyed." in page
    assert WORDS not in page


def test_others_cannot(officer: Browser, recorded: str) -> None:
    officer.log_in(OFFICER)
    page = officer.post(f"{recorded}/weed", 409, **form()).text
    assert 'data-problem="not_holder"' in page
