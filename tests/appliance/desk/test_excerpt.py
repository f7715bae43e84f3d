from __future__ import annotations

import random

import pytest

from appliance.desk.excerpt import LONGEST, best_of, excerpt


def text_of(text: str, query: str) -> str:
    return "".join(piece.text for piece in excerpt(text, query))


def hits(text: str, query: str) -> list[str]:
    return [piece.text for piece in excerpt(text, query) if piece.hit]


LONG = "यह आख्या ग्राम पंचायत की है। " * 40


@pytest.mark.parametrize("where", [0, 5, 20, 40])
def test_the_hit_is_always_in_it_and_it_is_short(where: int) -> None:
    words = LONG.split()
    words.insert(where * 5, "निरीक्षण")
    text = " ".join(words)
    assert hits(text, "निरीक्षण") == ["निरीक्षण"]
    assert len(text_of(text, "निरीक्षण")) <= LONGEST + 10


def test_words_are_not_cut() -> None:
    whole = set((LONG + "निरीक्षण").split()) | {"…"}
    for query in ("निरीक्षण", "पंचायत", "अज्ञात"):
        assert set(text_of(LONG + "निरीक्षण " + LONG, query).replace("…", " … ").split()) <= whole


def test_a_short_text_is_shown_whole_on_one_line() -> None:
    assert text_of("एक\n दो  तीन", "दो") == "एक दो तीन"
    assert hits("एक\n दो  तीन", "दो") == ["दो"]
    assert excerpt("", "दो") == []


def test_no_text_is_too_strange() -> None:
    source = random.Random(1)
    for _ in range(500):
        text = "".join(source.choices("कख ् \u200d\n x1😀", k=source.randint(0, 600)))
        assert len(text_of(text, "क")) <= 2 * len(text) + 10


def test_a_long_text_gives_what_it_would_give_read_whole() -> None:
    source = random.Random(2)
    for _ in range(150):
        words = source.choices(["नाली", "निर्माण", "पेंशन", "आख्या"], weights=[300, 1, 1, 60], k=source.randint(50, 900))
        text = " ".join(words)
        for query in ("निर्माण", "निर्माण आख्या", '"आख्या निर्माण"', "अज्ञात"):
            assert excerpt(text, query) == excerpt(text, query, looked_at=len(text)), (text, query)


def test_the_text_with_most_of_the_words_is_chosen_and_the_first_of_equals() -> None:
    assert best_of(["नाली", "नाली निर्माण", "निर्माण नाली"], "निर्माण नाली") == 1
    assert best_of(["अ", "ब"], "नाली") == 0
    assert best_of([], "नाली") == 0
