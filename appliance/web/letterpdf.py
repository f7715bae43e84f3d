"""The PDF of a letter, a draft's preview or what is issued, from what the desk knows of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response

from appliance.desk.days import INDIA
from appliance.desk.draft_values import enclosure_of
from appliance.desk.letterheads import head_of
from appliance.desk.refused import Refused
from appliance.papers import letters
from appliance.web.session import this_unit
from commons.typeset import TypesetError
from commons.web import log
from commons.web.headers import PAPER_POLICY

if TYPE_CHECKING:
    from appliance.desk.draft_values import LetterFacts


def letter_of(facts: LetterFacts) -> letters.Letter:
    """The letter as it is printed, in its own language, under the head of its office."""
    unit, text = this_unit(), facts.text
    language: letters.Language = "en" if text.language == "en" else "hi"
    head = head_of(unit, facts.office, language)
    post = unit.directory().post(facts.signatory_post)
    post_name = "" if post is None else post.name_hi if language == "hi" else post.name_en
    return letters.Letter(
        kind=letters.Kind(text.form),
        language=language,
        head=letters.LetterHead(head.lines, head.address, head.telephone, head.email),
        subject=text.title,
        body=text.body,
        signatory=letters.Signatory(facts.signatory_name, post_name, head.lines[:1]),
        to=text.to,
        number=facts.number,
        day=facts.day,
        references=tuple(text.reference.split("\n")) if text.reference else (),
        enclosures=tuple(enclosure_of(entry)[1] for entry in text.enclosures),
        copies=text.copies,
        endorsement=facts.number if text.copies else "",
        approved=facts.approved,
    )


def make_pdf(facts: LetterFacts) -> bytes:
    """The letter as PDF/A. Raises Refused letter_not_set."""
    at = datetime.fromtimestamp(this_unit().clock.now_ms() / 1000, UTC).astimezone(INDIA)
    try:
        return letters.letter(letter_of(facts), at=at)
    except TypesetError as error:
        log.note("letter_not_set", code=error.code)
        raise Refused("letter_not_set", why=error.code) from error


def shown(pdf: bytes, name: str) -> Response:
    """A PDF of ours for the browser's own viewer."""
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Content-Security-Policy"] = PAPER_POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
