"""How a search reads Hindi and English: what is the same word, what a person asks for, where it stands in a text.

Folding is the same for what is stored and for what is asked (see `fold`), and goes word by word, so that hits can be
marked in the text as it was written although folding changes its length.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_QUERY, MAX_TERMS, MAX_WORD = 400, 12, 60
"""Characters of a question that are read, terms of it that count, characters of a word that count."""

SHORTEST_BEGINNING = 2
"""Fewer characters are not taken as the beginning of a longer word."""

_NUKTA, _CANDRABINDU, _ANUSVARA, _VIRAMA = "\u093c", "\u0901", "\u0902", "\u094d"
_UNSEEN = "\u200c\u200d\u00ad\u2060\ufeff"
_DROPPED = {ord(ch): None for ch in _NUKTA + _UNSEEN}
_DIGITS = {0x0966 + value: str(value) for value in range(10)}
_MAP = {**_DROPPED, **_DIGITS, ord(_CANDRABINDU): _ANUSVARA}
_NASAL = re.compile(
    "|".join(
        f"{nasal}{_VIRAMA}(?=[{row}])"
        for nasal, row in zip("ङञणनम", ("कखगघ", "चछजझश", "टठडढ", "तथदधशस", "पफबभ"), strict=True)
    )
)
_ZEROS = re.compile(r"(?<![^\W\d_])(?<!\d)0+(?=\d)")
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')


class Term(NamedTuple):
    """Words (folded) that must stand one after the other; with `begins` the last may go on."""

    words: tuple[str, ...]
    begins: bool = False


class Piece(NamedTuple):
    """A stretch of a text, and whether it is a hit."""

    text: str
    hit: bool


def fold(text: str) -> str:
    """The text in the one spelling that all spellings of its words share.

    Without nukta, joiners and soft hyphens; chandrabindu becomes anusvara, and so does a nasal before a consonant of
    its own row (न also before श and स, ञ before श: पेन्शन, पेंशन); digits become 0-9 and numbers lose leading zeros;
    small letters; NFC.

    >>> fold("ज़िला हिन्दी १२ MOTH/००१२") == fold("जिला हिंदी 12 moth/12")
    True
    """
    if text.isascii():
        return _ZEROS.sub("", text.casefold())
    plain = unicodedata.normalize("NFD", text).translate(_MAP)
    plain = unicodedata.normalize("NFC", plain).casefold()
    return _ZEROS.sub("", _NASAL.sub(_ANUSVARA, plain))


@lru_cache(maxsize=200)
def terms(query: str) -> tuple[Term, ...]:
    """What a person asks for: all of it must be found.

    Words in quotation marks stand together, as do those of a number such as `मोठ/स्थापना/2026/15`. The last word may be
    the beginning of a longer one unless it is a number, very short or quoted. Everything else in the query (operators,
    signs, pictures) says nothing.
    """
    found: list[Term] = []
    rest = query[:MAX_QUERY]
    end = 0
    for match in _QUOTED.finditer(rest):
        found += [Term(words) for words in map(_words, rest[end : match.start()].split()) if words]
        quoted = _words(match.group(1))
        found += [Term(quoted)] if quoted else []
        end = match.end()
    found += [Term(words) for words in map(_words, rest[end:].split()) if words]
    if found and rest[end:].strip():
        last = found[-1].words
        begins = len(last[-1]) >= SHORTEST_BEGINNING and not last[-1].isdecimal()
        found[-1] = Term(last, begins)
    return tuple(dict.fromkeys(found))[:MAX_TERMS]


def mark(text: str, query: str) -> list[Piece]:
    """The text as it was written, cut so that each stretch is a hit of the query or is none; joined it is the text."""
    spans = _spans(text)
    words = [word for _, _, word in spans]
    hits = [False] * len(spans)
    for term in terms(query):
        for start in found_at(words, term):
            hits[start : start + len(term.words)] = [True] * len(term.words)
    pieces: list[Piece] = []
    at = 0
    for n, (begin, end, _) in enumerate(spans):
        if not hits[n]:
            continue
        joined = n > 0 and hits[n - 1] and pieces
        if begin > at and not (joined and not text[at:begin].strip()):
            pieces.append(Piece(text[at:begin], False))
            joined = False
        if joined:
            pieces[-1] = Piece(pieces[-1].text + text[at:end], True)
        else:
            pieces.append(Piece(text[begin:end], True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], False))
    return pieces


def found_at(words: list[str], term: Term) -> list[int]:
    """Where, in a list of folded words, a term begins."""
    first, size = term.words[0], len(term.words)
    if size == 1:
        return [n for n, word in enumerate(words) if word == first or (term.begins and word.startswith(first))]
    last = term.words[-1]
    return [
        n
        for n in range(len(words) - size + 1)
        if words[n] == first
        and tuple(words[n : n + size - 1]) == term.words[:-1]
        and (words[n + size - 1] == last or (term.begins and words[n + size - 1].startswith(last)))
    ]


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [word for _, _, word in _spans(text)]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word[:MAX_WORD] for word in words_of(text))


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Begin, end and folded word of each word: a run of letters, marks, digits and unseen joiners."""
    found = _word_pattern(_last(text)).finditer(text)
    return [(*match.span(), word) for match in found if (word := _fold_word(match.group()))]


@lru_cache(maxsize=20_000)
def _fold_word(word: str) -> str:
    return fold(word)


def _last(text: str) -> int:
    """Up to where a text's characters reach: a class of the first plane alone is a table, others are tried in turn."""
    return 0x10000 if not text or max(text) < "\U00010000" else 0x32400


@lru_cache(maxsize=2)
def _word_pattern(end: int) -> re.Pattern[str]:
    """What the index takes for a word, of characters before `end`; behind 0x32400 there are no letters."""
    ranges: list[list[int]] = []
    for code in range(end):
        category = unicodedata.category(chr(code))
        if category[0] not in "LMN" and category != "Co" and chr(code) not in _UNSEEN:
            continue
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    listed = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
    return re.compile(f"[{listed}]+")
