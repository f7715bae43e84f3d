"""What a person can do with a file: each verb is one decision of the rules and one transaction."""

from __future__ import annotations

from typing import IO

from appliance.desk import opening, writing
from appliance.desk.acting import check_day, decide_for, finish, row_of, who_of, working_book
from appliance.desk.papers import PaperIn, read_paper
from appliance.desk.refused import Refused
from appliance.desk.rights import require_chain, require_read
from appliance.desk.together import send_along
from appliance.desk.values import Actor, PullBack, Yellow
from appliance.store.room import require_room
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.efile import Phase, Sort, Verb

REMARKS_CHARS, NOTE_CHARS = 1000, 60_000


def open_file(
    unit: Unit, actor: Actor, *, subject: str, section: str, language: str, priority: int = 0, grading: str = "normal"
) -> str:
    """Opens a file and gives it the next number of its section; the file's id."""
    return opening.open_file(unit, actor, opening.Cover(subject, section, language, priority, grading))


def save_yellow(unit: Unit, actor: Actor, file: str, html: str, version: int) -> Yellow:
    """Keeps a yellow note: a row of the post, changed as often as one likes. Raises yellow_changed."""
    clean = writing.sanitise(html)
    if len(clean) > NOTE_CHARS:
        raise Refused("note_too_long", limit=NOTE_CHARS)
    require_room(unit)
    with unit.db.writing():
        require_read(unit, actor, file)
        saved = unit.db.value("SELECT version FROM yellow WHERE file=? AND post=?", file, actor.post) or 0
        if saved != version:
            raise Refused("yellow_changed", saved_version=saved)
        now = unit.clock.now_ms()
        unit.db.run(
            "INSERT OR REPLACE INTO yellow (file, post, html, version, saved_ms) VALUES (?,?,?,?,?)",
            file, actor.post, clean, saved + 1, now,
        )  # fmt: skip
    return Yellow(clean, saved + 1, now)


def discard_yellow(unit: Unit, actor: Actor, file: str) -> None:
    """Throws the post's yellow note away."""
    require_read(unit, actor, file)
    with unit.db.writing():
        unit.db.run("DELETE FROM yellow WHERE file=? AND post=?", file, actor.post)


def confirm_note(unit: Unit, actor: Actor, file: str) -> int:
    """The yellow note becomes green: numbered and unalterable. The number of its first paragraph."""
    with unit.db.writing():
        book = working_book(unit)
        row = decide_for(book, file, Verb.NOTE, actor)
        html = unit.db.value("SELECT html FROM yellow WHERE file=? AND post=?", file, actor.post) or ""
        count = writing.count_paragraphs(html)
        if not count:
            raise Refused("empty_note")
        first = row.state.paragraphs + 1
        papers = tuple(
            bytes(sha) for (sha,) in unit.db.rows("SELECT sha256 FROM paper WHERE file=? ORDER BY sha256", file)
        )
        body = ev.Note(first, count, html, writing.language_of(html), papers)
        unit.db.run("DELETE FROM yellow WHERE file=? AND post=?", file, actor.post)
        finish(unit, book, book.write(file, body, who_of(actor)))
    return first


def attach(unit: Unit, actor: Actor, file: str, *, name: str, media_type: str, stream: IO[bytes]) -> str:
    """A paper joins the correspondence; its SHA-256 in hex. The bytes are durable before the event speaks of them."""
    require_room(unit)
    decide_for(working_book(unit), file, Verb.ATTACH, actor)
    paper: PaperIn = read_paper(unit, name, media_type, stream)
    with unit.db.writing():
        book = working_book(unit)
        row = decide_for(book, file, Verb.ATTACH, actor)
        body = ev.Attach(paper.sha256, paper.size, paper.name, paper.media_type, paper.pages, row.state.pages + 1)
        event_id = book.write(file, body, who_of(actor))
        unit.db.run("UPDATE blob SET here=1 WHERE sha256=?", paper.sha256)
        finish(unit, book, event_id)
    return paper.sha256.hex()


def send(
    unit: Unit, actor: Actor, file: str, *, to_post: str, how: str, remarks: str = "", due: str = "",
    priority: int | None = None,
) -> str:  # fmt: skip
    """Marks the file to a post: here at once, elsewhere as soon as a carrier stands. The id of the send."""
    said = writing.plain(remarks)
    if how == "return" and not said:
        raise Refused("directions_missing")
    if len(said) > REMARKS_CHARS:
        raise Refused("remarks_too_long", limit=REMARKS_CHARS)
    check_day(unit, due)
    to_node = unit.directory().node_of_post(to_post)
    if to_node is None:
        raise Refused("no_such_post", post=to_post)
    if to_post == actor.post:
        raise Refused("same_post")
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.RETURN if how == "return" else Verb.SEND, actor)
        if unit.db.row("SELECT 1 FROM yellow WHERE file=? AND post=? AND html<>''", file, actor.post):
            raise Refused("yellow_unconfirmed")
        body = ev.Send(to_post, to_node, how, said, due, -1 if priority is None else priority)
        event_id = book.write(file, body, who_of(actor))
        send_along(book, actor, file, body)
        return str(finish(unit, book, event_id))


def receive(unit: Unit, actor: Actor, file: str) -> None:
    """A person opens what arrived; the sender sees by whom and when."""
    with unit.db.writing():
        book = working_book(unit)
        row = decide_for(book, file, Verb.RECEIVE, actor)
        finish(unit, book, book.write(file, ev.Receive(row.state.paragraphs), who_of(actor)))


def pull_back(unit: Unit, actor: Actor, file: str) -> PullBack:
    """Takes back what nobody has seen; what is on its way is asked for, and the district rules."""
    with unit.db.writing():
        book = working_book(unit)
        row = row_of(book, file)
        require_chain(unit.db, actor, file, row.state.grading)
        if row.phase is Phase.RELEASED:
            decide_for(book, file, Verb.ASK_BACK, actor)
            finish(unit, book, book.write(file, ev.AskBack(), who_of(actor)))
            return PullBack.ASKED
        decide_for(book, file, Verb.WITHDRAW, actor)
        finish(unit, book, book.write(file, ev.Withdraw(), who_of(actor)))
    return PullBack.TAKEN_BACK


def park(unit: Unit, actor: Actor, file: str, reason: str, until: str = "") -> None:
    """Puts the file away until a date."""
    check_day(unit, until)
    _simple(unit, actor, file, Verb.PARK, ev.Park(writing.plain(reason)[:REMARKS_CHARS], until))


def close(unit: Unit, actor: Actor, file: str, remarks: str) -> None:
    """The matter is settled."""
    _simple(unit, actor, file, Verb.CLOSE, ev.Close(writing.plain(remarks)[:REMARKS_CHARS]))


def reopen(unit: Unit, actor: Actor, file: str, remarks: str) -> None:
    """Takes a parked or closed file up again."""
    _simple(unit, actor, file, Verb.REOPEN, ev.Reopen(writing.plain(remarks)[:REMARKS_CHARS]))


def _simple(unit: Unit, actor: Actor, file: str, verb: Verb, body: ev.Body) -> None:
    with unit.db.writing():
        book = working_book(unit)
        row = decide_for(book, file, verb, actor)
        if row.state.sort == Sort.OPINION:  # ended by admitting or dropping it
            raise Refused("wrong_state", verb=str(verb), state=str(row.state.standing))
        finish(unit, book, book.write(file, body, who_of(actor)))
