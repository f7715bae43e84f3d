"""The note sheet as PDF, as it is printed and put on a paper file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, get_args

from flask import Blueprint, Response, abort, g

from appliance.desk.days import INDIA
from appliance.desk.rights import require_read
from appliance.desk.values import FilePage, Paragraph
from appliance.papers import sheets
from appliance.papers.letters import LetterHead
from appliance.web.filepage import page_of
from appliance.web.names import names
from appliance.web.notesheet import notes_of
from appliance.web.session import this_unit, who
from commons.typeset import TypesetError
from commons.web import log
from commons.web.headers import PAPER_POLICY
from commons.web.showing import full
from commons.web.words import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("sheetpdf", __name__)


def _when(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(INDIA)


@blueprint.get("/files/<file>/notesheet.pdf")
def pdf(file: str) -> ResponseReturnValue:
    """The green notes and the list of correspondence, to whoever may read the file; never a yellow note."""
    page = page_of(file)
    require_read(this_unit(), who().actor, file)
    try:
        made = sheets.note_sheet(sheet_of(page), at=_when(this_unit().clock.now_ms()))
    except TypesetError as error:
        log.note("sheet_not_set", code=error.code)
        abort(503)
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="notesheet.pdf"'
    answer.headers["Content-Security-Policy"] = PAPER_POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def sheet_of(page: FilePage) -> sheets.NoteSheet:
    """The page as the values of its printed sheet, in the reader's language."""
    known = names()
    return sheets.NoteSheet(
        language="en" if g.language == "en" else "hi",
        head=LetterHead((known.node(this_unit().node),)),
        number=page.number,
        subject=page.subject,
        section=known.section(page.section),
        notes=tuple(_note(note) for note in notes_of(page.paragraphs)),
        papers=tuple(
            sheets.Listed(row.first_page, row.first_page + row.pages - 1, row.name, _when(row.attached_ms).date())
            for row in page.papers
        ),
        printed_by=f"{known.person(who().actor.employee)}, {known.short_post(who().actor.post)}",
    )


def _as_whom(note: Paragraph, post: str) -> str:
    if note.opinion:
        return gettext("Opinion: %(post)s", post=post)
    if note.again_post:
        old = names().post(note.again_post)
        said = gettext(
            "writes again the note of %(post)s, %(at)s, which had been set aside", post=old, at=full(note.again_ms)
        )
        return f"{post} · {said}"
    return post


def _note(blocks: list[Paragraph]) -> sheets.GreenNote:
    note = blocks[0]
    post = note.post_name_hi if g.language == "hi" else note.post_name_en
    signature: sheets.Signature = "none"
    for word in get_args(sheets.Signature):
        signature = word if word == note.signature else signature
    return sheets.GreenNote(
        tuple(sheets.Paragraph(block.number, block.html) for block in blocks),
        note.author_name,
        _as_whom(note, post),
        _when(note.at_ms),
        note.at_trusted,
        signature,
    )
