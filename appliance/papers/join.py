"""Papers behind a page of ours, as one PDF for the printer (not PDF/A: a scan may be anything).

The papers come from outside, so each is opened by a process of its own (`commons.documents.ask`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from commons.documents import ask
from commons.documents.held import Source
from commons.documents.values import PDF, NotTaken
from commons.typeset import typeset

Why = Literal["absent", "unreadable", "locked"]


class Leaf(msgspec.Struct, frozen=True):
    """One paper; `content` gives its bytes as often as asked, or is them. None: it has not reached this office yet."""

    name: str
    media_type: str  # application/pdf, image/jpeg, image/png, image/tiff
    content: bytes | Callable[[], Source] | None


class _Missing(msgspec.Struct, frozen=True):
    language: str
    name: str
    why: Why


def join(front: bytes, leaves: Sequence[Leaf], *, language: Literal["hi", "en"], at: datetime) -> bytes:
    """`front` and behind it every leaf in order; for one that cannot be printed, a page that says why.

    Raises TypesetError, and NotTaken when all together are too large or take too long.
    """
    if not leaves:
        return front
    parts: list[Source] = [front]
    for leaf in leaves:
        got = _pdf(leaf)
        parts.append(typeset("missing", _Missing(language, leaf.name, got), at=at) if isinstance(got, str) else got)
    return ask.join_pdfs(parts)


def _pdf(leaf: Leaf) -> Source | Why:
    if leaf.content is None:
        return "absent"
    try:
        if leaf.media_type != PDF:
            return ask.join_pictures([_source(leaf.content)])
        ask.join_pdfs([_source(leaf.content)])
    except NotTaken as error:
        if error.code in {"paper_busy", "paper_slow"}:
            raise
        return "locked" if error.code == "paper_locked" else "unreadable"
    return _source(leaf.content)


def _source(content: bytes | Callable[[], Source]) -> Source:
    return content if isinstance(content, bytes) else content()
