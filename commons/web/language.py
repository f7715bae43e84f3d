"""In which language a page speaks: the person's own choice, else the browser's cookie, else Hindi."""

from __future__ import annotations

from flask import Request

LANGUAGES = ("hi", "en")
COOKIE = "pv-lang"
ASKED = "lang"
YEAR_SECONDS = 365 * 24 * 3600


def choose(request: Request, persons_own: str | None) -> str:
    """`persons_own` wins after log-in; before it `?lang=` and the cookie do."""
    for wish in (persons_own, request.args.get(ASKED), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    return LANGUAGES[0]


def asked_for(request: Request) -> str | None:
    """The language that `?lang=` of this request asks for, if it is one of ours."""
    wish = request.args.get(ASKED)
    return wish if wish in LANGUAGES else None


def other(language: str) -> str:
    """The language that the switch on top offers."""
    return "en" if language == "hi" else "hi"


def language_of(text: str) -> str:
    """`hi` when a person's words hold Devanagari letters, else `en`: for the `lang` attribute."""
    return "hi" if any("\u0900" <= letter <= "\u097f" for letter in text) else "en"
