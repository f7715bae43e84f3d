"""Covers, heads, files taken over, the record and files on paper, by forms and without scripts."""

from __future__ import annotations

import io
import re

import pytest
from werkzeug.datastructures import FileStorage

from appliance.desk import opening
from appliance.desk.opening import Cover
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser, TestClock
from tests.support.paper import pdf
from tests.support.pdf import pages_of, text_of

SECTION = "moth.accounts"
HOLDER = Actor("E001", "moth.bdo", 1)
TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')


def paper(name: str = "स्कैन.pdf", content: bytes | None = None) -> FileStorage:
    return FileStorage(io.BytesIO(pdf(2) if content is None else content), name, content_type="application/pdf")


def number(unit: Unit, path: str) -> str:
    return str(unit.db.value("SELECT file_number FROM efile WHERE file=?", path.rsplit("/", 1)[-1]))


def test_a_file_is_opened_under_a_head_and_its_cover_says_so(assistant: Browser, unit: Unit) -> None:
    page = assistant.get("/files/new").text
    assert 'value="RD-01-2"' in page
    path = assistant.post(
        "/files/new", subject="मनरेगा सामग्री", section=SECTION, head="RD-01-2", category="मनरेगा",
        earlier="12/2019\r\n13/2019", retention="C",
    ).headers["Location"]  # fmt: skip
    assert "/RD-01-2/" in number(unit, path)
    cover = assistant.get(f"{path}/cover").text
    for words in ("मनरेगा सामग्री", number(unit, path), "RD-01 मनरेगा", "12/2019", 'data-retention="C"'):
        assert words in cover
    assert 'data-verb="cover"' in assistant.get(path).text


def test_a_double_click_opens_one_file(assistant: Browser, unit: Unit) -> None:
    found = TOKEN.search(assistant.get("/files/new").text)
    assert found
    form = {"subject": "एक ही", "section": SECTION, "token": found[1]}
    first = assistant.post("/files/new", 303, **form, paper=paper()).headers["Location"]
    assert assistant.post("/files/new", 303, **form, paper=paper()).headers["Location"] == first
    assert unit.db.value("SELECT count(*) FROM efile WHERE title='एक ही'") == 1
    assert unit.db.value("SELECT count(*) FROM event WHERE kind='attach'") == 1


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("own_number", "9/" + "1" * 10_000, "own_number_long"),
        ("head", "<script>", "no_such_head"),
        ("head", "../..", "no_such_head"),
        ("category", "क" * 10_000, "category_long"),
        ("earlier", "\n".join(map(str, range(10_000))), "references_many"),
        ("earlier", "क" * 10_000, "reference_long"),
        ("retention", "D", "bad_retention"),
        ("section", "x" * 10_000, "no_section"),
        ("subject", "<b>" * 4_000, "subject_too_long"),
    ],
)
def test_what_does_not_fit_is_told_and_kept(assistant: Browser, field: str, value: str, code: str) -> None:
    form = {"subject": "विषय", "section": SECTION, field: value}
    page = assistant.post("/files/new", 422, **form).text
    assert f'data-problem="{code}"' in page
    assert "विषय" in page or field == "subject"


def test_html_and_slashes_stay_letters(assistant: Browser, unit: Unit) -> None:
    hostile = "<img src=x onerror=alert(1)>/..//%2e%2e"
    path = assistant.post(
        "/files/new", subject=hostile, section=SECTION, own_number=hostile, category=hostile, earlier=hostile
    ).headers["Location"]
    assert number(unit, path) == hostile
    for shown in (path, f"{path}/cover", f"{path}/out", "/files", f"{path}/cover?find=<img"):
        page = assistant.get(shown).text
        assert "<img src=x" not in page
    page = assistant.post("/files/new", 422, subject="s", section=SECTION, own_number=hostile).text
    assert 'data-problem="number_taken"' in page
    assert "<img src=x" not in page


def test_the_cover_is_changed_and_a_stale_form_loses_nothing(assistant: Browser, officer: Browser, file: str) -> None:
    form = {"subject": "नया विषय", "category": "पेयजल", "later": "88/2026", "version": 0}
    assistant.post(f"{file}/cover", 303, **form)
    cover = assistant.get(f"{file}/cover").text
    assert all(words in cover for words in ("नया विषय", "पेयजल", "88/2026", "data-change"))
    stale = assistant.post(f"{file}/cover", 409, **{**form, "subject": "दूसरी खिड़की"}).text
    assert 'data-problem="cover_changed"' in stale
    assert "दूसरी खिड़की" in stale
    assert 'data-verb="amend"' not in officer.get(f"{file}/cover").text
    assert 'data-problem="not_holder"' in officer.post(f"{file}/cover", 409, **form).text


def test_files_are_found_linked_and_parted(assistant: Browser, officer: Browser, file: str, unit: Unit) -> None:
    other = assistant.post("/files/new", subject="सम्बन्धित मामला", section=SECTION).headers["Location"]
    found = assistant.get(f"{file}/cover?find=सम्बन्धित").text
    other_id = other.rsplit("/", 1)[-1]
    assert f'value="{other_id}"' in found
    assistant.post(f"{file}/link", other=other_id, how="attach")
    assert 'data-link="attach"' in assistant.get(f"{file}/cover").text
    assert 'data-linked-from="attach"' in officer.get(f"{other}/cover").text
    assistant.post(f"{file}/link", other=other_id, how="end")
    assert "data-link=" not in assistant.get(f"{file}/cover").text
    assistant.post(f"{file}/link", 409, other="moth.0000000000000000.9", how="link")
    assistant.post(f"{file}/link", 409, other="<b>", how="link")
    part = officer.post(f"{file}/beside", what="part", token="t").headers["Location"]
    assert officer.post(f"{file}/beside", what="part", token="t").headers["Location"] == part
    assert number(unit, part) == number(unit, file) + "/P/1"
    officer.post(f"{file}/beside", 409, what="volume")
    assert "data-main" in officer.get(f"{part}/cover").text


def test_a_secret_file_is_not_found_from_a_cover(assistant: Browser, file: str, unit: Unit) -> None:
    secret = opening.open_file(unit, HOLDER, Cover("रहस्य", SECTION, grading="secret", own_number="गुप्त-1"))
    assert "गुप्त-1" not in assistant.get(f"{file}/cover?find=गुप्त").text.replace('value="गुप्त', "")
    assistant.post(f"{file}/link", 404, other=secret, how="link")


def test_a_file_of_paper_is_taken_over(assistant: Browser, unit: Unit) -> None:
    assistant.get("/files/take-over")
    form = {"subject": "पुरानी", "section": SECTION, "own_number": "क-12/2014", "opened": "1.4.2014", "source": "portal"}
    assert 'data-problem="no_scan"' in assistant.post("/files/take-over", 422, **form).text
    assert 'data-problem="paper_not_pdf"' in assistant.post(
        "/files/take-over", 422, **form, paper=paper("a.pdf", b"<html>no")
    ).text  # fmt: skip
    assert 'data-problem="bad_opened"' in assistant.post(
        "/files/take-over", 422, **{**form, "opened": "चैत्र 1936"}, paper=paper()
    ).text  # fmt: skip
    path = assistant.post("/files/take-over", 303, **form, paper=[paper(), paper("../../b.pdf")]).headers["Location"]
    cover = assistant.get(f"{path}/cover").text
    assert "01-04-2014" in cover
    assert number(unit, path) == "क-12/2014"
    page = assistant.get(path).text
    assert "स्कैन.pdf" in page
    assert "../b.pdf" not in page


def test_closed_recorded_and_reopened(assistant: Browser, file: str) -> None:
    file_id = file.rsplit("/", 1)[-1]
    assistant.post(f"{file}/record", 409, retention="B", review="")
    assistant.post(f"{file}/close", remarks="")
    assert 'data-verb="record"' in assistant.get(f"{file}/cover").text
    page = assistant.post(f"{file}/record", 422, retention="C", review="कल", remarks="रहे").text
    assert 'data-problem="bad_review"' in page
    assert "रहे" in page
    assistant.post(f"{file}/record", retention="C", review="01-06-2029")
    shown = assistant.get("/record").text
    assert f'data-file="{file_id}"' in shown
    assert "01-06-2029" in shown
    assert f'data-file="{file_id}"' not in assistant.get("/record?which=due").text
    assert 'data-state="recorded"' in assistant.get(file).text
    assistant.post(f"{file}/review", review="01-06-2030")
    assistant.post(f"{file}/reopen", remarks="")
    assert 'data-state="desk"' in assistant.get(file).text


def test_out_on_paper_with_its_package_and_back(
    assistant: Browser, officer: Browser, file: str, clock: TestClock
) -> None:
    clock.ms += 1_234
    file_id = file.rsplit("/", 1)[-1]
    assistant.get(f"{file}/out/package.pdf", 404)
    assistant.post(f"{file}/confirm", text="तकनीकी मत अपेक्षित है।", version="0")
    assistant.post(f"{file}/attach", paper=paper("पत्र.pdf"))
    page = assistant.post(f"{file}/out", 422, to="", due="", remarks="मत").text
    assert 'data-problem="no_addressee"' in page
    assert 'data-problem="bad_due"' in assistant.post(f"{file}/out", 422, to="ख", due="32-13-2026").text
    assistant.post(f"{file}/out", to="निर्माण खण्ड <b>झाँसी</b>", due="24-12-2027", remarks="तकनीकी मत")
    page = assistant.get(f"{file}/out").text
    assert "MOTH/S/2026/000001" in page
    assert "<b>झाँसी" not in page
    answer = assistant.get(f"{file}/out/package.pdf")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    assert "तकनीकी मत अपेक्षित है" in text
    assert "MOTH/S/2026/000001" in text
    assert "24-12-2027" in text
    assert pages_of(answer.data) == pages_of(assistant.get(f"{file}/notesheet.pdf").data) + 3
    assert file_id not in assistant.get("/inbox").text
    for shown in ("/out", "/files", file):
        assert "निर्माण खण्ड" in officer.get(shown).text, shown
    assert 'data-state="out"' in assistant.get(file).text
    assert 'data-problem="nothing_back"' in assistant.post(f"{file}/out/back", 409, remarks="").text
    officer.post(f"{file}/out/back", 409, remarks="x", paper=paper())
    assistant.post(f"{file}/out/back", paper=paper("वापसी.pdf"), remarks="मत प्राप्त")
    page = assistant.get(file).text
    assert 'data-state="desk"' in page
    assert "वापसी.pdf" in page
    assistant.get(f"{file}/out/package.pdf", 404)


def test_heads_are_kept_by_the_administrator(assistant: Browser, officer: Browser) -> None:
    assert 'data-verb="add-head"' not in assistant.get("/heads").text
    assistant.post("/heads", 409, above="", code="X", name_hi="क")
    officer.get("/heads")
    page = officer.post("/heads", 422, above="RD", code="a/b", name_hi="<i>नया</i>").text
    assert 'data-problem="bad_head_code"' in page
    assert "<i>नया" not in page
    officer.post("/heads", above="RD", code="09", name_hi="नवाचार", name_en="")
    officer.post("/heads", 422, above="RD", code="09", name_hi="फिर")
    assert "RD-09 · नवाचार" in assistant.get("/files/new").text
    officer.post("/heads/close", head="RD", closed="yes")
    assert "RD-09" not in assistant.get("/files/new").text
    officer.post("/heads/close", 422, head="nix", closed="yes")
