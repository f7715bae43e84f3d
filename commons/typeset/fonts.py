"""Which fonts a page is set in, and which characters they have. The machine's own fonts are never used."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import typst

from protocol.errors import LocalError

FOLDER: Final = Path(__file__).parent.parent / "web" / "static" / "vendor" / "fonts"
"""Where set-up puts the fonts of assets.lock; the wheel of the product carries them at the same place."""

FILES: Final = ("noto-sans-devanagari.ttf", "noto-sans-arabic.ttf")
"""Devanagari with Latin; Arabic for Urdu, the second official language of Uttar Pradesh."""

_MONO: Final = (
    *(range(first, last + 1) for first, last in ((0x391, 0x3A1), (0x3A3, 0x3C9), (0x410, 0x44F), (0x2190, 0x21FF))),
    range(0x2500, 0x2600),
    [ord(sign) for sign in "≈≠≤≥√∞∑∏∂∫∆Ω☐☑☒✓✔✗✘★☆�"],
)
"""What DejaVu Sans Mono, inside typst itself, adds: Greek, Cyrillic, arrows, boxes, ticks."""


class FontAbsent(LocalError):
    """Set-up has not fetched the fonts: `make setup`. Values: path."""

    code = "typeset.font_absent"


@cache
def fonts() -> typst.Fonts:
    """The fonts, read once a process; raises FontAbsent."""
    for name in FILES:
        if not (FOLDER / name).is_file():
            raise FontAbsent(path=str(FOLDER / name))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FOLDER])


@cache
def covered() -> tuple[frozenset[int], ...]:
    """Code points that can be printed, a set a font in the order they are tried; PDF/A allows no other in the text."""
    fonts()
    files = (frozenset(_code_points((FOLDER / name).read_bytes())) for name in FILES)
    return (*files, frozenset().union(*_MONO))


def _code_points(font: bytes) -> Iterator[int]:
    """The code points of a font's cmap, by its table of format 12 (OpenType 1.9, `cmap`)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    for entry in range(12, 12 + 16 * tables, 16):
        tag, _, start, _ = struct.unpack_from(">4sIII", font, entry)
        if tag == b"cmap":
            break
    else:
        return
    maps = struct.unpack_from(">H", font, start + 2)[0]
    for entry in range(start + 4, start + 4 + 8 * maps, 8):
        place = start + struct.unpack_from(">HHI", font, entry)[2]
        if struct.unpack_from(">H", font, place)[0] == 12:
            groups = struct.unpack_from(">I", font, place + 12)[0]
            for group in range(place + 16, place + 16 + 12 * groups, 12):
                first, last, _ = struct.unpack_from(">III", font, group)
                yield from range(first, last + 1)
            return
