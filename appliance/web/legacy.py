"""Text of old Hindi fonts, changed to Unicode: on a page of its own, and for the script that sees it pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, make_response, render_template, request

from commons import legacy_text
from commons.web.frame import problem_json
from commons.web.problems import Problem
from commons.web.words import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("legacy", __name__)

LIMIT_CHARACTERS = 100_000
"""About forty pages; takes under a second."""


class Pasted(msgspec.Struct, frozen=True):
    """What a script sends: the text, and the font families that the copied page named."""

    text: str
    fonts: str = ""


@blueprint.get("/typing/legacy")
def show() -> ResponseReturnValue:
    """The empty page."""
    return _page()


@blueprint.post("/typing/legacy")
def change() -> ResponseReturnValue:
    """Change what was sent: JSON for the script (204 when it is no such text), a page for a form."""
    if request.is_json:
        return _for_script()
    text, font = request.form.get("text", "").replace("\r\n", "\n"), request.form.get("font", "")
    if len(text) > LIMIT_CHARACTERS:
        return make_response(_page(text, problem=_too_long()), 413)
    found = font if font in legacy_text.FONTS else legacy_text.recognise(text)
    if not text.strip():
        problem = Problem("empty_text", gettext("There is no text."), gettext("Paste it here."), field="text")
        return make_response(_page(text, problem=problem), 422)
    if found is None:
        return make_response(_page(text, problem=_unknown()), 422)
    return _page(text, found, legacy_text.convert(text, found))


def _for_script() -> ResponseReturnValue:
    try:
        pasted = msgspec.json.decode(request.get_data(), type=Pasted)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return problem_json(_unknown(), 400)
    if len(pasted.text) > LIMIT_CHARACTERS:
        return problem_json(_too_long(), 413)
    font = legacy_text.recognise(pasted.text, pasted.fonts[:2000])
    after = legacy_text.convert(pasted.text, font) if font else pasted.text
    if font is None or after == pasted.text:
        return "", 204
    name = render_template("office/legacy_font.html", font=font).strip()
    return {"font": font, "name": name, "before": pasted.text, "after": after}


def _page(text: str = "", font: str = "", after: str | None = None, problem: Problem | None = None) -> str:
    return render_template(
        "office/legacy.html", text=text, font=font, after=after, fonts=legacy_text.FONTS, problem=problem
    )


def _unknown() -> Problem:
    return Problem(
        "no_old_font",
        gettext("No old font was recognised in this text."),
        gettext("Choose the font, if you know it. Unicode Hindi and English need no change."),
        field="text",
        tone="warn",
    )


def _too_long() -> Problem:
    return Problem(
        "text_too_long",
        gettext("The text is too long to change at once."),
        gettext("Take it in parts of at most forty pages."),
        field="text",
    )
