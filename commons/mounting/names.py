"""The folder's name of a stick: what a person wrote on it, as far as that is harmless."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

MOST_CHARACTERS: Final = 32
MOST_BYTES: Final = 120
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")
_ENDS = " .-_"


def label_of(encoded: str) -> str:
    r"""The label in udev's ID_FS_LABEL_ENC, where everything unusual stands as `\x2f`."""
    raw = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), encoded.encode("utf-8", "replace").decode("latin-1"))
    return raw.encode("latin-1", "replace").decode("utf-8", "replace")


def safe_name(label: str, otherwise: str) -> str:
    """Letters, vowel signs, digits, space, dot, hyphen and underscore; never empty, never hidden, no path."""
    return _plain(label) or _plain(f"stick {otherwise}") or "stick"


def free_name(label: str, otherwise: str, taken: Collection[str]) -> str:
    """A safe name that no other stick bears."""
    name = safe_name(label, otherwise)
    number = 2
    wanted = name
    while wanted in taken:
        wanted = f"{name} {number}"
        number += 1
    return wanted


def _plain(text: str) -> str:
    kept = "".join(one if _may_stand(one) else "-" for one in unicodedata.normalize("NFC", text))
    short = re.sub(r"[ -]*-[ -]*", "-", re.sub(r"[ ]+", " ", kept)).strip(_ENDS)[:MOST_CHARACTERS]
    while len(short.encode()) > MOST_BYTES:
        short = short[:-1]
    return short.rstrip(_ENDS)


def _may_stand(character: str) -> bool:
    return character in " ._-" or unicodedata.category(character)[0] in "LMN"
