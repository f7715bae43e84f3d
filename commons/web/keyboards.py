"""The Hindi layouts that the screens offer: what stands on their keys.

The layouts are data of ours (`static/keyboards/*.json`), written from public standards; docs/decisions says which.
"""

from __future__ import annotations

from functools import cache

import msgspec

from commons.web.statics import FOLDER

ROWS = (
    ("Backquote", *(f"Digit{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)), "Minus", "Equal"),
    (*(f"Key{letter}" for letter in "QWERTYUIOP"), "BracketLeft", "BracketRight", "Backslash"),
    (*(f"Key{letter}" for letter in "ASDFGHJKL"), "Semicolon", "Quote"),
    (*(f"Key{letter}" for letter in "ZXCVBNM"), "Comma", "Period", "Slash"),
)
"""The keys of a PC's keyboard as it lies on the desk, by the browser's names of their places."""

PRINTED = {
    "Backquote": "`", "Minus": "-", "Equal": "=", "BracketLeft": "[", "BracketRight": "]", "Backslash": "\\",
    "Semicolon": ";", "Quote": "'", "Comma": ",", "Period": ".", "Slash": "/",
}  # fmt: skip
NAMELESS = {"\u200c": "ZWNJ", "\u200d": "ZWJ"}
SIGNS = frozenset(map(chr, (*range(0x900, 0x904), 0x93A, 0x93B, 0x93C, *range(0x93E, 0x950))))


class Key(msgspec.Struct, frozen=True):
    """One key: its place, what is printed on it, and what it types plain, with Shift, with AltGr, with both."""

    code: str
    printed: str
    plain: str
    shift: str
    altgr: str
    both: str


class _File(msgspec.Struct, frozen=True):
    keys: dict[str, list[str | list[str]]]


@cache
def rows(keyboard: str) -> tuple[tuple[Key, ...], ...]:
    """The rows of keys of a layout of `static/keyboards`, as labels: signs stand on a dotted circle."""
    found = msgspec.json.decode((FOLDER / "keyboards" / f"{keyboard}.json").read_bytes(), type=_File)
    return tuple(tuple(_key(code, found.keys.get(code, [])) for code in row) for row in ROWS)


def _key(code: str, choices: list[str | list[str]]) -> Key:
    labels = [_label(choice if isinstance(choice, str) else choice[0]) for choice in choices]
    labels += [""] * (4 - len(labels))
    return Key(code, PRINTED.get(code, code[-1]), *labels)


def _label(text: str) -> str:
    if text in NAMELESS:
        return NAMELESS[text]
    return f"◌{text}" if text[:1] in SIGNS else text


class Spellings(msgspec.Struct, frozen=True):
    """How a layout by sound spells: pairs of what is typed and what comes."""

    vowels: list[tuple[str, str]]
    consonants: list[tuple[str, str]]
    signs: list[tuple[str, str]]


class _Letters(msgspec.Struct, frozen=True):
    consonants: dict[str, str] = {}
    vowels: dict[str, tuple[str, str]] = {}
    signs: dict[str, str] = {}


@cache
def spellings(keyboard: str) -> Spellings | None:
    """The spellings of a layout by sound, the first of several for one letter; None for a layout of keys."""
    found = msgspec.json.decode((FOLDER / "keyboards" / f"{keyboard}.json").read_bytes(), type=_Letters)
    if not found.consonants:
        return None
    vowels = {roman: letter for roman, (letter, _sign) in found.vowels.items()}
    return Spellings(_first(vowels), _first(found.consonants), _first(found.signs))


def _first(found: dict[str, str]) -> list[tuple[str, str]]:
    firsts: dict[str, str] = {}
    for roman, letter in found.items():
        firsts.setdefault(letter, roman)
    return [(roman, _label(letter)) for letter, roman in firsts.items()]
