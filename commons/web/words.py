"""flask-babel's look-ups with types: it has none of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import flask_babel
from babel.support import Translations
from flask import g
from jinja2 import Environment


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, with the values put in."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The message for a number, which is its `%(num)s`."""
    return str(flask_babel.ngettext(singular, plural, num, **values))


def install(environment: Environment) -> None:
    """Let templates look words up in the catalogue that was found for their request once, not anew for each word."""
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # jinja's i18n extension adds it
        lambda message: _catalogue().ugettext(message),
        lambda singular, plural, num: _catalogue().ungettext(singular, plural, num),
        newstyle=True,
    )
    environment.globals["_"] = environment.globals["gettext"]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it all words are of another language than the request's."""
    before, g.catalogue = g.get("catalogue"), None
    try:
        with flask_babel.force_locale(language):
            yield
    finally:
        g.catalogue = before


def _catalogue() -> Translations:
    found: Translations | None = g.get("catalogue")
    if found is None:
        found = g.catalogue = flask_babel.get_translations()
    return found
