"""Spaces that PDFium leaves out in Hindi, in documents as typst sets them and as places on a page."""

from __future__ import annotations

import pytest

from commons.documents.ask import texts
from commons.documents.inside.spaces import Placed, is_concerned, spaced
from provisioning.demo.paper import letter

WORDS = (
    "जनपद झाँसी के सम्बन्ध में विकास खण्ड मोंठ की लम्बाई कम करने की आख्या कराने की कार्यवाही। कृपया देखें कि ज़िला निर्माण"
    " में क्षेत्र पंचायत का प्रस्ताव दिनांक 12.03.2026 को प्राप्त हुआ, जिसकी संख्या MOTH/2026/15 है।"
)


def row(*boxes: tuple[str, float, float], height: float = 10.0, bottom: float = 0.0) -> list[Placed]:
    return [Placed(char, left, right, bottom, height) for char, left, right in boxes]


def test_every_word_of_a_hindi_letter_stands_by_itself() -> None:
    document = letter(to="खण्ड विकास अधिकारी", subject="लम्बाई कम करने के सम्बन्ध में", paragraphs=(WORDS,) * 3, by="सहायक")
    said = " ".join(texts(document)).split()
    assert [word for word in WORDS.split() if said.count(word) < 3] == []
    assert "सम्बन्ध" in said


def test_a_gap_is_a_space_and_letters_side_by_side_are_a_word() -> None:
    assert spaced(row(("म", 0, 3), ("ें", 3, 5), ("व", 8, 12), ("ि", 12, 15))) == "में वि"


@pytest.mark.parametrize("between", [" ", "\n"])
def test_no_second_space_is_made(between: str) -> None:
    assert spaced(row(("क", 0, 3), (between, 3, 6), ("ख", 9, 12))) == f"क{between}ख"


def test_another_line_another_column_and_english_are_left_alone() -> None:
    assert spaced(row(("क", 0, 3)) + row(("ख", 6, 9), bottom=-14)) == "कख"
    assert spaced(row(("क", 0, 3), ("ख", 60, 63))) == "कख"
    assert spaced(row(("a", 0, 3), ("b", 6, 9))) == "ab"
    assert not is_concerned("Block Development Officer")
    assert is_concerned("BDO मोंठ")
