"""What changed between two texts, word by word, line by line. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

import msgspec

_TOKEN = re.compile(r"\n|[^\s]+")
MOST_TOKENS = 20_000
"""Beyond it the texts are compared line by line only: the time grows with the square of what is alike."""


class Piece(msgspec.Struct, frozen=True):
    """Words that stayed ("same"), came ("ins") or went ("del"); a line end is a line feed."""

    how: str
    words: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces that make `after` out of `before`, in order."""
    old, new = _tokens(before), _tokens(after)
    pieces: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if how == "equal":
            pieces.append(Piece("same", _joined(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("del", _joined(old[a:b])))
        if d > c:
            pieces.append(Piece("ins", _joined(new[c:d])))
    return pieces


def _tokens(text: str) -> list[str]:
    text = text.strip()
    if len(text) > MOST_TOKENS and len(found := _TOKEN.findall(text)) > MOST_TOKENS:
        return text.splitlines(keepends=True)
    return found if len(text) > MOST_TOKENS else _TOKEN.findall(text)


def _joined(tokens: list[str]) -> str:
    return re.sub(r" ?\n ?", "\n", " ".join(tokens))
