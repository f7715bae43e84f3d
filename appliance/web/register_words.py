"""The words of registers for codes of the journal, in the reader's language."""

from __future__ import annotations

from commons.web.words import gettext, ngettext


def sort_word(sort: str) -> str:
    """What a subject is."""
    return {
        "file": gettext("File"),
        "receipt": gettext("Receipt"),
        "opinion": gettext("Opinion"),
        "letter": gettext("Letter not yet diarised"),
    }.get(sort, sort)


def how_word(how: str) -> str:
    """How it came to where it is."""
    return {
        "up": gettext("Submitted up"),
        "down": gettext("Marked down"),
        "return": gettext("Returned with directions"),
        "back": gettext("Came back"),
        "order": gettext("Moved by order"),
        "ask": gettext("Opinion asked"),
        "answer": gettext("Opinion given"),
        "letter": gettext("Letter"),
        "pulled_up": gettext("Pulled up"),
    }.get(how, how)


def standing_word(standing: str) -> str:
    """Where a file stands."""
    return {
        "tray": gettext("Unread"),
        "desk": gettext("On the desk"),
        "parked": gettext("Parked"),
        "closed": gettext("Closed"),
        "out": gettext("Out on paper"),
        "recorded": gettext("In record"),
        "weeded": gettext("Weeded"),
        "queued": gettext("Waiting here"),
        "released": gettext("On its way"),
        "asked": gettext("Asked back"),
        "away": gettext("In another office"),
    }.get(standing, standing)


def mode_word(mode: str) -> str:
    """By which way a letter came or went."""
    return {
        "post": gettext("By post"),
        "hand": gettext("By hand"),
        "email": gettext("By e-mail"),
        "fax": gettext("By fax"),
        "portal": gettext("By portal"),
        "office": gettext("From an office of the district"),
    }.get(mode, mode)


def type_word(kind: str) -> str:
    """Of which type a receipt is."""
    return {
        "letter": gettext("Letter"),
        "court": gettext("Court case"),
        "rti": gettext("RTI application"),
        "vip": gettext("MP/MLA or VIP letter"),
        "grievance": gettext("Grievance reference"),
    }.get(kind, kind)


def age_word(first: int, last: int | None) -> str:
    """A span of days that work has waited."""
    if last is None:
        return gettext("more than %(days)s days", days=first - 1)
    return gettext("%(first)s–%(last)s days", first=first, last=last)


def left_word(days: int) -> str:
    """Days left of a limit, or over it."""
    if days < 0:
        return ngettext("%(num)s day over", "%(num)s days over", -days)
    return ngettext("%(num)s day left", "%(num)s days left", days) if days else gettext("Today")
