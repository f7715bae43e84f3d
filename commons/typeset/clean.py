"""What people wrote, as it can be printed: every character has a glyph, every long word a place to break."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from commons.typeset.fonts import covered

_LINES: Final = {"\r\n": "\n", "\r": "\n", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n\n", "\t": " ", "\u00a0": " "}
_LINE: Final = re.compile("|".join(map(re.escape, _LINES)))
_ALIKE: Final = {
    "\uf0b7": "•",  # the bullet of Word's Symbol font
    "\uf0a7": "▪",
    "\uf0d8": "►",
    "\u2011": "-",
    "\u2010": "-",
    "\u2212": "-",
    "\u25cf": "•",
}
_BREAK: Final = "\u200b"
_JOINERS: Final = "\u200c\u200d"
_MARKS: Final = "\u200e\u200f\u061c"
"""Direction marks of right-to-left text. Overrides and isolates (U+202A-E, U+2066-9) are left out: they disguise."""
_LONG: Final = re.compile(r"\S{25,}")
_PIECE: Final = 8  # characters between places to break in a word that is longer than a line may be wide
_VIRAMA: Final = "\u094d"


def printable(text: str) -> str:
    """The text without control and direction-override characters; a character that no font has stands as [U+1F600]."""
    plain = _LINE.sub(lambda found: _LINES[found[0]], text)
    has = covered()
    shown = "".join(ch if " " <= ch <= "~" or ch == "\n" else _shown(ch, has) for ch in plain)
    return _LONG.sub(lambda found: _with_breaks(found[0]), shown)


def _shown(ch: str, has: frozenset[int]) -> str:
    if ch in _JOINERS or ch in _MARKS:
        return ch
    like = _ALIKE.get(ch, ch)
    kind = unicodedata.category(like)
    if kind in {"Cc", "Cf", "Cs", "Zl", "Zp"} or "\ufe00" <= like <= "\ufe0f":
        return ""
    return like if ord(like) in has else f"[U+{ord(ch):04X}]"


def _with_breaks(word: str) -> str:
    out: list[str] = []
    since = 0
    for place, ch in enumerate(word):
        joined = unicodedata.category(ch)[0] in {"M", "C"} or (place and word[place - 1] in {_VIRAMA, *_JOINERS})
        if since >= _PIECE and not joined:
            out.append(_BREAK)
            since = 0
        out.append(ch)
        since += 1
    return "".join(out)
