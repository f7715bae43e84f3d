"""Slips for a letter that came in: the acknowledgement for who brought it, and the slip that lies on the paper."""

from __future__ import annotations

import io
from datetime import date, datetime

import msgspec
import segno

from appliance.papers.letters import Language, LetterHead
from commons.typeset import typeset


class Acknowledgement(msgspec.Struct, frozen=True):
    """What a पावती and a receipt slip say of a diarised letter; texts in the slip's language, empty ones are left out.

    `received` without a time when only the day is known. `qr` is what the square holds: the diary number, or an
    address; empty prints none.
    """

    language: Language
    head: LetterHead
    diary_number: str
    received: datetime | date
    sender: str
    subject: str
    letter_number: str = ""
    letter_day: date | None = None
    mode: str = ""
    enclosures: str = ""
    marked_to: str = ""
    received_by: str = ""
    qr: str = ""


class _Slip(msgspec.Struct, frozen=True):
    slip: Acknowledgement
    received: str
    letter_day: str


def acknowledgement(value: Acknowledgement, *, at: datetime) -> bytes:
    """The पावती: half of A4, for the sender. Raises TypesetError."""
    return typeset("acknowledgement", _slip(value), at=at, pictures=qr_picture(value.qr))


def receipt_slip(value: Acknowledgement, *, at: datetime) -> bytes:
    """The slip (100 x 60 mm) that is pinned to the paper itself: diary number, day, to whom marked."""
    return typeset("receipt_slip", _slip(value), at=at, pictures=qr_picture(value.qr))


def qr_picture(text: str) -> dict[str, str]:
    """The QR code of a text as the picture `qr` of a template; no picture for no text."""
    if not text:
        return {}
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return {"qr": out.getvalue().decode()}


def _slip(value: Acknowledgement) -> _Slip:
    letter_day = value.letter_day.strftime("%d-%m-%Y") if value.letter_day else ""
    return _Slip(
        value,
        value.received.strftime("%d-%m-%Y, %H:%M" if isinstance(value.received, datetime) else "%d-%m-%Y"),
        letter_day,
    )
