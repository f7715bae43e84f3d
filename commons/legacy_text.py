"""Text of old Hindi fonts (Kruti Dev 010, DevLys 010, Walkman Chanakya 905): seen for what it is, and made Unicode.

Pure. A line that is plainly English stays as it is, and so do addresses of pages and of mail; an English word inside a
Hindi line cannot be told from Hindi and comes out as letters without sense. What else it gets wrong: docs/decisions.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import hinlegacy

FONTS = ("kruti-dev", "devlys", "chanakya")
"""The fonts that can be converted, by the names that screens and forms use."""

_ENGINES = {"kruti-dev": "devlys_010", "devlys": "devlys_010", "chanakya": "walkman_chanakya_905"}
"""hinlegacy's engine for Kruti Dev is broken, its engine for DevLys is right for both: they are one encoding."""

_CONSONANT = "[\u0915-\u0939\u0929\u0931\u0934]\u093c?"
_CLUSTER = f"(?:{_CONSONANT}\u094d)*{_CONSONANT}"
_MENDED = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (rf"({_CLUSTER})\u0930\u094d([\u093e-\u094c\u0945])", "\u0930\u094d\\1\\2"),  # रेफ left before a vowel sign
        ("\u093e\u0947", "\u094b"), ("\u093e\u0948", "\u094c"), ("\u093e\u0945", "\u0949"), ("\u0945\u0902", "\u0901"),
        ("([\u0901-\u0903])([\u093e-\u094c])", r"\2\1"),
        ("([\u093e-\u094c])\\1+", r"\1"),
        ("([\u093e-\u094c]+)\u093c", "\u093c\\1"),
        ("([\u0905-\u0939]) ?\u0903(?=[ ]?-)", r"\1:"),
    )
)  # fmt: skip
"""What hinlegacy leaves wrong, and how it is put right."""

_KEPT = re.compile(r"\b(?:https?://|www\.)[\x21-\x7e]+|\b[a-z0-9][a-z0-9._-]*@[a-z0-9-]+\.[a-z.]{2,}", re.IGNORECASE)
_HINT = re.compile(r"(kruti\s*-?\s*dev)|(dev\s*-?\s*lys)|(chanakya)", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_LATIN = re.compile("[A-Za-z]")
_INSIDE = re.compile(r"[a-z;,.'\"\[/][A-Z](?=[a-z;])|[A-Za-z][;\[\]{}/\"'`~+=<>|][A-Za-z]|[A-Za-z][ÙØæçáàâãéíô¶¸]")
"""A capital, a sign or a letter above 127 in the middle of a word: usual in these fonts, rare in English."""

_HUMP = "(?=[a-z]*[aeiouy])[a-z]{2,}"
_STUCK = re.compile(rf"(?<![A-Za-z])[A-Za-z]{_HUMP}(?:[A-Z]{_HUMP})+(?![A-Za-z])")
"""English words stuck together by their capitals, as programs name things: a capital in the middle says nothing."""

_FAULT = re.compile(
    "(?:^|[^\u0900-\u097f])[\u093c\u093e-\u094d\u0900-\u0903]|[\u093e-\u094c]{2}|[\u0905-\u0914]\u094d"
    "|\u094d[\u0905-\u0914]|\u094d$|[\u0905-\u0914][\u093e-\u094c]|[^\u0900-\u097f\\w]\u094d"
)
"""What no Hindi word holds: a sign with nothing before it, two vowel signs, half a letter at the end."""

_DATA = Path(__file__).parent / "data"
_ENGLISH = frozenset((_DATA / "common.en.txt").read_text(encoding="utf-8").split())
_HINDI = frozenset((_DATA / "common.hi.txt").read_text(encoding="utf-8").split())
_LEAST_EVIDENCE = 2.0  # words that speak for an old font, more than against it
_LEAST_SHARE = 0.28  # of all words of letters


def recognise(text: str, html_font_hint: str = "") -> str | None:
    """Which of FONTS a text was written for; None for Unicode Hindi, English and whatever is not sure.

    `html_font_hint` holds font families of the copied page; one that is named there needs little more from the text.
    """
    words = [word for word in _WORD.findall(_KEPT.sub(" ", text)) if _LATIN.search(word) or not word.isascii()]
    if not words or sum(1 for word in words if _DEVANAGARI.search(word)) > len(words) / 5:
        return None
    named = _HINT.search(html_font_hint)
    font = "kruti-dev" if named is None else FONTS[[group is not None for group in named.groups()].index(True)]
    score = sum(_speaks(word, font) for word in words)
    if named is not None:
        return font if score > -0.3 * len(words) else None
    return font if score >= _LEAST_EVIDENCE and score / len(words) >= _LEAST_SHARE else None


def convert(text: str, font: str) -> str:
    """The text in Unicode (NFC), its lines and spaces as they are. KeyError for a font not in FONTS."""
    return "".join(line if _is_english(line) else _convert_line(line, font) for line in text.splitlines(keepends=True))


def _speaks(word: str, font: str) -> float:
    """How far a word speaks for the font: 1 a common Hindi word, -1 a common English one."""
    bare = word.strip(".,;:!?()\"'-").lower()
    found = _convert_line(word, font).strip("।,.-‘’“”()?/: ")
    if found in _HINDI and bare not in _ENGLISH:
        return 1.0
    if bare in _ENGLISH:
        return -1.0
    if _STUCK.search(word) or _FAULT.search(found) or not _DEVANAGARI.search(found):
        return -0.6
    return 0.7 if _INSIDE.search(word) else 0.0


def _is_english(line: str) -> bool:
    words = [word.strip(".,;:!?()\"'-").lower() for word in _WORD.findall(line)]
    return sum(1 for word in words if word in _ENGLISH and len(word) > 1) >= max(2, 0.4 * len(words))


def _convert_line(line: str, font: str) -> str:
    out, at = "", 0
    for kept in _KEPT.finditer(line):
        out += _glyphs(line[at : kept.start()], font) + kept.group()
        at = kept.end()
    return out + _glyphs(line[at:], font)


def _glyphs(text: str, font: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    at = text.index(inner)
    made = unicodedata.normalize("NFC", hinlegacy.decode(inner, _ENGINES[font]))
    for pattern, put in _MENDED:
        made = pattern.sub(put, made)
    return text[:at] + unicodedata.normalize("NFC", made) + text[at + len(inner) :]
