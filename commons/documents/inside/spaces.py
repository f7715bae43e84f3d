"""Spaces that PDFium leaves out behind Devanagari vowel signs, found again by the gap on the page.

PDFium takes a cluster such as में for one wide character and drops the space behind it, so that two words become one
that no search finds. Where two letters of a line stand apart by more than a part of their height, a space belongs.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

GAP, FARTHEST = 0.13, 4.0
"""Of the height: from which on a gap is a space, and where it is another column."""

_DEVANAGARI = re.compile("[\u0900-\u097f]")
_UNSEEN = "\r\ufffe\x02"
"""PDFium's half of a line break, and its marks of a hyphen at a line's end."""


class Placed(NamedTuple):
    """A character and its box on the page, in points; `left` and `right` along the line."""

    char: str
    left: float
    right: float
    bottom: float
    height: float


def is_concerned(text: str) -> bool:
    """Whether spaces may be missing."""
    return _DEVANAGARI.search(text) is not None


def spaced(placed: Iterable[Placed]) -> str:
    """The characters with the spaces that their places tell; pure."""
    found: list[str] = []
    before: Placed | None = None
    for one in placed:
        if before is not None and _apart(before, one):
            found.append(" ")
        found.append(one.char)
        before = one
    return "".join(found)


def _apart(before: Placed, after: Placed) -> bool:
    if before.char.isspace() or after.char.isspace() or not (before.height and after.height):
        return False
    if not (_DEVANAGARI.match(before.char) or _DEVANAGARI.match(after.char)):
        return False
    height = max(before.height, after.height)
    if abs(before.bottom - after.bottom) > height / 2:
        return False
    return GAP * height <= after.left - before.right <= FARTHEST * height


def placed(text: pdfium.PdfTextPage, count: int) -> Iterator[Placed]:
    """The first `count` characters of a page with their places; a generated line break has none."""
    box = raw.FS_RECTF()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        if char == "\n" or char in _UNSEEN or not raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box)):
            yield Placed("" if char in _UNSEEN else char, 0.0, 0.0, 0.0, 0.0)
            continue
        yield Placed(char, box.left, box.right, box.bottom, box.top - box.bottom)
