"""The पावती of a receipt, and the slip that lies on the paper itself, as PDF."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, abort, make_response, render_template, request

from appliance.desk import receipt_lists
from appliance.papers.letters import Language, LetterHead
from appliance.papers.slips import Acknowledgement, acknowledgement, receipt_slip
from appliance.web.filepage import page_of
from appliance.web.session import this_unit, who
from commons.web.headers import PAPER_POLICY
from commons.web.showing import IST, local
from commons.web.words import speaking

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from protocol.events import Diarise

blueprint = Blueprint("acknowledgement", __name__)


@blueprint.get("/receipts/<receipt>/acknowledgement")
def show(receipt: str) -> ResponseReturnValue:
    """For the sender; with `?what=slip` the small one for the paper. In the language of the letter."""
    page_of(receipt)
    unit = this_unit()
    found = receipt_lists.receipt_page(unit, who().actor, receipt)
    if found is None or found.entry is None:
        abort(404)
    value = _value(found.entry, found.diarised_post, found.diarised_ms)
    made = receipt_slip if request.args.get("what") == "slip" else acknowledgement
    answer = make_response(made(value, at=local(found.diarised_ms)))
    answer.mimetype = "application/pdf"
    name = found.entry.number.replace("/", "-")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Content-Security-Policy"] = PAPER_POLICY
    return answer


def _value(entry: Diarise, post: str, diarised_ms: int) -> Acknowledgement:
    language: Language = "en" if entry.language == "en" else "hi"
    hindi = language == "hi"
    index = this_unit().directory()
    place = index.post(post)
    office = index.office(place.office) if place else None
    district = index.directory
    lines = [*([office.name_hi if hindi else office.name_en] if office else [])]
    lines.append(district.name_hi if hindi else district.name_en)
    with speaking(language):
        mode = render_template("office/receipt_mode.html", mode=entry.mode)
    return Acknowledgement(
        language=language,
        head=LetterHead(tuple(lines)),
        diary_number=entry.number,
        received=_received(entry.received, diarised_ms),
        sender=entry.sender,
        subject=entry.title,
        letter_number=entry.letter_no,
        letter_day=date.fromisoformat(entry.letter_date) if entry.letter_date else None,
        mode=mode.strip(),
        enclosures=str(entry.enclosures) if entry.enclosures else "",
        received_by=(place.name_hi if hindi else place.name_en) if place else "",
        qr=entry.number,
    )


def _received(day: str, diarised_ms: int) -> date | datetime:
    """With the time when it was entered on the day on which it came; else that time says nothing of the letter."""
    entered = local(diarised_ms).astimezone(IST)
    received = date.fromisoformat(day) if day else entered.date()
    return entered if entered.date() == received else received
