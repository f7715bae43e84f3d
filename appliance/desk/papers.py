"""Papers as they come in from a person: looked at, counted, put away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

from appliance.desk.values import Refused
from appliance.desk.writing import plain
from appliance.store.unit import Unit
from commons.papers import PaperTooLarge

PAPER_BYTES = 50 << 20
_MAGIC = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_PAGE = re.compile(rb"/Type\s*/Page(?![s\w])")


class PaperIn(NamedTuple):
    """A paper that is safely here."""

    sha256: bytes
    size: int
    name: str
    media_type: str
    pages: int


def read_paper(unit: Unit, name: str, media_type: str, stream: IO[bytes]) -> PaperIn:
    """Puts the bytes away, durably. What they are is read off them, not off their name.

    Raises Refused paper_empty, paper_not_pdf, paper_too_large.
    """
    first = stream.read(1 << 16)
    if not first:
        raise Refused("paper_empty")
    kind = next((kind for magic, kind in _MAGIC.items() if first.startswith(magic)), "")
    if not kind:
        raise Refused("paper_not_pdf", name=plain(name)[:120], media_type=media_type[:60])
    pages = 0

    def chunks() -> Iterator[bytes]:
        nonlocal pages
        tail = b""
        size = 0
        chunk = first
        while chunk:
            size += len(chunk)
            if size > PAPER_BYTES:
                raise Refused("paper_too_large", limit_bytes=PAPER_BYTES)
            window = tail + chunk
            pages += len(_PAGE.findall(window)) - len(_PAGE.findall(tail))
            tail = window[-24:]
            yield chunk
            chunk = stream.read(1 << 16)

    try:
        kept = unit.papers.put(chunks())
    except PaperTooLarge as error:
        raise Refused("paper_too_large", limit_bytes=PAPER_BYTES) from error
    return PaperIn(kept.sha256, kept.size, plain(name)[:120] or "paper", kind, max(1, pages))
