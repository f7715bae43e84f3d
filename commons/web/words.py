"""flask-babel's look-ups with types: it has none of its own."""

from __future__ import annotations

import flask_babel


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, with the values put in."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The message for a number, which is its `%(num)s`."""
    return str(flask_babel.ngettext(singular, plural, num, **values))
