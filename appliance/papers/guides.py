"""What fits on one page of A4 for someone who sits down at Patravali for the first time."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from appliance.papers.letters import Language
from appliance.papers.text import Run
from commons.typeset import typeset

WRITTEN: Final = datetime(2026, 11, 22, tzinfo=UTC)
"""When the texts were last looked through; the date of the PDFs, so that they are the same everywhere."""


class Role(StrEnum):
    """Who the page is for."""

    ASSISTANT = "assistant"  # पटल सहायक
    OFFICER = "officer"  # अधिकारी
    EMD = "emd"  # ई.एम.डी. प्रबंधक


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    steps: tuple[str, ...]


class _Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    intro: str
    parts: tuple[_Part, ...]
    keys: tuple[tuple[str, str], ...]


class _Section(msgspec.Struct, frozen=True):
    name: str
    steps: tuple[tuple[Run, ...], ...]


class _Page(msgspec.Struct, frozen=True):
    language: str
    title: str
    intro: str
    parts: tuple[_Section, ...]
    keys: tuple[tuple[str, str], ...]


@cache
def guide(role: Role, language: Language) -> bytes:
    """The guide as a PDF of one page. Raises TypesetError."""
    text = (Path(__file__).parent / "data" / "guides.toml").read_text(encoding="utf-8")
    words = msgspec.convert(tomllib.loads(text), dict[Language, dict[Role, _Guide]])[language][role]
    parts = tuple(_Section(part.name, tuple(map(_runs, part.steps))) for part in words.parts)
    return typeset("guide", _Page(language, words.title, words.intro, parts, words.keys), at=WRITTEN)


def _runs(text: str) -> tuple[Run, ...]:
    """Words between ** are bold."""
    return tuple(Run(piece, bold=bool(place % 2)) for place, piece in enumerate(text.split("**")) if piece)
