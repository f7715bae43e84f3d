"""Search as a person meets it: everything that the actor may read, newest first, together by file, the words marked."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from appliance.desk.excerpt import best_of, excerpt
from appliance.desk.values import Actor
from appliance.desk.writing import top_blocks
from appliance.store import search as store
from appliance.store.index import body_of
from appliance.store.search import Filters, Hit
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.folding import Piece, mark, terms
from protocol.searchable import KINDS, plain_text, searchable

__all__ = ["KINDS", "Filters", "FoundFile", "FoundText", "SearchPage", "holders", "search"]

PAGE_HITS = 20


class FoundText(msgspec.Struct, frozen=True):
    """One text with the words. `place` is a paragraph's number, a paper's page in the correspondence, or 0."""

    kind: str
    pieces: list[Piece]
    place: int
    page: int  # of the paper itself, from 1; 0 when not in a paper's pages
    paper: str  # hex, "" for none
    post: str
    at_ms: int


class FoundFile(msgspec.Struct, frozen=True):
    """What was found in one file or receipt; number and subject with the words marked."""

    subject: str
    kind: str  # of the subject: file, receipt, opinion, letter
    number: list[Piece]
    title: list[Piece]
    plain_title: str
    grading: str
    holder: str  # post, "" for what is no file
    newest_ms: int
    texts: list[FoundText]


class SearchPage(msgspec.Struct, frozen=True):
    """One page of an answer. `before` goes on behind it, None at the end; `asked` is False when nothing was asked."""

    files: list[FoundFile]
    hits: int
    before: int | None
    took_ms: int
    asked: bool


def search(
    unit: Unit,
    actor: Actor,
    words: str,
    *,
    filters: Filters | None = None,
    before: int | None = None,
    limit: int = PAGE_HITS,
) -> SearchPage:
    """All texts with these words that the actor may read: files, notes, papers, remarks, drafts, receipts."""
    wanted = filters or Filters()
    begun_ms = unit.clock.now_ms()
    found = store.find(unit.db, words, readable=frozenset({actor.post}), before=before, limit=limit, filters=wanted)
    together: dict[str, list[Hit]] = {}
    for hit in found.hits:
        together.setdefault(hit.subject, []).append(hit)
    files = [_file(unit, hits, words, wanted) for hits in together.values()]
    asked = bool(terms(words)) or wanted != Filters()
    took_ms = max(0, unit.clock.now_ms() - begun_ms)
    return SearchPage(files, len(found.hits), found.before, took_ms, asked)


def holders(unit: Unit) -> list[str]:
    """Posts that hold a file of which this node knows."""
    return [
        post
        for (post,) in unit.db.rows(
            "WITH RECURSIVE held (post) AS (SELECT min(post) FROM efile WHERE post>'' "
            "UNION ALL SELECT (SELECT min(f.post) FROM efile f WHERE f.post>held.post) "
            "FROM held WHERE post IS NOT NULL) "
            "SELECT post FROM held WHERE post IS NOT NULL"
        )
    ]


def _file(unit: Unit, hits: list[Hit], words: str, filters: Filters) -> FoundFile:
    first = hits[0]
    texts = [text for hit in hits for text in _texts(unit, hit, words, filters)]
    begins = first.sort or next((hit.kind for hit in hits if hit.kind in {"receipt", "opinion"}), "file")
    return FoundFile(
        first.subject,
        begins,
        mark(first.number, words) if first.number else [],
        mark(first.title, words) if first.title else [],
        first.title,
        first.grading,
        first.holder,
        hlc_ms(first.hlc),
        texts,
    )


def _texts(unit: Unit, hit: Hit, words: str, filters: Filters) -> Iterator[FoundText]:
    """A hit with its words; none for one that says no more than the head of its file."""
    body = body_of(unit.db, hit.event)
    if isinstance(body, ev.Note):
        blocks = [plain_text(block) for block in top_blocks(body.html)] or [""]
        at = best_of(blocks, words)
        yield _text(hit, blocks[at], words, place=hit.place + at)
        return
    said = searchable(body)
    if said is None:
        return
    text, place, page = said.text, hit.place, 0
    if hit.paper is not None:
        pages = store.pages_of(unit.db, hit.paper)
        at = best_of([text, *(content for _, content in pages)], words)
        if at:
            page, text = pages[at - 1]
            place = hit.place + page - 1
    elif hit.kind == "receipt":
        text = "\n".join(part for part in (said.sender, said.number) if part)
    elif hit.kind == "file":
        if text.split("\n", 1)[0] == hit.title and not filters.number:
            return
    elif said.number:
        text = f"{said.number}\n{text}"
    yield _text(hit, text, f"{words} {filters.sender}", place=place, page=page)


def _text(hit: Hit, text: str, words: str, *, place: int, page: int = 0) -> FoundText:
    paper = hit.paper.hex() if hit.paper else ""
    return FoundText(hit.kind, excerpt(text, words), place, page, paper, hit.post, hlc_ms(hit.hlc))
