"""The page of one file: note sheet, correspondence, send."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, abort, make_response, render_template, request

from appliance.desk import reading, verbs
from appliance.desk.papers import PAPER_BYTES
from appliance.desk.receipt_lists import receipt_page
from appliance.desk.receipts import new_token
from appliance.desk.refused import Refused
from appliance.desk.values import FilePage, PostChoice
from appliance.web import notesheet, notetext
from appliance.web.correspondence import PAGE_WIDTH, THUMB_WIDTH, ZOOMED_WIDTH, shown_page
from appliance.web.session import this_unit, who

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("filepage", __name__)
CHOICES = 400  # posts that one list still shows; beyond it the person searches
TAKE_BACK = frozenset({"withdraw", "ask_back", "pull_back"})


class Typed(msgspec.Struct, frozen=True):
    """What the forms of the page hold after a refusal, as typed; None: as the file has it."""

    note: str | None = None  # plain text
    note_html: str | None = None
    version: int | None = None
    how: str = ""
    to_post: str = ""
    due: str | None = None
    priority: int | None = None
    remarks: str = ""
    reason: str = ""
    until: str = ""


class Choices(msgspec.Struct, frozen=True):
    """Posts that the file can go to: likely ones first, then this office, then the others by office."""

    likely: list[PostChoice]
    offices: list[tuple[str, list[PostChoice]]]
    more: bool


@blueprint.get("/files/<file>")
def show(file: str) -> ResponseReturnValue:
    """The page; opening it receives a file that has arrived on the reader's desk.

    A window that only renews itself opens nothing: nobody may have looked at it. It shows the button instead.
    """
    page = page_of(file)
    by_itself = request.headers.get("Sec-Purpose", "") or request.headers.get("HX-Request", "")
    if "receive" in page.may and not by_itself:
        with suppress(Refused):  # someone was quicker, or the office is stopped: the page is shown as it is
            verbs.receive(this_unit(), who().actor, file)
        page = page_of(file)
    return _answer(page, None, Typed(), 200)


def page_of(file: str) -> FilePage:
    """The file as the present post may see it; 404 when this office does not have it."""
    try:
        return reading.file_page(this_unit(), who().actor, file)
    except Refused as refused:
        if refused.code in {"no_such_file", "not_your_post"}:
            abort(404)
        if refused.code == "graded":
            abort(403)
        raise


def render(file: str, *, problem: Problem | None = None, typed: Typed | None = None, status: int = 200) -> Response:
    """The page with a refusal in its place, and all that was typed."""
    return _answer(page_of(file), problem, typed or Typed(), status)


def choices_for(page: FilePage, found: list[PostChoice], language: str, *, limit: int = CHOICES) -> Choices:
    """Order the posts for one file; pure."""
    return choices_of(
        [page.submit_to, page.return_to, *reversed(page.passed_posts)], found, language, page.holder_post, limit
    )


def choices_of(wishes: list[str], found: list[PostChoice], language: str, not_to: str, limit: int = CHOICES) -> Choices:
    """Order posts: those wished for first, then by office; never `not_to`, which has it. Pure."""
    known = {choice.code: choice for choice in found}
    likely = [known[code] for code in dict.fromkeys(wishes) if code in known and code != not_to][:6]
    offices: dict[str, list[PostChoice]] = {}
    for choice in sorted(found[:limit], key=lambda choice: not choice.here):
        name = choice.office_name_hi if language == "hi" else choice.office_name_en
        if choice.code != not_to:
            offices.setdefault(name, []).append(choice)
    return Choices(likely, list(offices.items()), len(found) > limit)


def usual_posts(page: FilePage) -> dict[str, str]:
    """By way of sending, the post that a file usually goes to; pure."""
    known = {"up": page.submit_to, "return": page.return_to if "return" in page.may else ""}
    return {how: post for how, post in known.items() if post}


def usual_how(page: FilePage) -> str:
    """The way that a file most likely goes from this post; pure."""
    return next(iter(usual_posts(page)), "down")


def _answer(page: FilePage, problem: Problem | None, typed: Typed, status: int) -> Response:
    unit = this_unit()
    language = who().info.language
    words = request.args.get("post", "").strip()
    may_send = bool({"send", "return"} & page.may)
    found = reading.post_choices(unit, words=words) if may_send else []
    draft = page.yellow.html if page.yellow else ""
    html = typed.note_html if typed.note_html is not None else draft
    put_words = request.args.get("put", "").strip()
    receipt = receipt_page(unit, who().actor, page.file, put_words)
    return make_response(
        render_template(
            notesheet.template_of(page) if receipt is None else "office/receipt.html",
            page=page,
            receipt=receipt,
            put_words=put_words,
            form_token=new_token(unit) if receipt is not None else "",
            problem=problem,
            typed=typed,
            usual_posts=usual_posts(page),
            usual_how=usual_how(page),
            choices=choices_for(page, found, language),
            words=words,
            may_send=may_send,
            may_take_back=bool(TAKE_BACK & page.may),
            widths=(THUMB_WIDTH, PAGE_WIDTH, ZOOMED_WIDTH),
            shown=shown_page(
                page,
                request.args.get("paper"),
                request.args.get("c", type=int),
                zoomed="zoom" in request.args,
            ),
            note_html=html,
            note_text=typed.note if typed.note is not None else notetext.to_text(html),
            note_version=typed.version if typed.version is not None else (page.yellow.version if page.yellow else 0),
            limit_bytes=PAPER_BYTES,
            **notesheet.extras_of(unit, who().actor, page),
            next_number=page.paragraphs[-1].number + 1 if page.paragraphs else 1,
        ),
        status,
    )
