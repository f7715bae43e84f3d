"""Asks the view of `index.py`: newest first, only what the asking posts may find, in bounded time.

Words, rights and kind are one question to the full-text index, a span of days is a span of its numbers; who holds the
subject now is looked up for each hit, for at most `LOOKED_THROUGH` of them a question.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from appliance.store.index import first_number_at, kind_mark, post_mark
from commons.database import Database
from protocol.folding import Term, terms

LOOKED_THROUGH = 3000
NEWEST = (1 << 63) - 1


class Filters(msgspec.Struct, frozen=True):
    """What narrows a question; empty is everything. Times are unix milliseconds, `until_ms` not included."""

    kind: str = ""
    number: str = ""
    sender: str = ""
    holder: str = ""  # post
    from_ms: int | None = None
    until_ms: int | None = None


class Hit(msgspec.Struct, frozen=True):
    """One event that was found. `number` and `title` are its subject's; `holder` is empty for what is not a file."""

    id: int
    event: str
    subject: str
    kind: str
    place: int
    hlc: int
    post: str
    paper: bytes | None
    number: str
    title: str
    grading: str
    holder: str
    sort: str  # of the subject: file, receipt, opinion; empty for what is not here


class Found(NamedTuple):
    """Hits, newest first; `before` goes on behind them, None at the end."""

    hits: list[Hit]
    before: int | None


NOTHING = Found([], None)


def find(
    db: Database,
    query: str,
    *,
    readable: frozenset[str],
    before: int | None = None,
    limit: int = 30,
    filters: Filters | None = None,
) -> Found:
    """What is found by all terms of the query (protocol/folding.py) and may be found by someone with `readable` posts.

    What is normal everybody of the node finds; what is confidential or secret only the posts of its chain, and nothing
    else tells that it is there. `before` is the `Found.before` of the page above. With a holder, a page can be short
    and still go on: it ends where `LOOKED_THROUGH` hits were looked through.
    """
    wanted = filters or Filters()
    asked = _expression(query, wanted, readable)
    if not asked:
        return NOTHING
    low = first_number_at(wanted.from_ms) if wanted.from_ms is not None else 0
    high = first_number_at(wanted.until_ms) if wanted.until_ms is not None else NEWEST
    high = min(high, before if before is not None else NEWEST)
    inner = LOOKED_THROUGH if wanted.holder else limit + 1
    rows = db.rows(
        "WITH hit AS MATERIALIZED (SELECT rowid AS id FROM found WHERE found MATCH ? AND rowid>=? AND rowid<? "
        "ORDER BY rowid DESC LIMIT ?) "
        "SELECT d.id, d.event, d.subject, d.kind, d.place, d.hlc, d.post, d.paper, coalesce(c.number, ''), "
        "coalesce(c.title, ''), coalesce(c.grading, 'normal'), coalesce(f.post, ''), "
        "coalesce(f.sort, '') "
        "FROM hit CROSS JOIN doc d USING (id) LEFT JOIN doc_cover c USING (subject) "
        "LEFT JOIN efile f ON f.file=d.subject "
        "WHERE ?='' OR f.post=? ORDER BY id DESC LIMIT ?",
        asked, low, high, inner, wanted.holder, wanted.holder, limit + 1,
    )  # fmt: skip
    hits = [Hit(*row) for row in rows[:limit]]
    if len(rows) > limit:
        return Found(hits, hits[-1].id)
    return Found(hits, _looked_down_to(db, asked, low, high) if wanted.holder else None)


def _looked_down_to(db: Database, asked: str, low: int, high: int) -> int | None:
    """Where a question that was not answered in full goes on."""
    last: int | None = db.value(
        "SELECT rowid FROM found WHERE found MATCH ? AND rowid>=? AND rowid<? ORDER BY rowid DESC LIMIT 1 OFFSET ?",
        asked, low, high, LOOKED_THROUGH - 1,
    )  # fmt: skip
    return last


def pages_of(db: Database, paper: bytes) -> list[tuple[int, str]]:
    """Page number (from 1) and text of each page of a paper that was read and says anything."""
    return [
        (page, text)
        for page, text in db.rows("SELECT page, text FROM paper_text WHERE sha256=? ORDER BY page", paper)
        if text.strip()
    ]


def _expression(query: str, filters: Filters, readable: frozenset[str]) -> str:
    """The question in the index's language, every word quoted; empty when nothing is asked."""
    parts = [f"{{number sender body}} : {_term(term)}" for term in terms(query)]
    parts += [f"{{number}} : {_term(term)}" for term in terms(filters.number)]
    parts += [f"{{sender}} : {_term(term)}" for term in terms(filters.sender)]
    narrowed = filters.kind or filters.holder or filters.from_ms is not None or filters.until_ms is not None
    if not parts and not narrowed:
        return ""
    if filters.kind:
        parts.append(f'{{marks}} : "{kind_mark(_bare(filters.kind))}"')
    rights = " OR ".join(f'"{mark}"' for mark in ("open", *sorted(map(post_mark, readable))))
    parts.append(f"{{marks}} : ({rights})")
    return " AND ".join(f"({part})" for part in parts)


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.begins else "")


def _bare(word: str) -> str:
    return "".join(ch for ch in word if ch.isascii() and ch.isalpha())
