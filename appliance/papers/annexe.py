"""The paper that shows set-aside entries in the file that they were meant for (custody rule 7.2)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from appliance.papers.letters import Language
from appliance.papers.text import Block, read
from commons.typeset import typeset


class Shown(msgspec.Struct, frozen=True):
    """One original: what it is, its HTML as written (allow-listed; empty for none), who wrote it, when; id and hash."""

    what: str
    html: str
    by: str
    at: datetime
    event: str
    e: str


class Annexe(msgspec.Struct, frozen=True):
    """All that the paper says. Sentences of the form in its language, what people wrote as they wrote it."""

    language: Language
    number: str
    subject: str
    writer: str  # office
    decided: str  # who decided, when
    reason: str
    added: str  # who adds it, when
    entries: tuple[Shown, ...]


class _Entry(msgspec.Struct, frozen=True):
    what: str
    blocks: tuple[Block, ...]
    by: str
    at: str
    event: str
    seal: str


class _Page(msgspec.Struct, frozen=True):
    language: str
    number: str
    subject: str
    writer: str
    decided: str
    reason: str
    added: str
    entries: tuple[_Entry, ...]


def annexe(value: Annexe, *, at: datetime) -> bytes:
    """The annexe as PDF. Raises TypesetError."""
    entries = tuple(
        _Entry(
            one.what, read(one.html) if one.html else (), one.by, one.at.strftime("%d-%m-%Y, %H:%M"), one.event,
            " ".join(one.e[place : place + 8] for place in range(0, len(one.e), 8)),
        )
        for one in value.entries
    )  # fmt: skip
    page = _Page(
        value.language, value.number, value.subject, value.writer, value.decided, value.reason, value.added, entries
    )
    return typeset("annexe", page, at=at)
