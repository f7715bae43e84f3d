import random
import threading
from datetime import UTC, datetime

import pytest

from commons.typeset import TypesetError, press, typeset
from commons.typeset.clean import printable
from commons.typeset.fonts import covered
from tests.support.pdf import text_of

AT = datetime(2026, 11, 20, tzinfo=UTC)


def missing(name: str) -> bytes:
    return typeset("missing", {"language": "hi", "name": name, "why": "absent"}, at=AT)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("पत्रावली ₹18,620 – “क” …", "पत्रावली ₹18,620 – “क” …"),
        ("क्\u200dष श्\u200cर", "क्\u200dष श्\u200cर"),
        ("अ\x00ब\x07\x1b[0m\x7f", "अब[0m"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\ufeffa\u2066b\u00adc", "abc"),
        ("😀👍🏽", "[U+1F600]\u200b[U+1F44D]\u200b[U+1F3FD]"),
        ("\uf0b7 मद", "• मद"),
        ("ગુ", "[U+0A97][U+0AC1]"),
        ("कُ", "क[U+064F]"),
        ("a\r\nb\u2028c\td", "a\nb\nc d"),
        ("\ud800x", "x"),
        ("→ ✓ ☐ Ω", "→ ✓ ☐ Ω"),
        ("اردو", "اردو"),
    ],
)
def test_what_is_printed_of_a_text(given: str, shown: str) -> None:
    assert printable(given) == shown


def test_long_words_get_places_to_break_and_never_inside_a_syllable() -> None:
    word = "क्ष्मि" * 20
    broken = printable(word)
    assert broken.replace("\u200b", "") == word
    assert {piece[0] for piece in broken.split("\u200b")} == {"क"}
    assert max(map(len, broken.split("\u200b"))) < 16


def test_a_word_longer_than_the_page_stays_on_it() -> None:
    pdf = missing("w" * 900 + " " + "ह" * 300)
    assert text_of(pdf).replace(" ", "").startswith("w" * 900 + "ह" * 300)


def test_right_to_left_text_and_numbers_are_all_there() -> None:
    text = text_of(missing("نمبر 12/2026 דוא"))
    assert "12/2026" in text
    assert set("نمبر") <= set(text)
    assert text.count("U+05D") == 3


def test_every_character_said_to_be_covered_can_be_printed() -> None:
    every = [chr(code) for code in sorted(set().union(*covered())) if code >= 32]
    for start in range(0, len(every), 500):
        assert missing(" ".join(every[start : start + 500]))


def test_any_mixture_of_characters_prints() -> None:
    chance = random.Random(20261120)
    every = [chr(code) for code in sorted(set().union(*covered()))]
    pools = [
        every,
        [chr(code) for code in range(0x900, 0x980)] + list("\u200c\u200d "),
        [chr(code) for code in range(0x600, 0x700)] + list(" a1\u200fक"),
        list(map(chr, range(0x250))),
    ]
    for turn in range(60):
        assert missing("".join(chance.choices(pools[turn % len(pools)], k=40)))


def test_half_a_character_is_left_out() -> None:
    assert "अब" in text_of(missing("अ\ud800ब"))


def test_threads_set_at_the_same_time_without_mixing() -> None:
    made: dict[int, bytes] = {}

    def work(number: int) -> None:
        made[number] = missing(f"पत्र {number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"पत्र {number} " in text_of(pdf) for number, pdf in made.items())
    assert len(made) == 12


def test_what_is_too_long_is_refused_before_anything_is_set() -> None:
    with pytest.raises(TypesetError) as caught:
        missing("क" * (press.LIMIT_LETTERS + 1))
    assert caught.value.code == "typeset.too_long"
    assert caught.value.values["limit_letters"] == press.LIMIT_LETTERS


@pytest.mark.parametrize("padding", ["", "x " * press.LONG_BYTES])
def test_a_fault_in_our_values_is_a_coded_error(padding: str) -> None:
    with pytest.raises(TypesetError) as caught:
        typeset("missing", {"language": "hi", "name": "x", "why": "no such reason", "more": padding}, at=AT)
    assert caught.value.code == "typeset.failed"


def test_a_long_one_made_in_its_own_process_is_as_any_other() -> None:
    data = {"language": "hi", "name": "पत्र", "why": "absent"}
    assert typeset("missing", data, at=AT) == typeset("missing", data | {"more": "x " * press.LONG_BYTES}, at=AT)
