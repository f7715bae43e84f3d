"""Keeps the view that a search asks: one row and one folded text for each event with words in a subject's log.

A function of the journal and of what was read in papers: `enter` for each event that joins a log, `forget` when a log
is cut. The rowid grows with time (`document_number`), so newest first is the order of the index. Who may find a text
stands with it as a mark: `open`, or the posts of the chain of a graded subject, rewritten when the chain grows.
"""

from __future__ import annotations

from hashlib import sha256

from appliance.store.registers import chain_of
from commons.database import Database
from protocol import events as ev
from protocol.folding import fold
from protocol.searchable import NORMAL, Searchable, grading_of, searchable
from protocol.words import EventId, parse_event_id

VERSION = 3
"""Of what is indexed and how it is folded: another one in the database has all made anew at the next start."""

VIEWS = ("doc", "doc_cover", "chain_post")
"""Tables that a rebuild empties; the text goes with `doc`."""

MAX_PAPER_CHARACTERS = 1_000_000
MERGED_PAGES = 100
"""In one step of `shred`: 20 ms."""
_MS_BITS, _COUNTER_BITS, _HASH_BITS = 42, 16, 5


def document_number(hlc: int, event: str) -> int:
    """63 bits: the event's milliseconds (42), its count within them (16), a hash of its id (5).

    Follows from the event alone, so a rebuild gives the same. An absurd clock lands at either end. The whole count is
    there, for an office whose clock is set back writes a year under one millisecond.
    """
    ms = min(max(hlc >> 16, 0), (1 << _MS_BITS) - 1)
    count = hlc & 0xFFFF
    tail = int.from_bytes(sha256(event.encode()).digest()[:1], "big") >> (8 - _HASH_BITS)
    return (ms << (_COUNTER_BITS + _HASH_BITS)) | (count << _HASH_BITS) | tail


def first_number_at(ms: int) -> int:
    """The least document number of a moment (unix milliseconds)."""
    return min(max(ms, 0), (1 << _MS_BITS) - 1) << (_COUNTER_BITS + _HASH_BITS)


def post_mark(post: str) -> str:
    """The word under which a post finds what is graded."""
    return "p" + post.encode().hex()


def kind_mark(kind: str) -> str:
    """The word of a kind."""
    return "k" + kind


# -------------------------------------------------------------------- what the journal brings
def enter(db: Database, subject: str, event_id: EventId, header: ev.Header, body: ev.Body | None) -> None:
    """One event has joined the log of its subject."""
    grading = _cover(db, subject, body)
    if _chain_changed(db, subject, chain_of(db, subject) if grading != NORMAL else frozenset()):
        _renew(db, subject)
    rights = rights_of(db, subject)
    words = searchable(body)
    if words is not None:
        put(db, subject, event_id, header, words, rights)
    if isinstance(body, ev.Weed):
        hide(db, subject, body.order)


def hide(db: Database, subject: str, order: bytes) -> None:
    """A subject was weeded by this order: what that destroys is no longer found, destroyed already or not."""
    for number, event in db.rows("SELECT id, event FROM doc WHERE subject=?", subject):
        kind = db.value("SELECT kind FROM event WHERE node=? AND epoch=? AND seq=?", *parse_event_id(event))
        if kind in ev.SHED and ev.is_shed(kind, body_of(db, event), order):
            db.run("DELETE FROM doc WHERE id=?", number)


def shred(db: Database) -> None:
    """The words of what is no longer found leave the index's pages too: these are merged, a little at a time."""
    step = -MERGED_PAGES
    while True:
        with db.writing(), db.shredding():
            before = db.value("SELECT total_changes()")
            db.run("INSERT INTO found (found, rank) VALUES ('merge', ?)", step)
            if db.value("SELECT total_changes()") - before < 2:  # as SQLite says that nothing was left to merge
                return
        step = MERGED_PAGES


def forget(db: Database, subject: str) -> None:
    """Nothing of a subject is found any more; what remains of its log is entered again."""
    for view in VIEWS:
        db.run(f"DELETE FROM {view} WHERE subject=?", subject)


def put(db: Database, subject: str, event_id: EventId, header: ev.Header, words: Searchable, rights: str) -> None:
    """One text, under the number that its event has."""
    event = str(event_id)
    number = document_number(header.hlc, event)
    while db.value("SELECT 1 FROM doc WHERE id=?", number):
        number += 1
    db.run(
        "INSERT INTO doc (id, event, subject, kind, place, hlc, post, paper) VALUES (?,?,?,?,?,?,?,?)",
        number, event, subject, words.kind, words.place, header.hlc, header.post, words.paper or None,
    )  # fmt: skip
    _write(db, number, words, rights)


def rights_of(db: Database, subject: str) -> str:
    """The marks under which the texts of a subject are found."""
    grading = db.value("SELECT grading FROM doc_cover WHERE subject=?", subject)
    if grading in (None, NORMAL):
        return "open"
    posts = db.rows("SELECT post FROM chain_post WHERE subject=? ORDER BY post", subject)
    return " ".join(post_mark(post) for (post,) in posts)


def _chain_changed(db: Database, subject: str, posts: frozenset[str]) -> bool:
    """Keeps the posts under which the texts of a graded subject are found; whether they are others than before."""
    before = frozenset(post for (post,) in db.rows("SELECT post FROM chain_post WHERE subject=?", subject))
    if posts == before:
        return False
    for post in before - posts:
        db.run("DELETE FROM chain_post WHERE subject=? AND post=?", subject, post)
    for post in posts - before:
        db.run("INSERT INTO chain_post (subject, post) VALUES (?,?)", subject, post)
    return True


def _cover(db: Database, subject: str, body: ev.Body | None) -> str:
    """Keeps what the cover says; the grading that counts from here on."""
    before = db.row("SELECT number, title, grading FROM doc_cover WHERE subject=?", subject) or ("", "", NORMAL)
    grading = grading_of(body)
    if grading is None:
        return str(before[2])
    after = (getattr(body, "number", "") or before[0], getattr(body, "title", "") or before[1], grading)
    db.run("INSERT OR REPLACE INTO doc_cover (subject, number, title, grading) VALUES (?,?,?,?)", subject, *after)
    return grading


def _write(db: Database, number: int, words: Searchable, rights: str) -> None:
    body = words.text
    if words.paper:
        body = f"{body}\n{_paper_text(db, words.paper)}"
    db.run(
        "INSERT INTO found (rowid, number, sender, body, marks) VALUES (?,?,?,?,?)",
        number, fold(words.number), fold(words.sender), fold(body), f"{rights} {kind_mark(words.kind)}",
    )  # fmt: skip


def _paper_text(db: Database, paper: bytes) -> str:
    pages = db.rows("SELECT text FROM paper_text WHERE sha256=? ORDER BY page", paper)
    return "\n".join(text for (text,) in pages)[:MAX_PAPER_CHARACTERS]


def _renew(db: Database, subject: str) -> None:
    """The texts of a subject once more, under the rights that it has now."""
    rights = rights_of(db, subject)
    for number, event in db.rows("SELECT id, event FROM doc WHERE subject=?", subject):
        _rewrite(db, number, event, rights)


def _rewrite(db: Database, number: int, event: str, rights: str) -> None:
    words = searchable(body_of(db, event))
    if words is not None:
        db.run("DELETE FROM found WHERE rowid=?", number)
        _write(db, number, words, rights)


def body_of(db: Database, event: str) -> ev.Body | None:
    """What an event of the journal says; None when it is not there, or of a kind that this release does not know."""
    row = db.row("SELECT kind, body FROM event WHERE node=? AND epoch=? AND seq=?", *parse_event_id(event))
    return None if row is None else ev.decode_body(row[0], bytes(row[1]))


# -------------------------------------------------------------------- what papers bring
def paper_was_read(db: Database, paper: bytes) -> None:
    """The text of a paper has come into `paper_text`: it is found from now on, in every file that has the paper."""
    for number, event, subject in db.rows("SELECT id, event, subject FROM doc WHERE paper=?", paper):
        _rewrite(db, number, event, rights_of(db, subject))


# -------------------------------------------------------------------- all at once
def bring_up_to_date(db: Database) -> None:
    """At the start: makes the whole view anew when an older release made it, or none."""
    if db.value("SELECT version FROM search_state") == VERSION:
        return
    with db.writing():
        if db.value("SELECT version FROM search_state") == VERSION:
            return  # the other process of this node was quicker
        for view in VIEWS:
            db.run(f"DELETE FROM {view}")
        for (subject,) in db.rows("SELECT DISTINCT subject FROM event WHERE pos IS NOT NULL"):
            _enter_log(db, subject)
        db.run("UPDATE search_state SET version=?", VERSION)


def _enter_log(db: Database, subject: str) -> None:
    for node, epoch, seq, header_bytes, body_bytes in db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos IS NOT NULL ORDER BY pos", subject
    ):
        header = ev.decode_header(bytes(header_bytes))
        body = ev.decode_body(header.kind, bytes(body_bytes))
        enter(db, subject, EventId(node, bytes(epoch), seq), header, body)
