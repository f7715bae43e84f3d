"""What a page is told by itself: that something has arrived (server-sent events), and what, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request

from appliance.desk import reading
from appliance.web.names import names
from appliance.web.session import this_unit, who
from appliance.web.streams import Watch, told
from commons.web.marks import asked_by_page
from commons.web.words import gettext, ngettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.desk.values import InboxRow

blueprint = Blueprint("events", __name__)
NAMED = 2
"""So many arrivals are named; more are counted."""


@blueprint.get("/events")
@asked_by_page
def events() -> ResponseReturnValue:
    """A stream of `news`; 204 when no more can be held: then the page goes on asking."""
    unit, person = this_unit(), who()
    watch: Watch = current_app.extensions["watch"]
    stream = watch.open(person.token, person.actor.post)
    if stream is None:
        return Response(status=204)
    unit.db.give_back()  # this thread only waits from now on
    answer = Response(told(watch, stream), mimetype="text/event-stream")
    answer.call_on_close(lambda: watch.close(stream))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # nginx passes it on at once
    return answer


@blueprint.get("/news")
@asked_by_page
def news() -> ResponseReturnValue:
    """What has arrived on the post since `after` (unix milliseconds; 0: nothing is told), and the figures."""
    unit, post = this_unit(), who().actor.post
    after = request.args.get("after", 0, type=int)
    figures = reading.counts(unit, post)
    unread = reading.inbox(unit, post, which="unread", limit=50)
    newest = max((row.arrived_ms for row in unread), default=0)
    arrived = sorted((row for row in unread if after and row.arrived_ms > after), key=lambda row: -row.arrived_ms)
    return {
        "post": post,
        "after": max(newest, after, 1),
        "inbox": figures.inbox,
        "unread": figures.unread,
        "arrived": len(arrived),
        "words": words_of(arrived),
    }


def words_of(arrived: list[InboxRow]) -> str:
    """The sentence that is read out; it may be seen by others, so of a graded file it has the number alone."""
    if not arrived:
        return ""
    told_of = "; ".join(_name(row) for row in arrived[:NAMED])
    count = ngettext("%(num)s new on your desk", "%(num)s new on your desk", len(arrived))
    return f"{count}: {told_of}" + (" …" if len(arrived) > NAMED else "")


def _name(row: InboxRow) -> str:
    subject = row.subject if row.grading == "normal" else gettext("graded")
    sender = names().post(row.from_post) if row.from_post else row.sender if row.grading == "normal" else ""
    parts = [row.number, subject, gettext("from %(post)s", post=sender) if sender else ""]
    return ", ".join(part for part in parts if part)
