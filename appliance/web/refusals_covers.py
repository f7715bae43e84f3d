"""What refusals about covers, heads, the record and files on paper say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.web.names import Names
from commons.web import showing
from commons.web.words import gettext

Values = dict[str, object]
OLD_DAYS, REVIEW_DAYS = -7 * 365, 5 * 365  # of the examples: when a file on paper was opened, when one is reviewed

FIELDS: Final = {
    "own_number_long": "own_number",
    "own_number_series": "own_number",
    "number_taken": "own_number",
    "no_old_number": "own_number",
    "no_scan": "paper",
    "many_papers": "paper",
    "opened_in_future": "opened",
    "bad_opened": "opened",
    "category_long": "category",
    "references_many": "earlier",
    "reference_long": "earlier",
    "bad_retention": "retention",
    "no_such_head": "head",
    "bad_head_code": "code",
    "head_taken": "code",
    "no_head_name": "name_hi",
    "review_missing": "review",
    "review_past": "review",
    "review_far": "review",
    "bad_review": "review",
    "no_addressee": "to",
    "addressee_long": "to",
}


def _limit(values: Values) -> str:
    limit = values.get("limit")
    return showing.number(limit) if isinstance(limit, int) else ""


def _number(values: Values) -> str:
    return str(values.get("number", ""))


SENTENCES: Final[dict[str, Callable[[Values, Names, int], tuple[str, str]]]] = {
    "own_number_long": lambda v, _n, _: (
        gettext("This number is too long."),
        gettext("At most %(limit)s letters, and at most twelve digits in a row.", limit=_limit(v)),
    ),
    "own_number_series": lambda v, _n, _: (
        gettext("“%(number)s” looks like a number that this office counts itself.", number=_number(v)),
        gettext("Leave the field empty to get the next one, or write another number."),
    ),
    "number_taken": lambda v, _n, _: (
        gettext("A file already has the number “%(number)s”.", number=_number(v)),
        gettext("Search for that file, or write another number."),
    ),
    "no_old_number": lambda _v, _n, _: (
        gettext("The file's number is missing."),
        gettext("Write it as it stands on the cover; it is kept."),
    ),
    "no_scan": lambda _v, _n, _: (
        gettext("The scan of the file is missing."),
        gettext("Choose the PDF with the file's pages."),
    ),
    "many_papers": lambda v, _n, _: (
        gettext("More than %(limit)s papers at once.", limit=_limit(v)),
        gettext("Choose fewer; the rest can be attached on the page of the file."),
    ),
    "opened_in_future": lambda _v, _n, now: (
        gettext("This day is still to come."),
        gettext(
            "Write the day on which the paper file was opened, for example %(day)s.", day=showing.day_in(now, OLD_DAYS)
        ),
    ),
    "bad_opened": lambda _v, _n, now: (
        gettext("The day of opening is not a date."),
        gettext("Write day, month and year, for example %(day)s.", day=showing.day_in(now, OLD_DAYS)),
    ),
    "category_long": lambda v, _n, _: (
        gettext("The category is too long."),
        gettext("Shorten it to %(limit)s letters.", limit=_limit(v)),
    ),
    "references_many": lambda v, _n, _: (
        gettext("Too many references."),
        gettext("At most %(limit)s, one in a line.", limit=_limit(v)),
    ),
    "reference_long": lambda v, _n, _: (
        gettext("A reference is too long."),
        gettext("Write file numbers only, one in a line, each of at most %(limit)s letters.", limit=_limit(v)),
    ),
    "bad_retention": lambda _v, _n, _: (
        gettext("How long the file is kept is not decided."),
        gettext("Choose A, B or C."),
    ),
    "no_such_head": lambda _v, _n, _: (
        gettext("There is no such head in this office."),
        gettext("Choose one from the list."),
    ),
    "bad_head_code": lambda _v, _n, _: (
        gettext("This code does not fit."),
        gettext("Use one to six of the letters A to Z and digits."),
    ),
    "no_head_name": lambda v, _n, _: (
        gettext("The head needs a name in Hindi, and no name may be too long."),
        gettext("Use at most %(limit)s letters.", limit=_limit(v)),
    ),
    "head_taken": lambda v, _n, _: (
        gettext("There is already a head with the code %(path)s.", path=str(v.get("path", ""))),
        gettext("Use another code."),
    ),
    "head_too_deep": lambda _v, _n, _: (
        gettext("Below a tertiary head there is nothing more."),
        gettext("Choose a basic or a secondary head above it."),
    ),
    "cover_changed": lambda _v, _n, _: (
        gettext("The cover was changed meanwhile, in another window or by someone else."),
        gettext("What you typed is still here. Compare it with the cover above, then save again."),
    ),
    "cover_same": lambda _v, _n, _: (
        gettext("Nothing on the cover was changed."),
        gettext("Change a field first, then save."),
    ),
    "same_file": lambda _v, _n, _: (
        gettext("A file cannot be linked with itself."),
        gettext("Choose another file."),
    ),
    "bad_link": lambda _v, _n, _: (
        gettext("How the files belong together was not chosen."),
        gettext("Choose “Link” or “Attach”."),
    ),
    "no_such_link": lambda _v, _n, _: (
        gettext("These files are no longer linked."),
        gettext("The page now shows what belongs together."),
    ),
    "review_missing": lambda _v, _n, now: (
        gettext("A file of category C needs the day of its review."),
        gettext("Write day, month and year, for example %(day)s.", day=showing.day_in(now, REVIEW_DAYS)),
    ),
    "review_past": lambda _v, _n, now: (
        gettext("The day of review is not in the future."),
        gettext("Write a later day, for example %(day)s.", day=showing.day_in(now, REVIEW_DAYS)),
    ),
    "review_far": lambda v, _n, _: (
        gettext("A file of category C is reviewed within %(limit)s years.", limit=_limit(v)),
        gettext("Write an earlier day, or choose category A or B."),
    ),
    "bad_review": lambda _v, _n, now: (
        gettext("The day of review is not a date."),
        gettext("Write day, month and year, for example %(day)s.", day=showing.day_in(now, REVIEW_DAYS)),
    ),
    "no_addressee": lambda _v, _n, _: (
        gettext("With whom the file will be is missing."),
        gettext("Write the office, and the post there if you know it."),
    ),
    "addressee_long": lambda v, _n, _: (
        gettext("The name of the office is too long."),
        gettext("Shorten it to %(limit)s letters.", limit=_limit(v)),
    ),
    "nothing_back": lambda _v, _n, _: (
        gettext("There is neither a scan nor a remark."),
        gettext("Choose the scan of what was written, or say in the remarks that nothing was."),
    ),
    "package_failed": lambda _v, _n, _: (
        gettext("The package could not be made: its papers are too large together, or one cannot be read now."),
        gettext("Try again in a minute. Else print the note sheet here and the papers one by one."),
    ),
}
