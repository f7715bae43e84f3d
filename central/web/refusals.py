"""What the district's pages say when the rules do not allow a decision or an order now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commons.web import showing
from commons.web.problems import Problem
from commons.web.words import gettext

if TYPE_CHECKING:
    from central.hub.deciding import NotDone

FIELDS = {
    "no_reason": "reason",
    "reason_long": "reason",
    "no_choice": "how",
    "unconfirmed": "sure",
    "no_such_post": "to_post",
    "already_there": "to_post",
    "office_silent": "to_post",
}


def problem_of(refused: NotDone) -> Problem:
    """The sentences for one refusal; an unknown code gives its name, so that it can be reported."""
    limit = refused.values.get("limit")
    known = {
        "no_reason": (
            gettext("The reason is missing."),
            gettext("Write in a sentence why: the offices concerned and every later reader see it."),
        ),
        "reason_long": (
            gettext("The reason is too long."),
            gettext("Shorten it to %(limit)s letters.", limit=showing.number(limit) if isinstance(limit, int) else ""),
        ),
        "no_choice": (gettext("Nothing was chosen."), gettext("Choose one of the decisions.")),
        "unconfirmed": (
            gettext("It was not confirmed that this cannot be taken back."),
            gettext("Read it once more, then tick the box. Nothing was done."),
        ),
        "nothing_there": (
            gettext("There is nothing left to decide here."),
            gettext("Load the page again: it shows what holds now."),
        ),
        "mixed": (
            gettext("These entries do not belong together."),
            gettext("Decide them from their own pages. Nothing was done."),
        ),
        "already_decided": (
            gettext("Somebody has decided about this meanwhile; the first decision stands."),
            gettext("It is shown below, with its reason."),
        ),
        "hub_recovers": (
            gettext("This server is being restored and does not have the reports of all offices yet."),
            gettext("Decide when they are in: the offices' reports may bring what settles it."),
        ),
        "no_file": (
            gettext("The district does not have this file."),
            gettext("Nobody could be asked to write in it. It can be discarded with a reason."),
        ),
        "weeded": (
            gettext("The file was weeded: the words are destroyed."),
            gettext("It can be discarded with a reason."),
        ),
        "nothing_to_write": (
            gettext("There is no note and no paper among these entries."),
            gettext("Movements are made anew by who holds the file, if they are still needed."),
        ),
        "no_such_post": (
            gettext("No open office has this post."),
            gettext("Choose the post that is to have the file."),
        ),
        "already_there": (
            gettext("The file is with this office already."),
            gettext("Choose a post of another office. Within the office its head draws the file to himself."),
        ),
        "office_silent": (
            gettext("This office has not reported since the server was restored."),
            gettext("Choose an office that has, or wait for its report."),
        ),
    }
    what, now = known.get(
        refused.code,
        (
            gettext("This could not be done (%(code)s).", code=refused.code),
            gettext("Load the page again. If it comes back, tell the technician."),
        ),
    )
    return Problem(refused.code, what, now, FIELDS.get(refused.code, ""))
