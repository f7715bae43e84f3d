from __future__ import annotations

import io

import pytest

from appliance.desk import receipts, verbs
from appliance.desk.receipt_rules import LetterIn
from appliance.desk.search import Filters, FoundText, SearchPage, holders, search
from appliance.desk.values import Actor
from appliance.store import papertext
from appliance.store.unit import Unit
from commons.documents.values import PageText
from protocol.folding import Piece
from tests.support.district import actor
from tests.support.paper import pdf

CLERK, HEAD = actor("moth.da1"), actor("moth.head")
PDF = pdf()


def write_note(unit: Unit, who: Actor, file: str, html: str) -> None:
    version = unit.db.value("SELECT version FROM yellow WHERE file=? AND post=?", file, who.post) or 0
    verbs.save_yellow(unit, who, file, html, version)
    verbs.confirm_note(unit, who, file)


def hit_words(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.hit]


def texts(page: SearchPage) -> list[FoundText]:
    return [text for file in page.files for text in file.texts]


@pytest.fixture
def file(unit: Unit) -> str:
    file = verbs.open_file(unit, CLERK, subject="ज़िला योजना की नाली", section="moth.dev", language="hi")
    write_note(unit, CLERK, file, "<p>पहला प्रस्तर</p><p>नाली का निरी<b>क्षण</b> हुआ</p><p>तीसरा</p>")
    return file


@pytest.mark.usefixtures("file")
def test_a_note_is_shown_by_the_paragraph_that_has_the_words(unit: Unit) -> None:
    (text,) = texts(search(unit, CLERK, "निरीक्षण"))
    assert (text.kind, text.place, hit_words(text.pieces)) == ("note", 2, ["निरीक्षण"])
    assert (text.post, text.at_ms) == ("moth.da1", unit.clock.now_ms())


def test_what_was_found_stands_together_by_file_with_its_number_and_holder(unit: Unit, file: str) -> None:
    other = verbs.open_file(unit, HEAD, subject="नाली", section="moth.dev", language="hi")
    verbs.send(unit, CLERK, file, to_post="moth.head", how="up", remarks="नाली देखें")
    page = search(unit, CLERK, "नाली")
    assert [found.subject for found in page.files] == [file, other]
    assert page.hits == 4
    first = page.files[0]
    assert (first.holder, first.plain_title, hit_words(first.title)) == ("moth.head", "ज़िला योजना की नाली", ["नाली"])
    assert [text.kind for text in first.texts] == ["remark", "note"]  # the subject stands in the head
    number = "".join(piece.text for piece in first.number)
    by_number = search(unit, CLERK, number)
    assert [found.subject for found in by_number.files] == [file]
    assert "".join(hit_words(by_number.files[0].number)) in number.replace("/", "")


def test_a_paper_is_shown_by_the_page_that_has_the_words(unit: Unit, file: str) -> None:
    verbs.attach(unit, CLERK, file, name="पहला.pdf", media_type="", stream=io.BytesIO(PDF))
    sha = verbs.attach(unit, CLERK, file, name="प्राक्कलन.pdf", media_type="", stream=io.BytesIO(PDF + b" "))
    paper = bytes.fromhex(sha)
    papertext.keep(
        unit.db, paper, [PageText(1, "", "failed"), PageText(2, "ख", "ocr"), PageText(3, "ढलान की माप", "ocr")]
    )
    (text,) = texts(search(unit, CLERK, "ढलान"))
    assert (text.kind, text.page, text.place, text.paper) == ("paper", 3, 4, sha)
    assert hit_words(text.pieces) == ["ढलान"]
    (named,) = texts(search(unit, CLERK, "प्राक्कलन"))
    assert (named.page, named.place, hit_words(named.pieces)) == (0, 2, ["प्राक्कलन"])


def test_a_secret_file_gives_no_hit_and_no_hint(unit: Unit, file: str) -> None:
    unit.db.run("UPDATE doc_cover SET grading='secret' WHERE subject=?", file)
    write_note(unit, CLERK, file, "<p>गुप्त बात</p>")
    secret = search(unit, HEAD, "गुप्त")
    nothing = search(unit, HEAD, "अज्ञात")
    assert secret == nothing
    assert search(unit, CLERK, "गुप्त").hits == 1


def test_who_got_a_graded_file_and_lost_it_unopened_finds_nothing_of_it(unit: Unit) -> None:
    file = verbs.open_file(unit, CLERK, subject="वसूली", section="moth.dev", language="hi", grading="confidential")
    write_note(unit, CLERK, file, "<p>गोपनीय आख्या</p>")
    verbs.send(unit, CLERK, file, to_post=HEAD.post, how="up", remarks="आख्या देखें")
    assert search(unit, HEAD, "आख्या").hits == 2
    verbs.pull_back(unit, CLERK, file)
    assert search(unit, HEAD, "आख्या").hits == 0
    assert search(unit, CLERK, "आख्या").hits == 2


@pytest.mark.usefixtures("file")
def test_nothing_asked_is_not_nothing_found(unit: Unit) -> None:
    assert not search(unit, CLERK, " 😀 ").asked
    assert search(unit, CLERK, "अज्ञात").asked
    assert search(unit, CLERK, "", filters=Filters(kind="note")).hits == 1


@pytest.mark.usefixtures("file")
def test_holders_are_the_posts_that_hold_something(unit: Unit) -> None:
    assert holders(unit) == ["moth.da1"]
    verbs.open_file(unit, HEAD, subject="x", section="moth.dev", language="hi")
    assert holders(unit) == ["moth.da1", "moth.head"]


def test_a_receipt_is_called_a_receipt(unit: Unit) -> None:
    receipt = receipts.diarise(unit, CLERK, LetterIn(title="खड़ंजे की माँग", sender="ग्राम प्रधान, उदाहरणपुर"))
    (found,) = search(unit, CLERK, "खड़ंजे").files
    assert (found.subject, found.kind, found.holder) == (receipt, "receipt", CLERK.post)
