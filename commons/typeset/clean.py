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
_USUAL: Final = re.compile(r"[^ -~\nअ-हािीुूेैोौ्ंः।]+[^ -~\n]*")
"""What may need a look; plain Latin and the letters of every Hindi sentence do not."""
_LONG: Final = re.compile(r"\S{25,}")
_PIECE: Final = 8  # characters between places to break in a word that is longer than a line may be wide
_UNIT: Final = re.compile(r"\[U\+[0-9A-F]+\]|.", re.DOTALL)
_JOINING: Final = ("\u094d", *_JOINERS)  # virama


def printable(text: str) -> str:
    """The text without control and direction-override characters; a character that no font has stands as [U+1F600].

    So does a sign that cannot join the letter before it, because another font has that letter.
    """
    plain = _LINE.sub(lambda found: _LINES[found[0]], text)
    return _LONG.sub(lambda found: _with_breaks(found[0]), _USUAL.sub(lambda found: _shown(found[0]), plain))


def _shown(piece: str) -> str:
    sets = covered()
    font = sets[0]
    out: list[str] = []
    for ch in piece:
        like = _ALIKE.get(ch, ch)
        kind = unicodedata.category(like)
        if like == "\n" or like in _JOINERS or like in _MARKS:
            out.append(like)
        elif kind in {"Cc", "Cf", "Cs", "Zl", "Zp"} or "\ufe00" <= like <= "\ufe0f":
            continue
        elif kind[0] == "M":
            out.append(like if ord(like) in font else f"[U+{ord(ch):04X}]")
        else:
            found = next((one for one in sets if ord(like) in one), None)
            font = found or sets[0]
            out.append(like if found else f"[U+{ord(ch):04X}]")
    return "".join(out)


def _with_breaks(word: str) -> str:
    if word.isascii() and "[U+" not in word:
        return _BREAK.join(word[place : place + _PIECE] for place in range(0, len(word), _PIECE))
    out: list[str] = []
    since = 0
    for found in _UNIT.finditer(word):
        unit = found[0]
        joined = unicodedata.category(unit[0])[0] in {"M", "C"} or word.endswith(_JOINING, 0, found.start())
        if since >= _PIECE and not joined:
            out.append(_BREAK)
            since = 0
        out.append(unit)
        since += len(unit)
    return "".join(out)
