"""Drafts: written, kept in versions, approved, issued once, dispatched, sent into another office."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.desk import draft_page, drafts, issuing, letterheads, reading, verbs
from appliance.desk.competence import may_decide
from appliance.desk.differences import differences
from appliance.desk.draft_values import DraftText, LetterFacts
from appliance.desk.issuing import Wish
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.link.carry import exchange_all
from appliance.store.rebuild import rebuild
from appliance.store.unit import MailSettings, Unit
from protocol.directory import Directory, DirectoryIndex, Post, verify_signed_directory
from tests.support.district import District, actor, make_district, papers_of
from tests.support.line import DirectLine
from tests.support.paper import pdf

DA, SENIOR, HEAD = actor("moth.da2"), actor("moth.da1"), actor("moth.head")
TEXT = DraftText("letter", "hi", "हैंडपंप की मरम्मत", ("खण्ड विकास अधिकारी,\nचिरगाँव",), (), "", "<p>कृपया करें।</p>")
PDF = pdf()


def made(facts: LetterFacts) -> bytes:
    assert facts.approved
    assert facts.number
    return PDF + facts.number.encode()


@pytest.fixture
def file(unit: Unit) -> str:
    return verbs.open_file(unit, DA, subject="हैंडपंप", section="moth.dev", language="hi")


def hand(unit: Unit, file: str, by: Actor, to: Actor) -> None:
    verbs.send(unit, by, file, to_post=to.post, how="up")
    verbs.receive(unit, to, file)


def approved(unit: Unit, file: str, text: DraftText = TEXT) -> int:
    draft = drafts.save_version(unit, DA, file, drafts.start(unit, DA, file, text))
    hand(unit, file, DA, HEAD)
    drafts.decide(unit, HEAD, file, draft, 1, yes=True)
    return draft


def refusal(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda error: error.code == code)


def test_from_writing_to_a_dispatched_letter(unit: Unit, file: str) -> None:
    row = drafts.start(unit, DA, file, TEXT)
    kept = drafts.save(unit, DA, file, row, replace(TEXT, title="दूसरा\nविषय"), 1)
    assert (kept.version, kept.text.title) == (2, "दूसरा विषय")
    assert drafts.save_version(unit, DA, file, row) == 1
    assert draft_page.writings_of(unit, DA, file) == []
    row = drafts.revise(unit, DA, file, 1)
    assert drafts.revise(unit, DA, file, 1) == row
    drafts.save(unit, DA, file, row, TEXT, 1)
    assert drafts.save_version(unit, DA, file, row) == 1
    with refusal("draft_not_senior"):
        drafts.decide(unit, DA, file, 1, 2, yes=True)
    hand(unit, file, DA, HEAD)
    with refusal("draft_moved_on"):
        drafts.decide(unit, HEAD, file, 1, 1, yes=True)
    with refusal("draft_not_approved"):
        issuing.issue(unit, HEAD, file, Wish(1, 2, "post"), made)
    drafts.decide(unit, HEAD, file, 1, 2, yes=True)
    with refusal("draft_decided"):
        drafts.decide(unit, HEAD, file, 1, 2, yes=False, remarks="पुनः")
    number = issuing.issue(unit, HEAD, file, Wish(1, 2, "post"), made)
    assert number == "MOTH/I/2026/000001"
    with refusal("draft_issued"):
        issuing.issue(unit, HEAD, file, Wish(1, 2, "post"), made)
    with refusal("draft_issued"):
        drafts.revise(unit, HEAD, file, 1)
    for _ in range(2):
        issuing.dispatch(unit, HEAD, file, 1, mode="hand", day="2026-11-18", remarks="रजिस्टर 12")
    page = draft_page.draft_page(unit, DA, file, 1)
    assert [row.mode for row in page.dispatches] == ["hand"]
    assert [version.state for version in page.versions] == ["draft", "issued"]
    [paper] = reading.file_page(unit, DA, file).papers
    assert unit.papers.has(bytes.fromhex(page.sha256))
    assert (paper.sha256, paper.name) == (page.sha256, "MOTH-I-2026-000001.pdf")
    [row_issued] = draft_page.issued(unit, DA)
    assert (row_issued.number, row_issued.dispatched, row_issued.mode) == (number, "2026-11-18", "post")
    assert draft_page.issued(unit, DA, words="चिरगाँव 000001") == [row_issued]
    assert draft_page.issued(unit, DA, words="100%") == []
    before = unit.db.rows("SELECT * FROM draft")
    rebuild(unit.db, unit.clock.now_ms())
    assert unit.db.rows("SELECT * FROM draft") == before


def test_sent_back_then_better(unit: Unit, file: str) -> None:
    drafts.save_version(unit, DA, file, drafts.start(unit, DA, file, TEXT))
    hand(unit, file, DA, HEAD)
    with refusal("directions_missing"):
        drafts.decide(unit, HEAD, file, 1, 1, yes=False, remarks="  ")
    drafts.decide(unit, HEAD, file, 1, 1, yes=False, remarks="दिनांक जोड़ें")
    assert draft_page.current_of(unit, file, 1).remarks == "दिनांक जोड़ें"
    row = drafts.revise(unit, HEAD, file, 1)
    drafts.save_version(unit, HEAD, file, row)
    drafts.decide(unit, HEAD, file, 1, 2, yes=True)  # the head approves what he drafts himself
    assert draft_page.current_of(unit, file, 1).state == "approved"
    drafts.save_version(unit, HEAD, file, drafts.revise(unit, HEAD, file, 1))
    with refusal("draft_not_approved"):
        issuing.issue(unit, HEAD, file, Wish(1, 3, "post"), made)


def test_two_windows_and_a_version_from_elsewhere(unit: Unit, file: str) -> None:
    drafts.save_version(unit, DA, file, drafts.start(unit, DA, file, TEXT))
    mine = drafts.revise(unit, DA, file, 1)
    drafts.save(unit, DA, file, mine, TEXT, 1)
    with refusal("draft_changed"):
        drafts.save(unit, DA, file, mine, TEXT, 1)
    hand(unit, file, DA, SENIOR)
    drafts.save_version(unit, SENIOR, file, drafts.revise(unit, SENIOR, file, 1))
    verbs.send(unit, SENIOR, file, to_post=DA.post, how="down")
    verbs.receive(unit, DA, file)
    with refusal("draft_moved_on"):
        drafts.save_version(unit, DA, file, mine)
    drafts.rebase(unit, DA, file, mine)
    drafts.save_version(unit, DA, file, mine)
    assert draft_page.current_of(unit, file, 1).version == 3
    with refusal("no_such_writing"):
        drafts.save_version(unit, DA, file, mine)
    with refusal("no_such_writing"):
        drafts.save(unit, SENIOR, file, mine, TEXT, 2)


def test_what_may_not_be_kept_is_refused_or_made_harmless(unit: Unit, file: str) -> None:
    sha256 = verbs.attach(unit, DA, file, name="नक्शा.pdf", media_type="", stream=io.BytesIO(PDF))
    nasty = DraftText(
        "<b>", "xx", "<script>a</script>\x00", ("a\nb",), (), "r\x07", "<p>x<script>1</script></p><img src=x>",
        (f"{sha256} other name", f"{'0' * 64} stranger", "अन्य"), "moth.0.1",
    )  # fmt: skip
    row = drafts.start(unit, DA, file, nasty)
    kept = draft_page.writing_of(unit, DA, file, row).text
    assert (kept.form, kept.language, kept.body, kept.receipt) == ("letter", "hi", "<p>x</p>", "")
    assert kept.enclosures[0] == f"{sha256} नक्शा.pdf"
    assert issuing._enclosed(unit, file, kept)[0].name == "नक्शा.pdf"
    assert len(issuing._enclosed(unit, file, kept)) == 1
    for change, code in (
        ({"title": "क" * 501}, "subject_too_long"),
        ({"body": "<p>" + "क" * 60_000 + "</p>"}, "draft_too_long"),
        ({"to": ("a",) * 61}, "draft_too_many"),
        ({"copies": ("क" * 601,)}, "draft_field_too_long"),
        ({"reference": "a\n" * 9}, "draft_field_too_long"),
    ):
        with refusal(code):
            drafts.save(unit, DA, file, row, replace(TEXT, **change), 1)
    for text, code in (
        (replace(TEXT, title=" "), "empty_subject"),
        (replace(TEXT, body="<p></p>"), "empty_draft"),
        (replace(TEXT, to=()), "draft_no_addressee"),
    ):
        empty = drafts.start(unit, DA, file, text)
        with refusal(code):
            drafts.save_version(unit, DA, file, empty)
    drafts.save_version(unit, DA, file, drafts.start(unit, DA, file, replace(TEXT, form="order", to=())))


def test_wrong_wishes_issue_nothing(unit: Unit, file: str) -> None:
    draft = approved(unit, file)
    events = unit.db.value("SELECT count(*) FROM event")
    for wish, code in (
        (Wish(draft, 1, "pigeon"), "bad_mode"),
        (Wish(draft, 1, "office", "nowhere.bdo"), "no_such_post"),
        (Wish(draft, 1, "office", "moth.da1"), "own_office"),
        (Wish(draft, 1, "email", email="a@example.org"), "mail_not_set_up"),
    ):
        with refusal(code):
            issuing.issue(unit, HEAD, file, wish, made)
    with refusal("not_holder"):
        issuing.issue(unit, DA, file, Wish(draft, 1, "post"), made)
    unit.settings = replace(unit.settings, mail=MailSettings("127.0.0.1", 25, "none", "o@example.org"))
    for address in (
        "",
        "a",
        "a@b",
        "a@example.org\nBcc: c@example.org",
        "कख@example.org",
        "a b@example.org",
        ",".join(f"a{n}@example.org" for n in range(21)),
    ):
        with refusal("bad_email"):
            issuing.issue(unit, HEAD, file, Wish(draft, 1, "email", email=address), made)
    assert unit.db.value("SELECT count(*) FROM event") == events
    assert unit.db.value("SELECT count(*) FROM mail") == 0
    for day in ("", "2026-11-17", "2026-11-19", "1948-08-28"):
        with refusal("draft_not_issued"):
            issuing.dispatch(unit, HEAD, file, draft, mode="post", day=day)
    issuing.issue(unit, HEAD, file, Wish(draft, 1, "post"), made)
    for day in ("", "2026-11-17", "2026-11-19", "31-02-2026"):
        with refusal("bad_dispatch_day"):
            issuing.dispatch(unit, HEAD, file, draft, mode="post", day=day)


def test_a_number_taken_meanwhile_is_printed_anew(unit: Unit, file: str) -> None:
    other = verbs.open_file(unit, DA, subject="अन्य", section="moth.dev", language="hi")
    first, second = approved(unit, file), approved(unit, other)
    asked: list[str] = []

    def slow(facts: LetterFacts) -> bytes:
        asked.append(facts.number)
        if len(asked) == 1:
            issuing.issue(unit, HEAD, other, Wish(second, 1, "post"), made)
        return made(facts)

    assert issuing.issue(unit, HEAD, file, Wish(first, 1, "post"), slow) == "MOTH/I/2026/000002"
    assert asked == ["MOTH/I/2026/000001", "MOTH/I/2026/000002"]


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made_up = make_district(tmp_path)
    yield made_up
    made_up.close()


def test_a_letter_becomes_a_subject_at_chirgaon(district: District) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file = verbs.open_file(moth, DA, subject="हैंडपंप", section="moth.dev", language="hi")
    sha256 = verbs.attach(moth, DA, file, name="नक्शा.pdf", media_type="", stream=io.BytesIO(PDF))
    draft = approved(moth, file, replace(TEXT, enclosures=(f"{sha256} नक्शा.pdf",)))
    number = issuing.issue(moth, HEAD, file, Wish(draft, 1, "office", "chirgaon.head"), made)
    page = draft_page.draft_page(moth, HEAD, file, draft)
    assert page.letter
    assert [row.mode for row in page.dispatches] == ["office"]
    lines = {code: DirectLine(district.hub, code) for code in district.units}
    for code in ("moth", "chirgaon", "moth", "chirgaon"):
        district.clock.ms += 1000
        exchange_all(district.units[code], lines[code], lines[code])
    [arrived] = reading.inbox(chirgaon, "chirgaon.head")
    assert (arrived.file, arrived.sort, arrived.number, arrived.subject) == (page.letter, "letter", number, TEXT.title)
    assert arrived.sender == "पद 000, कार्यालय moth"
    verbs.receive(chirgaon, actor("chirgaon.head"), arrived.file)
    papers = reading.file_page(chirgaon, actor("chirgaon.head"), arrived.file).papers
    assert [(row.name, row.first_page, row.here) for row in papers] == [
        (f"{number.replace('/', '-')}.pdf", 1, True),
        ("नक्शा.pdf", 2, True),
    ]
    assert reading.file_page(moth, HEAD, file).state == "desk"


def test_who_may_decide() -> None:
    pair = Post("moth.pair", "moth", "P", "स", "P", "moth.head", 3)
    index = DirectoryIndex(replace(_directory(), posts=(*_directory().posts, pair)))
    assert may_decide(index, "moth.da1", "moth.head")
    assert may_decide(index, "moth.da2", "moth.da1")
    assert may_decide(index, "moth.da2", "moth.pair")
    assert may_decide(index, "moth.head", "moth.head")
    assert not may_decide(index, "moth.da1", "moth.da1")
    assert not may_decide(index, "moth.head", "moth.da1")
    assert not may_decide(index, "moth.da2", "chirgaon.head")
    assert not may_decide(index, "moth.da2", "nobody.here")


def _directory() -> Directory:
    papers = papers_of(("moth", "chirgaon"))
    return verify_signed_directory(papers.signed, papers.root, 0)


def test_letter_heads(unit: Unit) -> None:
    assert letterheads.head_of(unit, "moth", "hi").lines == ("कार्यालय moth", "जनपद")
    said = {"lines": "कार्यालय खण्ड विकास अधिकारी\n\nमोंठ", "address": "मोंठ", "telephone": "0", "email": "a@example.org"}
    letterheads.set_head(unit, HEAD, "moth", "hi", **said)
    assert letterheads.head_of(unit, "moth", "hi").lines == ("कार्यालय खण्ड विकास अधिकारी", "मोंठ")
    assert letterheads.head_of(unit, "moth", "en").lines == ("Office moth", "District")
    for office, language, change, code in (
        ("chirgaon", "hi", {}, "other_office"),
        ("moth", "ur", {}, "bad_language"),
        ("moth", "hi", {"lines": "क" * 121}, "head_too_long"),
        ("moth", "hi", {"address": "क" * 301}, "head_too_long"),
    ):
        with refusal(code):
            letterheads.set_head(unit, HEAD, office, language, **{**said, **change})
    with refusal("not_administrator"):
        letterheads.set_head(unit, DA, "moth", "hi", **said)
    letterheads.set_head(unit, HEAD, "moth", "hi", **{**said, "lines": " "})
    assert not letterheads.head_of(unit, "moth", "hi").own


def test_differences_word_by_word() -> None:
    found = [(piece.how, piece.words) for piece in differences("एक दो तीन\nचार", "एक दो पाँच\nचार छह")]
    assert found == [("same", "एक दो"), ("del", "तीन"), ("ins", "पाँच"), ("same", "\nचार"), ("ins", "छह")]
    assert differences("", "") == []
    same = "क ख " * 15_000
    assert {piece.how for piece in differences(same, same + " ग")} <= {"same", "ins", "del"}
