"""Names of documents from outside, made plain: safe to show in any line and to save under on any system."""

from __future__ import annotations

import re
import unicodedata

from commons.documents.values import NAME_BYTES, NAME_CHARS, SUFFIXES

FALLBACK = "paper"
_JOINERS = "\u200c\u200d"
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)", re.IGNORECASE)
_LONGEST_SUFFIX = 8


def plain_name(name: str, media_type: str = "") -> str:
    """One plain line in NFC, without folders, control, direction and wildcard characters, never empty.

    At most 120 characters and 230 bytes of UTF-8, cut before the ending and never before a sign that belongs to the
    letter on its left. Names that Windows keeps for devices get a sign before them. With a `media_type` that is taken,
    the name ends as such a document's name does, so that nobody's computer takes it for something else.
    """
    base = re.split(r"[/\\\u2044\u2215\uff0f\uff3c]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(_kept(ch) for ch in base)
    line = _NOT_IN_NAMES.sub("-", " ".join(kept.split())).strip(" .~")
    if not line.strip(_JOINERS + "-_"):
        line = FALLBACK
    if _RESERVED.match(line):
        line = f"_{line}"
    known = SUFFIXES.get(media_type, ())
    stem, suffix = _split(line)
    if known and suffix.lower() not in known:
        stem, suffix = line, known[0]
    return _cut(stem, NAME_CHARS - len(suffix), NAME_BYTES - len(suffix.encode())) + suffix


def _kept(ch: str) -> str:
    if ch in _JOINERS:
        return ch
    category = unicodedata.category(ch)
    if category == "Cf":
        return ""
    return " " if category[0] in "CZ" else ch


def _split(line: str) -> tuple[str, str]:
    stem, dot, suffix = line.rpartition(".")
    if dot and stem and 0 < len(suffix) <= _LONGEST_SUFFIX and suffix.isascii() and suffix.isalnum():
        return stem, dot + suffix
    return line, ""


def _cut(stem: str, chars: int, octets: int) -> str:
    whole = stem[:chars]
    while len(whole.encode()) > octets or (len(whole) < len(stem) and unicodedata.category(stem[len(whole)])[0] == "M"):
        whole = whole[:-1]
    return whole.rstrip(" .") if len(whole) < len(stem) else whole
