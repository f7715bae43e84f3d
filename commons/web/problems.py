"""What a page says when something went wrong: what happened, and what to do now, in the reader's language."""

from __future__ import annotations

import msgspec

from commons.web.words import gettext


class Problem(msgspec.Struct, frozen=True):
    """One refusal or error as a person reads it; `field` names the form field that it is about, "" for none."""

    code: str
    what: str
    now: str
    field: str = ""
    tone: str = "bad"  # "bad", "warn" or "wait"


ERROR_CODES = (400, 401, 403, 404, 405, 413, 429, 500, 503, 507)


def of_status(status: int) -> Problem:
    """The page for an HTTP status; unknown ones read like 400 or 500."""
    known = _known()
    return known.get(status) or known[400 if status < 500 else 500]


def of_csrf() -> Problem:
    """The page for a form that was not sent from one of our own pages, or from one made before the last log-in."""
    return Problem(
        "csrf",
        gettext("This form was open since before the last log-in, so nothing was done."),
        gettext("What you typed is below. Look at it and send it again."),
    )


def of_foreign() -> Problem:
    """The page for a request that another site made in the reader's name."""
    return Problem(
        "foreign",
        gettext("Another web site tried to send this form, so nothing was done."),
        gettext("Close that site. Go on here from your inbox."),
    )


def _known() -> dict[int, Problem]:
    return {
        400: Problem(
            "bad_request",
            gettext("The page sent something that could not be read."),
            gettext("Go back, load the page again and repeat the step. Nothing was changed."),
        ),
        401: Problem(
            "logged_out",
            gettext("You are logged out."),
            gettext("Log in again. What was saved is safe."),
        ),
        403: Problem(
            "forbidden",
            gettext("This is not open to your post."),
            gettext("If your work needs it, ask the holder of the file to send it to you."),
        ),
        404: Problem(
            "not_found",
            gettext("There is no such page or file here."),
            gettext("Check the address, or search by file number or subject."),
        ),
        405: Problem(
            "wrong_method",
            gettext("This address cannot be opened like this."),
            gettext("Go back and use the button on the page."),
        ),
        413: Problem(
            "too_large",
            gettext("What you sent is larger than this office takes in one piece."),
            gettext("Scan the paper in black and white at 200 dpi, or attach it in several parts."),
        ),
        429: Problem(
            "too_many",
            gettext("Too many attempts in a short time."),
            gettext("Wait a minute, then try again."),
        ),
        500: Problem(
            "failed",
            gettext("The program met an error that it does not know. What was acknowledged before is safe."),
            gettext("Try again. If it comes back, tell the technician the number below."),
        ),
        503: Problem(
            "unavailable",
            gettext("This office's program is not ready at the moment."),
            gettext("Wait a minute and load the page again. Nothing is lost."),
        ),
        507: Problem(
            "disk_full",
            gettext("This office's disk is full, so nothing was saved."),
            gettext("Keep this page open, call the technician to make room, then send it again."),
        ),
    }
