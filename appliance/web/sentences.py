"""What a refusal says to the person: what happened, and what to do now."""

from __future__ import annotations

from collections.abc import Callable

from appliance.desk.refused import Refused
from appliance.web import (
    refusals_admin,
    refusals_covers,
    refusals_drafts,
    refusals_left_out,
    refusals_movement,
    refusals_notes,
    refusals_receipts,
    refusals_sharing,
    refusals_stick,
    refusals_weeding,
)
from appliance.web.names import Names
from commons.web import showing
from commons.web.problems import Problem
from commons.web.words import gettext

Values = dict[str, object]


def problem_of(refused: Refused, names: Names, now_ms: int) -> Problem:
    """The sentences for one refusal; an unknown code gives its name, so that it can be reported."""
    make = _SENTENCES.get(refused.code)
    if make is None:
        what = gettext("This could not be done (%(code)s).", code=refused.code)
        return Problem(refused.code, what, gettext("Load the page again. If it comes back, tell the technician."))
    what, now = make(refused.values, names, now_ms)
    return Problem(refused.code, what, now, _FIELDS.get(refused.code, ""), _TONES.get(refused.code, "bad"))


Sentence = Callable[[Values, Names, int], tuple[str, str]]

_FIELDS = {
    "empty_subject": "subject",
    "subject_too_long": "subject",
    "no_section": "section",
    "no_such_post": "to_post",
    "post_is_empty": "to_post",
    "same_post": "to_post",
    "directions_missing": "remarks",
    "remarks_too_long": "remarks",
    "due_in_past": "due",
    "paper_too_large": "paper",
    "paper_not_pdf": "paper",
    "paper_empty": "paper",
    "paper_locked": "paper",
    "paper_broken": "paper",
    "paper_pages": "paper",
    "paper_pixels": "paper",
    "paper_slow": "paper",
    "paper_busy": "paper",
    "empty_note": "note",
    "note_too_long": "note",
    "bad_due": "due",
    "bad_until": "until",
    "reason_missing": "reason",
    **refusals_notes.FIELDS,
    **refusals_receipts.FIELDS,
}
_TONES = {
    "yellow_changed": "warn",
    "yellow_unconfirmed": "warn",
    "stopped": "wait",
    "away": "wait",
    "already_opened": "warn",
}


def _limit(values: Values) -> str:
    limit = values.get("limit")
    return showing.number(limit) if isinstance(limit, int) else ""


def _bytes(values: Values, name: str) -> str:
    count = values.get(name)
    return showing.size(count) if isinstance(count, int) else "?"


def _at(values: Values, name: str, now_ms: int) -> str:
    at = values.get(name)
    return showing.moment(at, now_ms) if isinstance(at, int) else "?"


def _post(values: Values, names: Names) -> str:
    return names.post(str(values.get("post", "")))


def _seems(values: Values) -> str:
    return {
        "word": gettext("It seems to be a document of a word processor."),
        "sheet": gettext("It seems to be a spreadsheet."),
        "slides": gettext("It seems to be slides of a talk."),
        "zip": gettext("It seems to be packed (ZIP or the like): unpack it first."),
        "web_page": gettext("It seems to be a web page."),
        "program": gettext("It seems to be a program."),
        "picture": gettext("It seems to be a picture of another kind."),
        "sound": gettext("It seems to be a sound or a film."),
        "text": gettext("It seems to be plain text."),
        "late_pdf": gettext("It begins with something else than a PDF."),
    }.get(str(values.get("seems", "")), "")


_SENTENCES: dict[str, Sentence] = {
    "graded": lambda _v, _n, _: (
        gettext("This is confidential: only the posts that it has passed can read it."),
        gettext("Ask one of them, or your superior, to mark it to your post."),
    ),
    "not_holder": lambda v, n, _: (
        gettext("It is not on your desk now; it is with %(post)s.", post=_post(v, n))
        if v.get("post")
        else gettext("It is not on your desk now."),
        gettext("Its movement page shows where it is. What you typed is still here."),
    ),
    "away": lambda v, n, _: (
        gettext("It has gone to another office: %(office)s.", office=n.node(str(v.get("node", "")))),
        gettext("You can read it here. Only the office that holds it can write on it."),
    ),
    "stopped": lambda _v, _n, _now: (
        gettext("This office was restored from a copy and has not yet heard from the district."),
        gettext("Until then everything can be read. Your yellow notes are kept. Writing opens again by itself."),
    ),
    "disk_reserve": lambda v, _n, _now: (
        gettext(
            "Too little room on this office's disk: %(free)s free, %(needed)s needed.",
            free=_bytes(v, "free_bytes"),
            needed=_bytes(v, "needed_bytes"),
        ),
        gettext("Keep this page open, call the technician to make room, then send it again."),
    ),
    "no_such_file": lambda _v, _n, _now: (
        gettext("There is no such file in this office."),
        gettext("Search by file number or subject."),
    ),
    "no_such_post": lambda v, _n, _now: (
        gettext("There is no post “%(post)s” in the district's directory.", post=str(v.get("post", ""))),
        gettext("Choose a post from the list."),
    ),
    "post_is_empty": lambda v, n, _: (
        gettext("Nobody has charge of this post now: %(post)s.", post=_post(v, n)),
        gettext("Choose another post, or ask who has been given the charge."),
    ),
    "same_post": lambda _v, _n, _now: (
        gettext("It is already on the desk of this post."),
        gettext("Choose another post."),
    ),
    "empty_subject": lambda _v, _n, _now: (
        gettext("The subject is empty."),
        gettext("Write in one line what the file is about."),
    ),
    "subject_too_long": lambda v, _n, _now: (
        gettext("The subject is too long."),
        gettext("Shorten it to %(limit)s letters; the rest belongs in the note.", limit=_limit(v)),
    ),
    "empty_note": lambda _v, _n, _now: (
        gettext("The note is empty."),
        gettext("Write the note first, then confirm it."),
    ),
    "note_too_long": lambda v, _n, _now: (
        gettext("The note is too long."),
        gettext("Shorten it to %(limit)s letters, or confirm it in two parts.", limit=_limit(v)),
    ),
    "directions_missing": lambda _v, _n, _now: (
        gettext("A return with directions needs the directions."),
        gettext("Write in the remarks what is to be done."),
    ),
    "remarks_too_long": lambda v, _n, _now: (
        gettext("The remarks are too long."),
        gettext("Shorten them to %(limit)s letters; the rest belongs in a note.", limit=_limit(v)),
    ),
    "no_such_keyboard": lambda _v, _n, _now: (
        gettext("There is no such keyboard."),
        gettext("Choose one from the list."),
    ),
    "yellow_changed": lambda _v, _n, _now: (
        gettext("This yellow note was meanwhile saved in another window."),
        gettext("Your text is still here. Keep yours, or load the page again to see the other."),
    ),
    "yellow_unconfirmed": lambda _v, _n, _now: (
        gettext("A yellow note is still open here."),
        gettext("Confirm it (it becomes green) or discard it, then send."),
    ),
    "paper_too_large": lambda v, _n, _now: (
        gettext("The paper is larger than %(limit)s.", limit=_bytes(v, "limit_bytes")),
        gettext("Scan it in black and white at 200 dpi, or attach it in several parts."),
    ),
    "paper_not_pdf": lambda v, _n, _now: (
        gettext("“%(name)s” is not a PDF, JPEG, PNG or TIFF. %(seems)s", name=str(v.get("name", "")), seems=_seems(v)),
        gettext("Save it as PDF in the program that it was made with, and attach that."),
    ),
    "paper_locked": lambda _v, _n, _now: (
        gettext("This PDF opens only with a password."),
        gettext("Open it with the password, print it to a new PDF, and attach that."),
    ),
    "paper_broken": lambda _v, _n, _now: (
        gettext("This paper is damaged: none of its pages can be shown."),
        gettext("Look whether it opens on this computer. Ask for it again, or scan it anew."),
    ),
    "paper_pages": lambda v, _n, _now: (
        gettext("This paper has more than %(limit)s pages.", limit=_limit(v)),
        gettext("Attach it in several parts."),
    ),
    "paper_pixels": lambda v, _n, _now: (
        gettext("This picture is too large: more than %(limit)s points.", limit=_limit(v)),
        gettext("Scan it at 200 dpi, or take a photo with the phone's usual setting."),
    ),
    "paper_slow": lambda _v, _n, _now: (
        gettext("This paper takes too long to open, so it was not taken."),
        gettext("Print it to a new PDF, or scan it, and attach that."),
    ),
    "paper_busy": lambda _v, _n, _now: (
        gettext("Too many papers are coming in at this moment."),
        gettext("Wait a minute and attach it again."),
    ),
    "paper_no_page": lambda _v, _n, _now: (
        gettext("This paper has no such page."),
        gettext("Choose a page from the list."),
    ),
    "paper_empty": lambda _v, _n, _now: (
        gettext("No paper was chosen, or it is empty."),
        gettext("Choose the paper again and look whether it opens on this computer."),
    ),
    "already_opened": lambda v, n, now: (
        gettext(
            "Already opened by %(who)s, %(at)s: it cannot be taken back any more.",
            who=n.person(str(v.get("who", ""))),
            at=_at(v, "at_ms", now),
        ),
        gettext("Ask the person to return it."),
    ),
    "wrong_state": lambda _v, _n, _now: (
        gettext("Its state has changed meanwhile, so this cannot be done now."),
        gettext("The page now shows the present state. What you typed is still here."),
    ),
    "not_sender": lambda _v, _n, _now: (
        gettext("Only the post that sent it can take it back."),
        gettext("Ask the post that sent it."),
    ),
    "cannot_ask_back": lambda _v, _n, _now: (
        gettext("It was given back because another office asked for it."),
        gettext("Ask the office that has it now to send it."),
    ),
    "due_in_past": lambda _v, _n, now: (
        gettext("The time limit lies in the past."),
        gettext("Write today's or a later date, for example %(day)s.", day=showing.day_in(now, 7)),
    ),
    "bad_due": lambda _v, _n, now: (
        gettext("The time limit is not a date."),
        gettext("Write day, month and year, for example %(day)s.", day=showing.day_in(now, 7)),
    ),
    "bad_until": lambda _v, _n, now: (
        gettext("“Until” is not a date."),
        gettext("Write day, month and year, for example %(day)s.", day=showing.day_in(now, 7)),
    ),
    "reason_missing": lambda _v, _n, _now: (
        gettext("The reason is missing."),
        gettext("Write why, in a few words: it is kept with it."),
    ),
    "no_section": lambda _v, _n, _now: (
        gettext("There is no such section in this office."),
        gettext("Choose a section from the list."),
    ),
    "not_your_post": lambda _v, _n, _now: (
        gettext("You have no charge of this post now."),
        gettext("Log in again; if the charge is new, it comes with the next exchange."),
    ),
    "disk_full": lambda _v, _n, _now: (
        gettext("This office's disk is full, so nothing was saved."),
        gettext("Keep this page open, call the technician to make room, then send it again."),
    ),
    **refusals_notes.SENTENCES,
    **refusals_receipts.SENTENCES,
}

_SENTENCES.update(refusals_admin.SENTENCES)
_SENTENCES.update(refusals_drafts.SENTENCES)
_FIELDS.update(refusals_admin.FIELDS)
_SENTENCES.update(refusals_covers.SENTENCES)
_SENTENCES.update(refusals_weeding.SENTENCES)
_SENTENCES.update(refusals_left_out.SENTENCES)
_SENTENCES.update(refusals_stick.SENTENCES)
_SENTENCES.update(refusals_sharing.SENTENCES)
_FIELDS.update(refusals_weeding.FIELDS)
_FIELDS.update(refusals_covers.FIELDS)
_SENTENCES.update(refusals_movement.SENTENCES)
_FIELDS.update(refusals_movement.FIELDS)
_FIELDS.update(refusals_drafts.FIELDS)
_TONES.update(refusals_drafts.TONES)
