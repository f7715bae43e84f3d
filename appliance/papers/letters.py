"""A letter as an Indian government office sends it, from its values: CSMOP, forms of written communication."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import msgspec

from appliance.papers.text import Block, read
from commons.typeset import Spot, spots, typeset

Language = Literal["hi", "en"]


class Kind(StrEnum):
    """Forms of written communication; the words of the drafts."""

    LETTER = "letter"  # पत्र
    ORDER = "order"  # कार्यालय आदेश
    OFFICE_MEMORANDUM = "office_memorandum"  # कार्यालय ज्ञाप
    CIRCULAR = "circular"  # परिपत्र
    SHOW_CAUSE = "show_cause"  # कारण बताओ नोटिस
    DO_LETTER = "do_letter"  # अर्ध शासकीय पत्र


class LetterHead(msgspec.Struct, frozen=True):
    """The head of an office's letters, in the letter's language. `lines`: the office first, then what it is part of."""

    lines: tuple[str, ...]
    address: str = ""
    telephone: str = ""
    email: str = ""


class Signatory(msgspec.Struct, frozen=True):
    """Who signs: name, post, and the lines below it (office, place)."""

    name: str
    post: str
    lines: tuple[str, ...] = ()


class Letter(msgspec.Struct, frozen=True):
    """All that stands on a letter. Texts are plain, in the letter's own language; `body` is a draft's HTML.

    `number` and `day` are empty until it is issued (dotted lines stand there). `to` holds one addressee an entry, its
    lines parted by line ends. `salutation` and `closing` empty: the usual ones of the kind. `approved` False prints
    प्रारूप / DRAFT across each page. `endorsement` is the number of the पृष्ठांकन, empty: copies stand without one.
    """

    kind: Kind
    language: Language
    head: LetterHead
    subject: str
    body: str
    signatory: Signatory
    to: tuple[str, ...] = ()
    number: str = ""
    day: date | None = None
    references: tuple[str, ...] = ()
    salutation: str = ""
    closing: str = ""
    enclosures: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    endorsement: str = ""
    numbered: bool = False  # paragraphs from the second on are numbered (CSMOP)
    approved: bool = False


class _Page(msgspec.Struct, frozen=True):
    letter: Letter
    blocks: tuple[Block, ...]
    day: str


def letter(value: Letter, *, at: datetime) -> bytes:
    """The letter as PDF/A; `at` is when it was made. Raises TypesetError."""
    return typeset("letter", _page(value), at=at)


def signature_place(value: Letter, *, at: datetime) -> Spot:
    """Where the stamp of the signature belongs on `letter(value)`: above the name, kept free."""
    return spots("letter", _page(value), "stamp", at=at)[0]


def _page(value: Letter) -> _Page:
    return _Page(value, read(value.body), value.day.strftime("%d-%m-%Y") if value.day else "")
