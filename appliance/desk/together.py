"""Attached files travel together: what is attached to a file goes where that goes, if it lies on the same desk."""

from __future__ import annotations

from appliance.desk.acting import decide_for, who_of
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.book import Book
from protocol import events as ev
from protocol.efile import Verb


def send_along(book: Book, actor: Actor, file: str, body: ev.Send) -> None:
    """Writes the same send for every file attached to `file`, inside its transaction.

    One that is elsewhere, or on which the post has an open yellow note, stays where it is.
    """
    for (other,) in book.db.rows("SELECT other FROM link WHERE file=? AND how='attach' ORDER BY hlc", file):
        if book.db.row("SELECT 1 FROM yellow WHERE file=? AND post=? AND html<>''", other, actor.post):
            continue
        try:
            decide_for(book, other, Verb.SEND, actor)
        except Refused:
            continue
        book.write(other, body, who_of(actor))
