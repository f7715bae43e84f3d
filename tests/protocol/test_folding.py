"""The same word in another spelling is found; another word is not; marks stand in the text as it was written."""

from __future__ import annotations

import random

import pytest

from protocol.folding import MAX_TERMS, Piece, Term, fold, found_at, mark, terms, words_of

SAME = (
    ("ज़िला", "जिला"),
    ("ज़िला", "ज\u093cिला"),  # precomposed and combining
    ("हिन्दी", "हिंदी"),
    ("सम्बन्ध", "संबंध"),
    ("पञ्च", "पंच"),
    ("खण्ड", "खंड"),
    ("गङ्गा", "गंगा"),
    ("पेन्शन", "पेंशन"),
    ("लाइसेन्स", "लाइसेंस"),
    ("चाँद", "चांद"),
    ("१२", "12"),
    ("००१२", "12"),
    ("पढ़ाई", "पढाई"),
    ("क्\u200dषेत्र", "क्षेत्र"),
    ("विद्युत्\u200cकरण", "विद्युत्करण"),
    ("MOTH", "moth"),
    ("Straße", "STRASSE"),
    ("Cafe\u0301", "café"),
    ("in\u00adspection", "inspection"),
    ("moth/2026/000012", "moth/2026/12"),
    ("01-04-2026", "1-4-2026"),
)
DIFFERENT = (
    ("जिला", "जेल"),
    ("जिला", "जल"),
    ("पत्र", "पत्रावली"),
    ("कमल", "कमाल"),
    ("दिन", "दीन"),
    ("सन्न", "संन"),  # a nasal before a nasal is no anusvara
    ("जन्म", "जंम"),
    ("100", "1"),
    ("a10", "a1"),
    ("A007", "A7"),  # a word with digits is no number
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_word_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_word_stays_whole() -> None:
    assert words_of("पत्रावली, मोठ/स्थापना/२०२६/०१५।") == ["पत्रावली", "मोठ", "स्थापना", "2026", "15"]


def test_folding_twice_changes_nothing() -> None:
    source = random.Random(1)
    letters = "कखगघङचछजझञटठडढणतथदधनपफबभम्\u093c\u0901\u0902\u200d\u200cािीऩक़ज़aÀß0०१ 9/"
    for _ in range(3000):
        text = "".join(source.choices(letters, k=source.randint(1, 12)))
        assert fold(fold(text)) == fold(text), ascii(text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("  ॥ , / ", []),
        ("😀 🙏", []),
        ('"', []),
        ("*", []),
        ("पत्रावली", [Term(("पत्रावली",), True)]),
        ("नाली निर्माण", [Term(("नाली",)), Term(("निर्माण",), True)]),
        ("क", [Term(("क",))]),
        ("मोठ/स्थापना/2026/15", [Term(("मोठ", "स्थापना", "2026", "15"))]),
        ("moth/2026/000012", [Term(("moth", "2026", "12"))]),
        ('"खण्ड विकास" अधि', [Term(("खंड", "विकास")), Term(("अधि",), True)]),
        ("“खण्ड विकास”", [Term(("खंड", "विकास"))]),
        ('नाली "टूटी', [Term(("नाली",)), Term(("टूटी",), True)]),
        ("NEAR(a b) OR NOT c*", [Term(("near", "a")), Term(("b",)), Term(("or",)), Term(("not",)), Term(("c",))]),
        ("a^b -c", [Term(("a", "b")), Term(("c",))]),
        ("नाली नाली नाली", [Term(("नाली",)), Term(("नाली",), True)]),
    ],
)
def test_what_a_person_asks_for(query: str, expected: list[Term]) -> None:
    assert list(terms(query)) == expected


def test_a_question_of_any_length_stays_small() -> None:
    assert len(terms(" ".join(f"शब्द{n}" for n in range(2000)))) <= MAX_TERMS
    assert all(len(word) <= 60 for term in terms("क" * 10_000) for word in term.words)


MARKS: tuple[tuple[str, str, list[str]], ...] = (
    ("ज़िला हिन्दी", "जिला", ["ज़िला"]),
    ("यह हिन्दी है", "हिंदी", ["हिन्दी"]),
    ("पत्र सं० १२ दिनांक", "12", ["१२"]),
    ("जेल और जिला", "जिला", ["जिला"]),
    ("क्\u200dषेत्र में", "क्षेत्र", ["क्\u200dषेत्र"]),
    ("निर्माण कार्य", "निर्म", ["निर्माण"]),
    ("मोठ/स्थापना/2026/000015 देखें", "मोठ/स्थापना/2026/15", ["मोठ", "स्थापना", "2026", "000015"]),
    ("खण्ड विकास, विकास खण्ड", '"खंड विकास"', ["खण्ड विकास"]),
    ("कुछ नहीं", "😀", []),
    ("", "जिला", []),
)


@pytest.mark.parametrize(("text", "query", "hits"), MARKS)
def test_hits_are_marked_in_the_text_as_it_was_written(text: str, query: str, hits: list[str]) -> None:
    pieces = mark(text, query)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.hit] == hits


def test_marks_never_change_a_text() -> None:
    source = random.Random(2)
    letters = "कखनद्ि\u093c\u0902\u200dक़ aA0०/-.\n😀ß"
    for _ in range(2000):
        text = "".join(source.choices(letters, k=40))
        pieces = mark(text, "".join(source.choices(letters, k=4)))
        assert "".join(piece.text for piece in pieces) == text
        assert all(piece.text for piece in pieces)


def test_stretches_join_over_blanks_alone() -> None:
    assert mark("a b, c", "a b c") == [Piece("a b", True), Piece(", ", False), Piece("c", True)]


def test_a_term_is_found_where_its_words_follow_each_other() -> None:
    words = ["a", "b", "a", "c", "a", "bc"]
    assert found_at(words, Term(("a", "b"))) == [0]
    assert found_at(words, Term(("a", "b"), begins=True)) == [0, 4]
