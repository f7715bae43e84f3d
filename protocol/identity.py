"""Numbers that must never be written down: an Aadhaar number is recognised so that it can be refused."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_RUN: Final = re.compile(r"\d(?:[ .\-/]?\d)*")
AADHAAR_DIGITS: Final = 12
"""UIDAI: twelve digits, the first 2 to 9, the last a Verhoeff check digit."""


def _times(a: int, b: int) -> int:
    """Multiplication in the dihedral group of ten elements (Verhoeff, 1969)."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def _permutations() -> tuple[tuple[int, ...], ...]:
    first = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    rows = [tuple(range(10))]
    for _ in range(7):
        rows.append(tuple(first[digit] for digit in rows[-1]))
    return tuple(rows)


_PERMUTED: Final = _permutations()


def passes_verhoeff(digits: str) -> bool:
    """Whether ASCII digits end with their Verhoeff check digit.

    >>> passes_verhoeff("2363"), passes_verhoeff("2364")
    (True, False)
    """
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _times(check, _PERMUTED[place % 8][int(digit)])
    return check == 0


def holds_aadhaar(text: str) -> bool:
    """Whether a number in the text reads as an Aadhaar number, with spaces, hyphens or Devanagari digits too."""
    ascii_digits = "".join(str(unicodedata.digit(ch)) if ch.isdecimal() else ch for ch in text)
    for run in _RUN.findall(ascii_digits):
        digits = re.sub(r"\D", "", run)
        if len(digits) == AADHAAR_DIGITS and digits[0] in "23456789" and passes_verhoeff(digits):
            return True
    return False
