"""What refusals about weeding say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.web.names import Names
from commons.web import showing
from commons.web.words import gettext

Values = dict[str, object]

FIELDS: Final = {
    "weed_no_number": "order_number",
    "weed_number_long": "order_number",
    "weed_no_order": "paper",
    "weed_order_not_pdf": "paper",
    "weed_unconfirmed": "sure",
}


def _limit(values: Values) -> str:
    limit = values.get("limit")
    return showing.number(limit) if isinstance(limit, int) else ""


def _day(values: Values) -> str:
    day = str(values.get("review", ""))
    return showing.iso_day(day) if day else "–"


SENTENCES: Final[dict[str, Callable[[Values, Names, int], tuple[str, str]]]] = {
    "weed_already": lambda v, _n, _: (
        gettext("This file was weeded already, by the order %(number)s.", number=str(v.get("number", ""))),
        gettext("What came after that order stays. Put the file in the record again."),
    ),
    "weed_kept": lambda _v, _n, _: (
        gettext("A file of category A is kept for ever."),
        gettext("If the category was a mistake: reopen the file, close it and put it in the record anew."),
    ),
    "weed_not_c": lambda _v, _n, _: (
        gettext("Only a file of category C is weeded."),
        gettext("If a review finds that it is no longer needed: reopen it, close it and put it in the record as C."),
    ),
    "weed_too_early": lambda v, _n, _: (
        gettext("The day of its review has not come: %(day)s.", day=_day(v)),
        gettext("Until then the file is kept."),
    ),
    "weed_no_number": lambda _v, _n, _: (
        gettext("The number of the order is missing."),
        gettext("Write it as it stands on the order, with its day."),
    ),
    "weed_number_long": lambda v, _n, _: (
        gettext("The number of the order is too long."),
        gettext("Shorten it to %(limit)s letters.", limit=_limit(v)),
    ),
    "weed_no_order": lambda _v, _n, _: (
        gettext("The signed order is missing."),
        gettext("Choose the PDF of the order; it stays in the file."),
    ),
    "weed_order_not_pdf": lambda _v, _n, _: (
        gettext("The order is not a PDF."),
        gettext("Scan the signed order as a PDF and choose that."),
    ),
    "weed_unconfirmed": lambda _v, _n, _: (
        gettext("It was not confirmed that notes and papers are to be destroyed."),
        gettext("Read what goes and what stays, then tick the box. Nothing was destroyed."),
    ),
}
