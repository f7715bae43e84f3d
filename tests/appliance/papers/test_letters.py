import pytest
from pypdfium2 import PdfDocument

from appliance.papers.letters import Kind, Language, letter, signature_place
from appliance.papers.starts import templates
from appliance.papers.text import Grid, List, Words, read
from tests.appliance.papers.values import AT, a_letter
from tests.support.pdf import claims_of, facts_of, fonts_of, letters_of, pages_of, text_of, words_at

HEADINGS = {
    (Kind.LETTER, "hi"): "भवदीय,",
    (Kind.ORDER, "hi"): "कार्यालय आदेश",
    (Kind.OFFICE_MEMORANDUM, "hi"): "कार्यालय ज्ञाप",
    (Kind.CIRCULAR, "hi"): "परिपत्र",
    (Kind.SHOW_CAUSE, "hi"): "कारण बताओ नोटिस",
    (Kind.DO_LETTER, "hi"): "अ.शा. पत्र संख्या",
    (Kind.LETTER, "en"): "Yours faithfully,",
    (Kind.ORDER, "en"): "OFFICE ORDER",
    (Kind.OFFICE_MEMORANDUM, "en"): "OFFICE MEMORANDUM",
    (Kind.CIRCULAR, "en"): "CIRCULAR",
    (Kind.SHOW_CAUSE, "en"): "SHOW CAUSE NOTICE",
    (Kind.DO_LETTER, "en"): "Yours sincerely,",
}


@pytest.mark.parametrize(("kind", "language"), HEADINGS)
def test_every_kind_says_all_that_was_put_in(kind: Kind, language: Language) -> None:
    value = a_letter(kind, language)
    pdf = letter(value, at=AT)
    text = text_of(pdf)
    assert HEADINGS[kind, language] in text
    for words in (*value.head.lines, value.head.email, value.number, "20-11-2026", value.subject, *value.references):
        assert words in text
    for words in (
        "जिला विकास अधिकारी, जनपद झाँसी।",
        value.signatory.name,
        "प्राक्कलन (2 पृष्ठ)",
        *value.copies,
        value.endorsement,
    ):
        assert words in text
    for words in ("हैण्डपम्प मरम्मत हेतु ₹18,620 का प्राक्कलन:", "6,220", "1. परीक्षण करायें;", "2. आख्या उपलब्ध करायें।"):
        assert words in text
    assert pages_of(pdf) == 1
    assert claims_of(pdf) == {"part": "2", "conformance": "A", "ua": "1"}
    assert facts_of(pdf)["Tagged"] == "yes"
    assert fonts_of(pdf)
    assert all(embedded and "Noto" in name for name, embedded in fonts_of(pdf))


def test_where_the_addressee_stands_follows_the_kind() -> None:
    above, below = (
        text_of(letter(a_letter(Kind.LETTER), at=AT)),
        text_of(letter(a_letter(Kind.OFFICE_MEMORANDUM), at=AT)),
    )
    assert above.index("सेवा में") < above.index("विषय:")
    assert below.index("सेवा में") > below.index("दृष्टान्त शर्मा")


def test_a_demi_official_letter_is_signed_by_name_alone() -> None:
    text = text_of(letter(a_letter(Kind.DO_LETTER, copies=(), to=()), at=AT))
    assert text.count("दृष्टान्त शर्मा") == 2
    assert text.rindex("खण्ड विकास अधिकारी") < text.index("विषय:")


def test_a_draft_is_marked_on_every_page_and_an_approved_letter_is_not() -> None:
    long = "<p>" + "</p><p>".join(["अवगत कराना है कि कार्य प्रगति पर है। " * 8] * 20) + "</p>"
    draft = letter(a_letter(body=long, approved=False, number="", day=None), at=AT)
    assert pages_of(draft) >= 2
    assert facts_of(draft)["Title"].startswith("पत्र:")
    approved = letter(a_letter(body=long), at=AT)
    marks = [[page.get_textpage().get_text_bounded() for page in PdfDocument(pdf)] for pdf in (draft, approved)]
    assert all("DRAFT" in page for page in marks[0])
    assert not any("DRAFT" in page for page in marks[1])
    assert "पृष्ठ 2 /" in text_of(approved)


def test_the_stamp_has_room_right_above_the_name() -> None:
    value = a_letter(copies=(), endorsement="")
    place = signature_place(value, at=AT)
    words = words_at(letter(value, at=AT), place.page)
    right, bottom = place.left_pt + place.width_pt, place.top_pt + place.height_pt
    inside = [
        w
        for w, x0, y0, x1, y1 in words
        if x1 > place.left_pt and x0 < right and y1 > place.top_pt + 4 and y0 < bottom - 4
    ]
    assert inside == []
    name_top = min(y0 for word, _, y0, _, _ in words if word.startswith("(दृष्टान्त"))
    assert 0 <= name_top - bottom + 4 < 30


def test_the_same_letter_is_the_same_bytes() -> None:
    assert letter(a_letter(), at=AT) == letter(a_letter(), at=AT)
    assert letter(a_letter(), at=AT) != letter(a_letter(subject="अन्य"), at=AT)


def test_paragraphs_from_the_second_on_are_numbered_when_asked() -> None:
    text = text_of(letter(a_letter(body="<p>प्रथम</p><p>द्वितीय</p><p>तृतीय</p>", numbered=True), at=AT))
    assert "प्रथम 2. द्वितीय 3. तृतीय" in text


def test_starting_texts_are_there_for_every_kind_in_both_languages_and_print() -> None:
    starts = templates()
    assert {(start.kind, start.language) for start in starts} == set(HEADINGS)
    for start in starts:
        blocks = read(start.body)
        assert len(blocks) >= 2
        assert "…" in start.body
        assert pages_of(letter(a_letter(start.kind, start.language, body=start.body), at=AT)) == 1


HOSTILE = '#eval("1+1") *bold* _it_ $x^2$ \\ @label <tag> `code` // no /* no */ #read("/etc/passwd") [x] ~ = - +'


def test_text_that_looks_like_markup_stands_as_it_is() -> None:
    body = "<p>" + HOSTILE.replace("<", "&lt;").replace(">", "&gt;") + "</p>"
    text = letters_of(letter(a_letter(subject=HOSTILE, number=HOSTILE, body=body, copies=(HOSTILE,)), at=AT))
    assert text.count(HOSTILE.replace(" ", "")) == 4


@pytest.mark.parametrize("tag", ["script", "style"])
def test_what_is_no_text_is_left_out(tag: str) -> None:
    assert read(f"<p>a</p><{tag}>alert(1)</{tag}><p>b</p>") == read("<p>a</p><p>b</p>")


def test_html_becomes_a_tree_of_values() -> None:
    one, two, three = read(
        "<p>क <b>ख</b><br>ग</p><ul><li>१<ol><li>२</li></ol></li></ul>"
        "<table><tr><th>अ</th></tr><tr><td>ब</td><td>स</td></tr></table>"
    )
    assert isinstance(one, Words)
    assert [(run.text, run.bold) for run in one.runs] == [("क ", False), ("ख", True), ("\nग", False)]
    assert isinstance(two, List)
    assert isinstance(two.items[0][1], List)
    assert two.items[0][1].ordered
    assert isinstance(three, Grid)
    assert [len(row) for row in three.rows] == [2, 2]
    assert three.rows[0][0].head


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<ul>",
        "<table><tr>",
        "<li>Q",
        "<td>Q",
        "<ul>Q</ul>",
        "</p></b></table>",
        "<b><p>Q</b></p>",
        "<ul><table><li>Q",
        "<ol>" * 3000 + "Q",
        "<table><tr><td>" * 500 + "Q",
        "<table><tr><td>" + "</td><td>".join("ABCDEFGHIJKLMNOPQ" * 2) + "</table>",
        "&#0;&#xd800;&nbsp;",
        "<br>" * 50,
    ],
)
def test_broken_html_is_read_as_far_as_it_goes_and_prints(html: str) -> None:
    text = text_of(letter(a_letter(body=html + "<p>अन्त</p>"), at=AT))
    assert "अन्त" in text
    assert ("Q" in text) == ("Q" in html)
