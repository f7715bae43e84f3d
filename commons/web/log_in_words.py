"""What a log-in page says when it does not let in, the same at an office and at the district."""

from __future__ import annotations

from collections.abc import Mapping

from commons.web.problems import Problem
from commons.web.words import gettext, ngettext


def throttled(values: Mapping[str, object]) -> Problem:
    """Too many attempts; `wait_seconds` until the next is heard."""
    wait = values.get("wait_seconds")
    minutes = max(1, -(-wait // 60)) if isinstance(wait, int) else 1
    now = ngettext("Try again in %(num)s minute.", "Try again in %(num)s minutes.", minutes)
    return Problem("throttled", gettext("Too many wrong attempts."), now, tone="warn")


def wrong(values: Mapping[str, object]) -> Problem:
    """Not the person, or not the password; `tries_left` if they are few."""
    tries = values.get("tries_left")
    now = gettext("Look at Caps Lock and the keyboard language, then type it again.")
    if isinstance(tries, int):
        now += " " + ngettext("%(num)s try left.", "%(num)s tries left.", tries)
    return Problem("wrong", gettext("Employee code or password is not right"), now)
