"""The form of a draft: what it sends as values, and values as it shows them. Without scripts every field is plain."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from flask import g, request

from appliance.desk.draft_values import DraftText, enclosure_of
from appliance.papers.starts import templates
from appliance.web import notetext
from commons.web import showing

if TYPE_CHECKING:
    from appliance.desk.values import Enclosed, FilePage

MOST_CHARS = 200_000
MOST_ENTRIES = 200


def read(kept: DraftText) -> DraftText:
    """The draft that the form describes; `kept` is what the row holds, whose looks a plain field must not lose."""
    field = request.form.get
    html = field("html")
    if html is None:
        text = field("text", "")[:MOST_CHARS]
        unchanged = _lines(notetext.to_text(kept.body)) == _lines(text)
        html = kept.body if unchanged else notetext.to_html(text)
    other = field("enclosure_words", "")[:MOST_CHARS].replace("\r", "").split("\n")
    return DraftText(
        field("form", kept.form),
        field("language", kept.language),
        field("title", "")[:MOST_CHARS],
        _entries(field("to", "")),
        _entries(field("copies", "")),
        field("reference", "")[:MOST_CHARS],
        html[: 4 * MOST_CHARS],
        (*request.form.getlist("enclosure")[:MOST_ENTRIES], *other[:MOST_ENTRIES]),
        field("receipt", ""),
    )


def _entries(text: str) -> tuple[str, ...]:
    """Addressees stand apart by an empty line."""
    return tuple(re.split(r"\n\s*\n", text[:MOST_CHARS].replace("\r", ""))[:MOST_ENTRIES])


def entries(value: tuple[str, ...]) -> str:
    """Addressees as the form shows them."""
    return "\n\n".join(value)


def plain_enclosures(text: DraftText) -> str:
    """Enclosures that are no papers of the file, a line each."""
    return "\n".join(entry for entry in text.enclosures if not enclosure_of(entry)[0])


def chosen_papers(text: DraftText) -> list[str]:
    """SHA-256 of the papers of the file that are enclosed."""
    return [sha256 for entry in text.enclosures if (sha256 := enclosure_of(entry)[0])]


def begin(page: FilePage, start: str, receipt: str) -> DraftText:
    """A new draft from a starting text ("hi letter"), as an answer to a receipt of the file or to none."""
    language, _, form = start.partition(" ")
    found = next((one for one in templates() if (one.language, str(one.kind)) == (language, form)), templates()[0])
    answered = next((one for one in page.enclosed if one.receipt == receipt), None)
    return DraftText(
        str(found.kind),
        found.language,
        answered.title if answered else page.subject,
        (answered.sender,) if answered and answered.sender else (),
        (),
        _reference(answered, found.language) if answered else "",
        _answering(found.body, answered),
        (),
        receipt if answered else "",
    )


_LETTER = (("पत्र संख्या … दिनांक …", "पत्र संख्या {} दिनांक {}"), ("letter No. … dated …", "letter No. {} dated {}"))


def _answering(body: str, answered: Enclosed | None) -> str:
    """The starting text with the number and date of the letter that it answers; what is not known stays open."""
    if answered is None or not (answered.letter_no or answered.letter_date):
        return body
    day = showing.iso_day(answered.letter_date) if answered.letter_date else "…"
    for blank, filled in _LETTER:
        body = body.replace(blank, filled.format(escape(answered.letter_no or "…", quote=False), day))
    return body


def _reference(answered: Enclosed, language: str) -> str:
    if not answered.letter_no:
        return ""
    day = showing.iso_day(answered.letter_date) if answered.letter_date else ""
    if language == "hi":
        return f"आपका पत्र संख्या {answered.letter_no}" + (f", दिनांक {day}" if day else "")
    return f"Your letter No. {answered.letter_no}" + (f" dated {day}" if day else "")


def start_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Starting texts by language, the reader's own first: (language, [(value, name)])."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in templates():
        found.setdefault(one.language, []).append((f"{one.language} {one.kind}", one.name))
    return sorted(found.items(), key=lambda pair: pair[0] != g.language)


def safe_html(text: DraftText) -> str:
    """What was typed, for the page after a refusal: nothing unchecked is ever written into it."""
    return notetext.to_html(notetext.to_text(text.body))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\r", "").split("\n") if line.strip()]
