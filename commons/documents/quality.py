"""How far the text that a PDF carries can be believed: many carry Hindi that no reader would recognise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

SOUND = 0.985
"""From here on a page's own text is good enough to be searched; below it, reading the picture finds more."""

ENOUGH_LETTERS = 16
USUAL = 0.08  # of a sound text's words look torn or odd: headings, lists, abbreviations
FEW_WORDS = 6  # are no ground to judge by
_HINDI_WORD = re.compile(r"[\u0900-\u0963\u0970-\u097f\u200c\u200d]+")
_LATIN_WORD = re.compile(r"[^\s\u0900-\u097f]*[A-Za-z][^\s\u0900-\u097f]*")
_SIGN_INSIDE = re.compile(r"[A-Za-z][;=\[\]{}~^|\"¼½¿À‘][A-Za-z]|^[A-Za-z]+=$|[A-Za-z];$")
_ONE_LETTER = frozenset(
    [
        "का",
        "की",
        "के",
        "को",
        "से",
        "में",
        "मे",
        "मैं",
        "न",
        "ना",
        "नहीं",
        "ने",
        "व",
        "वे",
        "वो",
        "ये",
        "ए",
        "ऐ",
        "है",
        "हैं",
        "हो",
        "हूँ",
        "हूं",
        "ही",
        "हे",
        "भी",
        "भि",
        "तो",
        "तू",
        "जो",
        "जी",
        "जा",
        "था",
        "थी",
        "थे",
        "थीं",
        "या",
        "ओ",
        "आ",
        "ई",
        "सी",
        "सा",
        "री",
        "रे",
        "दो",
        "दें",
        "दे",
        "दी",
        "ली",
        "ले",
        "लें",
        "लो",
        "लू",
        "छः",
        "छै",
        "कि",
        "क्या",
        "क्यों",
        "श्री",
        "स्व",
        "त्रि",
        "सो",
        "सौ",
        "मा",
        "मो",
        "पू",
        "पे",
        "मी",
        "डा",
        "डॉ",
        "एं",
        "एँ",
    ]
)
_VIRAMA = "\u094d"
_BREAKS = frozenset("\ufffd\u25cc\ufffe\uffff")


def soundness(text: str) -> float:
    """How sound a text is, 0 to 1, by the worst of three counts; an empty text is sound.

    Characters that cannot stand where they stand: a Devanagari vowel sign, virama or nasal mark with no letter before
    it, two vowel signs on one letter, replacement and private-use characters, unassigned ones, controls. Words of one
    letter that Hindi does not have ("अधि का री": what Chromium writes). Latin words with signs inside them, as text
    typed with Kruti Dev or its like reads.
    """
    seen = [ch for ch in text if ch not in "\r\n\t\f\u200b\u200c\u200d\ufeff"]
    if not seen:
        return 1.0
    faults = sum(_is_broken(ch) for ch in seen) + sum(_cannot_follow(a, b) for a, b in pairwise([" ", *seen]))
    torn = max(0.0, _share(_HINDI_WORD.findall(text), _is_torn) - USUAL)
    legacy = max(0.0, _share(_LATIN_WORD.findall(text), _is_legacy) - USUAL)
    return max(0.0, 1.0 - max(faults / len(seen), torn, legacy))


def letters(text: str) -> int:
    """How many letters and digits a text has."""
    return sum(unicodedata.category(ch)[0] in "LN" for ch in text)


def can_be_searched(text: str) -> bool:
    """Whether a page's own text says enough, soundly enough, that its picture need not be read."""
    return letters(text) >= ENOUGH_LETTERS and soundness(text) >= SOUND


def _share(words: Sequence[str], is_odd: Callable[[str], bool]) -> float:
    return sum(map(is_odd, words)) / len(words) if len(words) >= FEW_WORDS else 0.0


def _is_torn(word: str) -> bool:
    bases = sum(_is_letter(ch) and before != _VIRAMA for before, ch in pairwise([" ", *word]))
    return bases <= 1 and word not in _ONE_LETTER


def _is_legacy(word: str) -> bool:
    return _SIGN_INSIDE.search(word) is not None


def _is_broken(ch: str) -> bool:
    return ch in _BREAKS or unicodedata.category(ch) in {"Co", "Cn", "Cc", "Cs"}


def _cannot_follow(before: str, ch: str) -> bool:
    if _is_vowel_sign(ch):
        return not (_is_letter(before) or before == "\u093c")
    if ch == _VIRAMA:
        return not (_is_letter(before) or before == "\u093c")
    if ch in "\u0900\u0901\u0902\u0903":
        return not (_is_letter(before) or _is_vowel_sign(before) or before == "\u093c")
    return False


def _is_letter(ch: str) -> bool:
    return "\u0904" <= ch <= "\u0939" or "\u0958" <= ch <= "\u0961" or "\u0972" <= ch <= "\u097f"


def _is_vowel_sign(ch: str) -> bool:
    return "\u093e" <= ch <= "\u094c" or ch in "\u093a\u093b\u094e\u094f\u0955\u0956\u0957\u0962\u0963"
