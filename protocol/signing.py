"""The bytes that a person signs: what was seen, as text that can be read. Pure.

Every office that has the file makes the same bytes from its own journal, so no copy of them travels. The form is
`docs/signing.md`, version 1; a signature says in its event by which version it was made.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import msgspec

VERSION = 1
_INDIA = timezone(timedelta(hours=5, minutes=30))


class Statement(msgspec.Struct, frozen=True):
    """What a note says and where it stands. `papers`: SHA-256 of all papers of the file before it, in page order."""

    district: str  # the hub's code
    file: str  # id
    number: str
    first: int
    count: int
    event: str  # id of the note's event
    at_ms: int
    employee: str
    post: str
    language: str
    html: str
    papers: Sequence[bytes] = ()


def canonical(said: Statement) -> bytes:
    """UTF-8 in NFC, one fact a line, lines ended by LF; after an empty line the note's own HTML as it was kept."""
    last = said.first + said.count - 1
    lines = [
        f"Patravali note {VERSION}",
        f"District: {_line(said.district)}",
        f"File: {_line(said.number)}",
        f"File id: {_line(said.file)}",
        f"Paragraphs: {said.first}-{last}",
        f"Note id: {_line(said.event)}",
        f"Time: {_at(said.at_ms)}",
        f"Employee: {_line(said.employee)}",
        f"Post: {_line(said.post)}",
        f"Language: {_line(said.language)}",
        f"Papers before it: {len(said.papers)}",
        *(f"Paper {place}: sha256 {sha256.hex()}" for place, sha256 in enumerate(said.papers, 1)),
        "",
        said.html,
    ]
    return unicodedata.normalize("NFC", "\n".join(lines) + "\n").encode()


def _line(word: str) -> str:
    """No word can begin a line of its own."""
    return " ".join(word.split())


class Binding(msgspec.Struct, frozen=True):
    """What a person says when he binds the certificate on his token to himself. `certificate` is its SHA-256."""

    district: str  # the hub's code
    office: str  # the node's code
    employee: str
    certificate: bytes
    challenge: bytes
    at_ms: int


def binding(said: Binding) -> bytes:
    """UTF-8, one fact a line, lines ended by LF: it names its purpose, so it is worth nothing for another."""
    lines = [
        f"Patravali certificate {VERSION}",
        f"District: {_line(said.district)}",
        f"Office: {_line(said.office)}",
        f"Employee: {_line(said.employee)}",
        f"Certificate: sha256 {said.certificate.hex()}",
        f"Time: {_at(said.at_ms)}",
        f"Challenge: {said.challenge.hex()}",
    ]
    return unicodedata.normalize("NFC", "\n".join(lines) + "\n").encode()


def _at(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, _INDIA).isoformat()
