"""What the page of a subject shows of its note sheet: paragraphs with their links, opinions asked, standard phrases."""

from __future__ import annotations

from itertools import groupby

from flask import g
from msgspec.structs import replace

from appliance.desk import opinion_page, phrases
from appliance.desk.references import with_links
from appliance.desk.values import Actor, FilePage, Paragraph
from appliance.store.unit import Unit

TEMPLATES = {"opinion": "office/opinion.html"}
FILE_TEMPLATE = "office/file.html"


def template_of(page: FilePage) -> str:
    """The page of a subject, by what it is."""
    return TEMPLATES.get(page.sort, FILE_TEMPLATE)


def notes_of(paragraphs: list[Paragraph]) -> list[list[Paragraph]]:
    """The numbered paragraphs, those of one note together on one card."""
    return [list(note) for _event, note in groupby(paragraphs, lambda paragraph: paragraph.event)]


def linked(page: FilePage) -> list[Paragraph]:
    """The paragraphs with what they refer to as links."""
    paragraphs = page.paragraphs[-1].number if page.paragraphs else 0
    pages = max((row.first_page + row.pages - 1 for row in page.papers), default=0)
    address = f"/files/{page.file}?c="
    return [
        replace(one, html=with_links(one.html, paragraphs=paragraphs, pages=pages, page_address=address))
        for one in page.paragraphs
    ]


def words_on_hand(unit: Unit, actor: Actor, page: FilePage) -> dict[str, object]:
    """What the editor's menus offer: phrases, pages, paragraphs."""
    found = phrases.phrases(unit, actor)
    return {
        "phrases": sorted(found, key=lambda phrase: (not phrase.owner, phrase.language != g.language)),
        "sheet_papers": page.papers,
        "sheet_pages": bool(page.papers),
        "sheet_notes": page.paragraphs,
        "sheet_paragraphs": bool(page.paragraphs),
    }


def extras_of(unit: Unit, actor: Actor, page: FilePage) -> dict[str, object]:
    """What the template needs besides the page itself."""
    may_note = "note" in page.may
    return {
        "notes": notes_of(linked(page)),
        "asked": opinion_page.asked(unit, actor, page.file) if page.sort == "file" else [],
        "opinion": opinion_page.opinion_page(unit, actor, page.file) if page.sort == "opinion" else None,
        **(words_on_hand(unit, actor, page) if may_note else {"phrases": []}),
    }
