"""Entries of a file in plain words: for screens that show what is in a file beside what is not."""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape
from typing import Any

import msgspec
import nh3
from msgspec.structs import replace

from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.words import EventId

_ENDS = ("</p>", "</li>", "</tr>", "<br>", "<br/>", "<br />")


class Entry(msgspec.Struct, frozen=True):
    """One entry in plain words, set aside or of the file as it stands. Who: post and employee, "" for the machine."""

    e: str  # hex
    event: str
    node: str
    kind: str
    post: str
    employee: str
    at_ms: int
    words: tuple[str, ...] = ()  # paragraphs of plain text, as written
    language: str = "hi"
    first: int = 0  # number of the first paragraph, or the page of a paper
    to_post: str = ""
    remarks: str = ""
    name: str = ""  # of a paper
    size: int = 0  # bytes of a paper
    destroyed: bool = False  # its words went by a weeding order
    settled: str = ""  # event that settled it, "" for none
    again: str = ""  # event of the file that says it anew, "" for none


def entry_of(
    event_id: EventId, header: ev.Header, body: ev.Body | None, e: bytes, *, destroyed: bool = False, settled: str = "",
    again: str = "",
) -> Entry:  # fmt: skip
    """An entry as a person reads it; `e` its hash."""
    said = Entry(
        e.hex(), str(event_id), event_id.node, header.kind, header.post, header.employee, hlc_ms(header.hlc),
        destroyed=destroyed, settled=settled, again=again,
    )  # fmt: skip
    return replace(said, **_of_words(body), **_of_place(body))


def _of_words(body: ev.Body | None) -> dict[str, Any]:
    """What an entry says, as fields of Entry."""
    match body:
        case ev.Note():
            return {"words": plain(body.html), "language": body.language, "first": body.first}
        case ev.Draft():
            return {"words": plain(body.text), "language": body.language}
        case ev.Attach():
            return {"name": body.name, "first": body.first_page, "size": body.size}
        case ev.Open() | ev.Diarise() | ev.Letter() | ev.Ask():
            return {"name": body.title, "remarks": body.number}
        case ev.Amend():
            return {"name": body.title}
        case ev.Issue():
            return {"name": body.number}
        case ev.Close() | ev.Reopen() | ev.Approve() | ev.Record():
            return {"remarks": body.remarks}
        case _:
            return {}


def _of_place(body: ev.Body | None) -> dict[str, Any]:
    """Where it moves the file, and why, as fields of Entry."""
    match body:
        case ev.Send():
            return {"to_post": body.to_post, "remarks": body.remarks}
        case ev.Release() | ev.Undelivered():
            return {"to_post": body.to_post}
        case ev.Force() | ev.PullUp():
            return {"to_post": body.to_post, "remarks": body.reason}
        case ev.Park() | ev.Draw():
            return {"remarks": body.reason}
        case _:
            return {}


def plain(html: str) -> tuple[str, ...]:
    """The paragraphs of a note as plain text: what an office wrote is not believed to be safe markup here."""
    for end in _ENDS:
        html = html.replace(end, f"{end}\n")
    lines = unescape(nh3.clean(html, tags=set())).splitlines()
    return tuple(line for line in (" ".join(line.split()) for line in lines) if line)


GRADINGS = ("normal", "confidential", "secret")


def strictest(gradings: Iterable[str]) -> str:
    """The strictest of these; one that is unknown is secret, and a file that nobody has graded is confidential."""
    places = [GRADINGS.index(one) if one in GRADINGS else len(GRADINGS) - 1 for one in gradings]
    return GRADINGS[max(places)] if places else GRADINGS[1]
