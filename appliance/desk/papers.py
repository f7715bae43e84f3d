"""Papers as they come in from a person: looked at, counted, put away."""

from __future__ import annotations

from typing import NamedTuple

from appliance.desk.refused import Refused
from appliance.store.unit import Unit
from commons.documents import ask as documents
from commons.documents.held import Source, hold
from commons.documents.values import MAX_BYTES, NotTaken

PAPER_BYTES = MAX_BYTES


class PaperIn(NamedTuple):
    """A paper that is safely here."""

    sha256: bytes
    size: int
    name: str
    media_type: str
    pages: int


def read_paper(unit: Unit, name: str, media_type: str, source: Source) -> PaperIn:
    """Puts a document away, durably, after it was opened and believed; nothing of one that is refused is written.

    What it is is read off its bytes; the `media_type` that came with it is only told in a refusal.
    Raises Refused with the codes of NotTaken.
    """
    try:
        with hold(source, name, PAPER_BYTES) as held:
            looked = unit.look_at(held, name)
            kept = unit.papers.put(held.chunks())
    except NotTaken as error:
        said = {"media_type": media_type[:60]} if error.code == "paper_not_pdf" else {}
        raise Refused(error.code, **error.values, **said) from error
    return PaperIn(kept.sha256, kept.size, looked.name, looked.media_type, looked.pages)


def page_picture(unit: Unit, sha256: bytes, page: int, width: int) -> bytes:
    """A picture (WebP) of one page of a paper that is here, drawn before or now.

    Who asks has been allowed to see the paper. Raises Refused with the codes of NotTaken, PaperMissing, PaperDamaged.
    """
    known = unit.pictures.get(sha256, page, width)
    if known is not None:
        return known
    try:
        with unit.papers.open(sha256) as reader:
            drawn = documents.page_picture(reader, page, width)
    except NotTaken as error:
        raise Refused(error.code, **error.values) from error
    unit.pictures.put(sha256, page, width, drawn)
    return drawn
