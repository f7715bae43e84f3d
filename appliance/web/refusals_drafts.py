"""What refusals about drafts, letters and e-mails say."""

from __future__ import annotations

from collections.abc import Callable

from appliance.web.names import Names
from commons.web import showing
from commons.web.words import gettext

Values = dict[str, object]


def _limit(values: Values) -> str:
    limit = values.get("limit")
    return showing.number(limit) if isinstance(limit, int) else ""


def _bad_email(values: Values, _names: Names, _now: int) -> tuple[str, str]:
    now = gettext("Write addresses like office@example.org, several with a comma between them.")
    if values.get("address"):
        return gettext("“%(address)s” is not an e-mail address.", address=str(values["address"])), now
    return gettext("The e-mail address is missing, or there are too many."), now


SENTENCES: dict[str, Callable[[Values, Names, int], tuple[str, str]]] = {
    "no_such_draft": lambda _v, _n, _now: (
        gettext("There is no such draft in this file."),
        gettext("Choose one from the list."),
    ),
    "no_such_writing": lambda _v, _n, _now: (
        gettext("This draft is no longer being written: it was saved as a version, or thrown away."),
        gettext("Its versions are in the list. To change it, begin a new version."),
    ),
    "draft_changed": lambda _v, _n, _now: (
        gettext("This draft was meanwhile saved in another window."),
        gettext("Your text is still here. Save again to keep yours, or load the page again to see the other."),
    ),
    "draft_moved_on": lambda v, _n, _now: (
        gettext("Version %(version)s of this draft was saved meanwhile.", version=v.get("version", "")),
        gettext("Look at it first. What you typed is still here."),
    ),
    "draft_issued": lambda v, _n, _now: (
        gettext("This draft has already been issued: %(number)s.", number=v["number"])
        if v.get("number")
        else gettext("This draft has already been issued."),
        gettext("It cannot be changed any more. A correction is a new draft."),
    ),
    "draft_not_issued": lambda _v, _n, _now: (
        gettext("This draft has not been issued yet."),
        gettext("Issue it first, then say how it left."),
    ),
    "draft_not_approved": lambda _v, _n, _now: (
        gettext("This version is not approved."),
        gettext("Submit the file to the officer who approves it."),
    ),
    "draft_decided": lambda _v, _n, _now: (
        gettext("This version has already been decided on."),
        gettext("The page now shows how. A new version can be decided on anew."),
    ),
    "draft_not_senior": lambda v, n, _now: (
        gettext("Your post cannot approve what %(post)s has drafted.", post=n.post(str(v.get("post", "")))),
        gettext("Submit the file to a post of the same or a higher rank."),
    ),
    "draft_no_addressee": lambda _v, _n, _now: (
        gettext("The addressee is missing."),
        gettext("Write to whom the letter goes, post and office in lines of their own."),
    ),
    "draft_too_long": lambda v, _n, _now: (
        gettext("The text is too long."),
        gettext("Shorten it to %(limit)s letters, or send the rest as an enclosure.", limit=_limit(v)),
    ),
    "draft_too_many": lambda v, _n, _now: (
        gettext("There are too many entries here."),
        gettext("At most %(limit)s; send the others with a letter of their own.", limit=_limit(v)),
    ),
    "draft_field_too_long": lambda v, _n, _now: (
        gettext("An entry here is too long."),
        gettext("At most %(limit)s letters in eight lines; an empty line begins the next entry.", limit=_limit(v)),
    ),
    "empty_draft": lambda _v, _n, _now: (
        gettext("The text of the draft is empty."),
        gettext("Write it first, then save the version."),
    ),
    "bad_mode": lambda _v, _n, _now: (
        gettext("It is not chosen how the letter leaves."),
        gettext("Choose one of the ways."),
    ),
    "own_office": lambda _v, _n, _now: (
        gettext("This post is of your own office."),
        gettext("Choose a post of another office; within the office mark the file to the post."),
    ),
    "bad_email": _bad_email,
    "mail_not_set_up": lambda _v, _n, _now: (
        gettext("E-mail is not set up in this office."),
        gettext("Choose another way, or open the PDF and send it by your own e-mail."),
    ),
    "mail_settled": lambda _v, _n, _now: (
        gettext("This e-mail needs no decision any more."),
        gettext("The page now shows how it stands."),
    ),
    "secret_by_mail": lambda _v, _n, _now: (
        gettext("A letter of a secret file is not sent by e-mail."),
        gettext("Send it by hand, or straight into the other office."),
    ),
    "issue_busy": lambda _v, _n, _now: (
        gettext("Several letters are being issued at this moment."),
        gettext("Press Issue again."),
    ),
    "letter_not_set": lambda v, _n, _now: (
        gettext("The letter could not be printed (%(code)s), so nothing was issued.", code=str(v.get("why", ""))),
        gettext("Try again. If it comes back, tell the technician."),
    ),
    "bad_dispatch_day": lambda _v, _n, now: (
        gettext("The day of dispatch must lie between the day of issue and today."),
        gettext("Write day, month and year, for example %(day)s.", day=showing.day_in(now, 0)),
    ),
    "head_too_long": lambda v, _n, _now: (
        gettext("This is too long for the head of a letter."),
        gettext("At most %(limit)s.", limit=_limit(v)),
    ),
}
FIELDS = {
    "draft_no_addressee": "to",
    "draft_too_long": "body",
    "empty_draft": "body",
    "bad_mode": "mode",
    "own_office": "to_post",
    "bad_email": "email",
    "bad_dispatch_day": "day",
}
TONES = {"draft_changed": "warn", "draft_moved_on": "warn", "draft_decided": "warn"}
