"""Starting texts of drafts, for each kind of letter in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from appliance.papers.letters import Kind, Language


class Start(msgspec.Struct, frozen=True):
    """A text to begin a draft from: `body` is allow-listed HTML, … stands where the writer fills in."""

    kind: Kind
    language: Language
    name: str
    body: str


class _Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    body: str


@cache
def templates() -> tuple[Start, ...]:
    """All of them, Hindi first, in the order of `Kind`."""
    read = tomllib.loads((Path(__file__).parent / "data" / "starts.toml").read_text(encoding="utf-8"))
    texts = msgspec.convert(read, dict[Language, dict[Kind, _Text]])
    return tuple(
        Start(kind, language, texts[language][kind].name, texts[language][kind].body.replace("\n", ""))
        for language in texts
        for kind in Kind
    )
