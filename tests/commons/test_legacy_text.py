"""Old fonts: samples struck on a typewriter's keys, whole word lists, and what must not be taken for an old font."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from commons.legacy_text import FONTS, convert, recognise
from tests.support import typist

ROOT = Path(__file__).parents[2]
SAMPLES = {
    "Hkkjr ,d d`f\"k iz/kku ns'k gSA": "भारत एक कृषि प्रधान देश है।",
    "dk;kZy; [k.M fodkl vf/kdkjh] eksB": "कार्यालय खण्ड विकास अधिकारी, मोठ",
    "fLFkfr fu;qfDr fuEufyf[kr izkfIr fpfdRlk": "स्थिति नियुक्ति निम्नलिखित प्राप्ति चिकित्सा",
    "dk;kZsa o\"kZ ewfrZ vkfFkZd iw.kZ loksZPp funsZf'kr": "कार्यों वर्ष मूर्ति आर्थिक पूर्ण सर्वोच्च निर्देशित",
    'jk"Vªh; VªSDVj i= f=iqjk {kf=; Jh': "राष्ट्रीय ट्रैक्टर पत्र त्रिपुरा क्षत्रिय श्री",
    "lM+d i<+kbZ t+:jr c<+kuk": "सड़क पढ़ाई ज़रूरत बढ़ाना",
    "vkWfQl dkWyst Å¡pk _.k bZV b±V gw¡": "ऑफिस कॉलेज ऊँचा ऋण ईट ईंट हूँ",
    "fnukad 15@07@2025 dks ¼d½ 206 eh-": "दिनांक 15/07/2025 को (क) 206 मी.",
    "izlUu foÙk mÙkj d{kk Kkiu }kjk fo|ky; cqf)": "प्रसन्न वित्त उत्तर कक्षा ज्ञापन द्वारा विद्यालय बुद्धि",
    "Þi=koyhß lqjf{kr gS\\": "“पत्रावली” सुरक्षित है?",
}
ABOVE_127 = {"ऊ": "Å", "ँ": "¡", "ङ": "³", "क्ष": "{k"}


@pytest.mark.parametrize(("old", "new"), SAMPLES.items())
def test_a_line_of_kruti_dev_becomes_the_hindi_that_it_showed(old: str, new: str) -> None:
    assert convert(old, "kruti-dev") == unicodedata.normalize("NFC", new)
    assert convert(old, "devlys") == unicodedata.normalize("NFC", new)


def as_struck(text: str) -> str:
    keys = typist.keys_of("krutidev") | ABOVE_127
    return typist.strokes(typist.as_seen(text, keys), keys)


def test_every_word_of_our_screens_and_thousands_of_made_up_ones_come_back() -> None:
    words = [unicodedata.normalize("NFC", word) for word in (*typist.written(ROOT), *typist.made_up(4000, seed=11))]
    wrong = [(word, as_struck(word), got) for word in words if (got := convert(as_struck(word), "kruti-dev")) != word]
    assert wrong == []


def hindi_lines() -> list[str]:
    texts = (path.read_text() for path in ROOT.glob("*/translations/hi/LC_MESSAGES/messages.po"))
    found = [line for text in texts for line in re.findall(r'msgstr "(.+)"', text)]
    return [line for line in found if not re.search(r"[A-Za-z%<>&]", line)]


def english() -> list[str]:
    files = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("commons/**/*.py"),
        *ROOT.glob("commons/**/*.js"),
    ]
    texts = [path.read_text() for path in sorted(files) if "vendor" not in path.parts]
    return [piece for text in texts for piece in (*text.splitlines(), *text.split("\n\n")) if piece.strip()]


def test_english_and_programs_are_hardly_ever_taken_for_an_old_font() -> None:
    pieces = [piece for piece in english() if not re.search("[\u0900-\u097f]|dk;kZy", piece)]
    taken = [piece for piece in pieces if recognise(piece)]
    assert len(pieces) > 3000
    assert len(taken) <= len(pieces) / 1000, taken


def test_unicode_hindi_is_never_taken_for_an_old_font() -> None:
    lines = hindi_lines()
    assert len(lines) > 200
    assert [line for line in lines if recognise(line) or recognise(line, "Kruti Dev 010")] == []


def test_old_text_is_recognised_the_surer_the_longer_it_is() -> None:
    lines = [as_struck(unicodedata.normalize("NFC", line)) for line in hindi_lines()]
    long = [line for line in lines if len(line.split()) >= 9]
    middle = [line for line in lines if 5 <= len(line.split()) < 9]
    assert sum(1 for line in long if recognise(line)) >= 0.9 * len(long) > 20
    assert sum(1 for line in middle if recognise(line)) >= 0.65 * len(middle) > 20
    named = [line for line in lines if recognise(line, "font-family:'Kruti Dev 010'") == "kruti-dev"]
    assert len(named) >= 0.97 * len(lines)


@pytest.mark.parametrize(
    ("hint", "font"),
    [
        ("KrutiDev010", "kruti-dev"),
        ("DevLys 010 Normal", "devlys"),
        ("Walkman-Chanakya-905", "chanakya"),
        ("Mangal", None),
    ],
)
def test_a_named_font_decides_for_one_word(hint: str, font: str | None) -> None:
    assert recognise("fLFkfr", hint) == font


def test_addresses_english_lines_spaces_and_line_ends_stay() -> None:
    old = "  dk;kZy;\r\n\tSubject: report of the office\n\nns[ksa https://jhansi.nic.in/a?b=c vkSj bdo@example.in\n"
    new = "  कार्यालय\r\n\tSubject: report of the office\n\nदेखें https://jhansi.nic.in/a?b=c और bdo@example.in\n"
    assert convert(old, "kruti-dev") == new


@pytest.mark.parametrize("font", FONTS)
def test_any_bytes_at_all_end_quickly_and_in_nfc(font: str) -> None:
    text = "".join(chr(32 + (n * 7919) % 224) for n in range(20_000)) + "fZ+~ks" * 500
    got = convert(text, font)
    assert unicodedata.is_normalized("NFC", got)
