"""What refusals about receipts say: what happened, and what to do now."""

from __future__ import annotations

from collections.abc import Callable

from appliance.web.names import Names
from commons.web import showing
from commons.web.words import gettext

Values = dict[str, object]
Sentence = Callable[[Values, Names, int], tuple[str, str]]


def _too_long(values: Values, _names: Names, _now: int) -> tuple[str, str]:
    limit = values.get("limit")
    return (
        gettext("This is too long."),
        gettext("Shorten it to %(limit)s letters.", limit=limit if isinstance(limit, int) else ""),
    )


def _no_date(_values: Values, _names: Names, now: int) -> tuple[str, str]:
    return (
        gettext("This is not a date."),
        gettext("Write day, month and year, for example %(day)s.", day=showing.day_in(now, 0)),
    )


def _other_calendar(values: Values, _names: Names, now: int) -> tuple[str, str]:
    return (
        gettext("The year %(year)s belongs to another calendar (Saka or Vikram).", year=str(values.get("year", ""))),
        gettext("Write the date of the common calendar, for example %(day)s.", day=showing.day_in(now, 0)),
    )


def _day(values: Values, name: str) -> str:
    return showing.iso_day(str(values.get(name, "")))


SENTENCES: dict[str, Sentence] = {
    "sender_missing": lambda _v, _n, _now: (
        gettext("The sender is missing."),
        gettext("Write the post or the name that the letter came from."),
    ),
    "vip_missing": lambda _v, _n, _now: (
        gettext("The name of the member is missing."),
        gettext("Write whose letter it is, or choose another kind."),
    ),
    "reference_missing": lambda _v, _n, _now: (
        gettext("The grievance's own number is missing."),
        gettext("Write the number that the portal gave it, or choose another kind."),
    ),
    "sender_too_long": _too_long,
    "address_too_long": _too_long,
    "letter_no_too_long": _too_long,
    "reference_too_long": _too_long,
    "category_too_long": _too_long,
    "vip_too_long": _too_long,
    "bad_choice": lambda _v, _n, _now: (
        gettext("The form held a choice that its lists do not have."),
        gettext("What you typed is still here. Choose again from the lists, then save."),
    ),
    "bad_enclosures": lambda v, _n, _now: (
        gettext("The number of enclosures is not a number from 0 to %(limit)s.", limit=str(v.get("limit", 999))),
        gettext("Write it in digits, for example 2."),
    ),
    "bad_received": _no_date,
    "bad_letter_date": _no_date,
    "received_other_calendar": _other_calendar,
    "letter_date_other_calendar": _other_calendar,
    "due_other_calendar": _other_calendar,
    "received_in_future": lambda v, _n, _now: (
        gettext("This day has not come yet; today is %(today)s.", today=_day(v, "today")),
        gettext("Write the day on which the letter came."),
    ),
    "letter_after_received": lambda v, _n, _now: (
        gettext("This is after the day on which the letter came."),
        gettext("Write %(day)s or an earlier date.", day=_day(v, "received")),
    ),
    "due_before_received": lambda v, _n, _now: (
        gettext("This is before the day on which the letter came."),
        gettext("Write %(day)s or a later date, or leave it empty.", day=_day(v, "received")),
    ),
    "no_such_scan": lambda _v, _n, _now: (
        gettext("This scan is no longer here: it was thrown away, perhaps in another window."),
        gettext("What you typed is still here. Choose the scan again, or save without it."),
    ),
    "scan_used": lambda _v, _n, _now: (
        gettext("This scan was already diarised, perhaps in another window."),
        gettext("Look at the list of receipts. To enter another letter, choose its own scan."),
    ),
    "file_not_here": lambda v, _n, _now: (
        gettext("The file %(number)s is not on your desk.", number=str(v.get("number", ""))),
        gettext("Choose a file that is on your desk, or have it sent to you first."),
    ),
    "no_file_chosen": lambda _v, _n, _now: (
        gettext("No file is chosen."),
        gettext("Choose the file that the letter belongs to, then press the button again."),
    ),
    "phone_over": lambda _v, _n, _now: (
        gettext("This code is over: it was used, closed, or is older than 15 minutes."),
        gettext("Have a new code shown on the office's screen and scan that."),
    ),
    "phone_full": lambda v, _n, _now: (
        gettext("There are %(limit)s pages already.", limit=str(v.get("limit", ""))),
        gettext("Finish these, then have a new code shown for the rest."),
    ),
    "photo_not_picture": lambda v, _n, _now: (
        gettext("“%(name)s” is not a photo.", name=str(v.get("name", ""))),
        gettext("Take a photo of the page with the camera."),
    ),
    "no_photos": lambda _v, _n, _now: (
        gettext("There is no page yet."),
        gettext("Take a photo of the first page."),
    ),
    "photos_changed": lambda _v, _n, _now: (
        gettext("A page was added or changed meanwhile."),
        gettext("Look at the pages, then press “Finish” again."),
    ),
}

FIELDS = {
    "sender_missing": "sender",
    "vip_missing": "vip",
    "reference_missing": "reference",
    "sender_too_long": "sender",
    "address_too_long": "address",
    "letter_no_too_long": "letter_no",
    "reference_too_long": "reference",
    "category_too_long": "category",
    "vip_too_long": "vip",
    "bad_enclosures": "enclosures",
    "bad_received": "received",
    "bad_letter_date": "letter_date",
    "received_other_calendar": "received",
    "letter_date_other_calendar": "letter_date",
    "due_other_calendar": "due",
    "received_in_future": "received",
    "letter_after_received": "letter_date",
    "due_before_received": "due",
    "no_such_scan": "paper",
    "scan_used": "paper",
    "file_not_here": "put",
    "no_file_chosen": "put",
}
