"""The screens' help: a page for each group of screens, and the one-page guides."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from flask import Blueprint, Response, abort, g, render_template

from appliance.papers.guides import Role, guide
from appliance.web.session import before_own_password
from commons.web.marks import open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.papers.letters import Language

blueprint = Blueprint("helps", __name__)
TEXTS = Path(__file__).parent / "data" / "help.toml"
LANGUAGES = ("hi", "en")

_BY_SCREEN = {
    "lists.waiting": "line",
    "movement.show": "sending",
    "verbs.send": "sending",
    "verbs.pull_back": "sending",
}
_BY_BLUEPRINT = {
    "address": "line",
    "stick": "line",
    "sharing": "line",
    "left_out": "restored",
    "lists": "inbox",
    "filepage": "file",
    "newfile": "file",
    "verbs": "file",
    "phrases": "file",
    "papers": "file",
    "movement": "sending",
    "pull_up": "sending",
    "receipts": "receipts",
    "bulk": "receipts",
    "phone": "receipts",
    "opinions": "opinions",
    "search": "search",
    "keyboards": "typing",
    "legacy": "typing",
    "drafts": "drafts",
    "issue": "drafts",
    "letterpdf": "drafts",
    "registers": "registers",
    "admin": "admin",
    "people": "admin",
    "password": "admin",
    "graded": "rights",
    "many": "inbox",
    "summary": "inbox",
    "covers": "file",
    "heads": "file",
    "shelves": "file",
    "weeding": "file",
    "outside": "sending",
    "sheetpdf": "file",
    "acknowledgement": "receipts",
    "draftform": "drafts",
    "issued": "drafts",
    "letterhead": "drafts",
}


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page of help; words between ** are bold."""

    title: str
    intro: str
    steps: tuple[str, ...]
    no_line: str


@cache
def topics() -> dict[Literal["hi", "en"], dict[str, Topic]]:
    """All pages by language and word, in the order of their list."""
    text = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    return msgspec.convert(text, dict[Literal["hi", "en"], dict[str, Topic]])


def section_of(endpoint: str) -> str:
    """The word of the page that helps with a screen; "" where the list of pages helps best."""
    return _BY_SCREEN.get(endpoint) or _BY_BLUEPRINT.get(endpoint.partition(".")[0], "")


@blueprint.app_template_filter("in_bold")
def in_bold(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is bold."""
    return [(piece, bool(place % 2)) for place, piece in enumerate(text.split("**")) if piece]


@blueprint.get("/help")
@open_to_all
def overview() -> ResponseReturnValue:
    """The list of pages, the guides, the keys, and how to read line, colours and notes."""
    return render_template("office/help.html", topics=topics()[g.language], roles=list(Role))


@blueprint.get("/help/<word>")
@open_to_all
@before_own_password
def topic(word: str) -> ResponseReturnValue:
    """One page; 404 for a word that there is not."""
    known = topics()[g.language]
    if word not in known:
        abort(404)
    return render_template("office/help_topic.html", topic=known[word], word=word, topics=known)


@blueprint.get("/help/guides/<word>.pdf")
@open_to_all
def guide_pdf(word: str) -> ResponseReturnValue:
    """The guide `<role>-<language>`; 404 for another."""
    role, _, spoken = word.rpartition("-")
    if role not in set(Role) or spoken not in LANGUAGES:
        abort(404)
    language: Language = "hi" if spoken == "hi" else "en"
    answer = Response(guide(Role(role), language), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="patravali-{word}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
