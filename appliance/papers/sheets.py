"""A file on paper: its note sheet with the list of correspondence, and the slip that goes with a printed package."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from appliance.papers.join import Leaf, join
from appliance.papers.letters import Language, LetterHead
from appliance.papers.slips import qr_picture
from appliance.papers.text import Block, read
from commons.typeset import typeset

Signature = Literal["none", "valid", "invalid", "unchecked"]


class Paragraph(msgspec.Struct, frozen=True):
    """One numbered paragraph of the file; `html` is allow-listed."""

    number: int
    html: str


class GreenNote(msgspec.Struct, frozen=True):
    """One confirmed note: its numbered paragraphs, and who wrote it in which post."""

    paragraphs: tuple[Paragraph, ...]
    author: str
    post: str
    at: datetime
    at_trusted: bool = True
    signature: Signature = "none"


class Listed(msgspec.Struct, frozen=True):
    """One paper of the correspondence: pages `first` to `last` of it (from 1)."""

    first: int
    last: int
    name: str
    attached: date


class NoteSheet(msgspec.Struct, frozen=True):
    """All that a printed file says. Texts in its language where they are the form's, as written where a person's."""

    language: Language
    head: LetterHead
    number: str
    subject: str
    section: str
    notes: tuple[GreenNote, ...]
    papers: tuple[Listed, ...]
    grading: str = ""
    printed_by: str = ""


class CoverSlip(msgspec.Struct, frozen=True):
    """What goes on top of a file that leaves on paper."""

    sent_from: str  # post and office, lines
    sent_to: str
    purpose: str
    sent: date
    due: date | None = None
    remarks: str = ""
    qr: str = ""  # by which it is found again when it comes back; empty prints none


class _Numbered(msgspec.Struct, frozen=True):
    number: int
    blocks: tuple[Block, ...]


class _Note(msgspec.Struct, frozen=True):
    paragraphs: tuple[_Numbered, ...]
    author: str
    post: str
    at: str
    at_trusted: bool
    signature: str


class _Row(msgspec.Struct, frozen=True):
    pages: str
    name: str
    attached: str


class _Slip(msgspec.Struct, frozen=True):
    sent_from: str
    sent_to: str
    purpose: str
    sent: str
    due: str
    remarks: str


class _Page(msgspec.Struct, frozen=True):
    language: str
    head: LetterHead
    number: str
    subject: str
    section: str
    grading: str
    notes: tuple[_Note, ...]
    papers: tuple[_Row, ...]
    paragraphs: int
    pages: int
    printed_at: str
    printed_by: str
    slip: _Slip | None


def note_sheet(value: NoteSheet, *, at: datetime) -> bytes:
    """The green sheet, whole, and the list of correspondence; a yellow note is never printed. Raises TypesetError."""
    return typeset("note_sheet", _page(value, None, at), at=at)


def file_package(value: NoteSheet, slip: CoverSlip, leaves: Sequence[Leaf], *, at: datetime) -> bytes:
    """Cover slip, note sheet and list, then the papers themselves, in one PDF for the printer.

    A leaf that cannot be printed is replaced by one that says so. Raises TypesetError.
    """
    front = typeset("note_sheet", _page(value, slip, at), at=at, pictures=qr_picture(slip.qr))
    return join(front, leaves, language=value.language, at=at)


def _page(value: NoteSheet, slip: CoverSlip | None, at: datetime) -> _Page:
    notes = tuple(
        _Note(
            tuple(_Numbered(one.number, read(one.html)) for one in note.paragraphs),
            note.author,
            note.post,
            note.at.strftime("%d-%m-%Y, %H:%M"),
            note.at_trusted,
            note.signature,
        )
        for note in value.notes
    )
    rows = tuple(
        _Row(
            f"{paper.first}-{paper.last}" if paper.last > paper.first else f"{paper.first}",
            paper.name,
            paper.attached.strftime("%d-%m-%Y"),
        )
        for paper in value.papers
    )
    return _Page(
        language=value.language,
        head=value.head,
        number=value.number,
        subject=value.subject,
        section=value.section,
        grading=value.grading,
        notes=notes,
        papers=rows,
        paragraphs=sum(len(note.paragraphs) for note in notes),
        pages=sum(paper.last - paper.first + 1 for paper in value.papers),
        printed_at=at.strftime("%d-%m-%Y, %H:%M"),
        printed_by=value.printed_by,
        slip=_slip(slip) if slip else None,
    )


def _slip(slip: CoverSlip) -> _Slip:
    due = slip.due.strftime("%d-%m-%Y") if slip.due else ""
    return _Slip(slip.sent_from, slip.sent_to, slip.purpose, slip.sent.strftime("%d-%m-%Y"), due, slip.remarks)
