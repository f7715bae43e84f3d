"""Opinions asked of several posts at once: each a subject of its own, while the file stays with its one custodian.

The answers come back to who asked; whoever then holds both the file and an answer admits it as paragraphs of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from appliance.desk import writing
from appliance.desk.acting import check_day, decide_for, finish, row_of, who_of, working_book
from appliance.desk.file_log import Told, log_of
from appliance.desk.refused import Refused
from appliance.desk.rights import require_read
from appliance.desk.values import Actor, PullBack
from appliance.store.book import Book, FileRow
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.efile import Phase, Sort, Standing, Verb
from protocol.words import EventId

QUESTION_CHARS, REMARKS_CHARS, POSTS = 20_000, 1000, 20


def ask(
    unit: Unit, actor: Actor, file: str, *, posts: Sequence[str], question: str, due: str = "",
    papers: Sequence[str] = (),
) -> list[str]:  # fmt: skip
    """Asks each of these posts for its opinion on a file; the ids of the opinions, in the order of the posts.

    `question` is HTML or plain text, `due` an ISO day, `papers` SHA-256 (hex) of papers of the file that go along.
    All or none of it happens. Raises Refused.
    """
    html = writing.sanitise(question)
    if not html:
        raise Refused("empty_question")
    if len(html) > QUESTION_CHARS:
        raise Refused("question_too_long", limit=QUESTION_CHARS)
    wanted = list(dict.fromkeys(post for post in posts if post))
    if not wanted:
        raise Refused("no_post_asked")
    if len(wanted) > POSTS:
        raise Refused("too_many_posts", limit=POSTS)
    check_day(unit, due)
    require_read(unit, actor, file)
    directory = unit.directory()
    nodes = {post: directory.node_of_post(post) for post in wanted}
    with unit.db.writing():
        book = working_book(unit)
        row = decide_for(book, file, Verb.CONSULT, actor)
        chosen = _chosen(unit, file, papers)
        asked, last = [], EventId("", b"", 0)
        known: int = unit.db.value("SELECT count(*) FROM consult WHERE file=?", file) or 0
        for n, post in enumerate(wanted, known + 1):
            node = nodes[post]
            if node is None:
                raise Refused("no_such_post", post=post)
            if post == actor.post:
                raise Refused("same_post")
            if _is_open(unit, book, file, post):
                raise Refused("already_asked", post=post)
            last = _ask_one(book, actor, row, _Wish(post, node, html, due, n), chosen)
            asked.append(str(last))
        finish(unit, book, last)
    return asked


class _Wish(NamedTuple):
    post: str
    node: str
    html: str
    due: str
    n: int


def _ask_one(book: Book, actor: Actor, file: FileRow, wish: _Wish, papers: Sequence[ev.Attach]) -> EventId:
    state, who = file.state, who_of(actor)
    number = f"{state.number}/R{wish.n}"
    body = ev.Ask(
        file.file, number, state.title, wish.html, wish.post, writing.language_of(wish.html), wish.due, state.grading
    )
    opinion = book.write(None, body, who)
    page = 1
    for paper in papers:
        copy = ev.Attach(
            paper.sha256, paper.size, paper.name, paper.media_type, paper.pages, page, file.file, "enclosure"
        )
        book.write(str(opinion), copy, who)
        page += paper.pages
    book.write(str(opinion), ev.Send(wish.post, wish.node, "ask", "", wish.due, state.priority), who)
    book.write(file.file, ev.Consult(str(opinion), wish.post, wish.due), who)
    return opinion


def _chosen(unit: Unit, file: str, papers: Sequence[str]) -> list[ev.Attach]:
    """The papers of the file that were chosen, in the order of its pages."""
    wanted = set(papers)
    found = {body.sha256.hex(): body for _, _, body in log_of(unit, file) if isinstance(body, ev.Attach)}
    if wanted - found.keys():
        raise Refused("no_such_paper")
    return [body for sha256, body in found.items() if sha256 in wanted]


def _is_open(unit: Unit, book: Book, file: str, post: str) -> bool:
    """Whether this post was asked about this file already, and what it was asked still stands there."""
    for (opinion,) in unit.db.rows(
        "SELECT opinion FROM consult WHERE file=? AND to_post=? AND admitted_hlc=0", file, post
    ):
        row = book.file(opinion)
        if row is not None and row.state.standing != Standing.CLOSED and not answered_hlc(log_of(unit, opinion)):
            return True
    return False


def answers(told: list[Told]) -> list[tuple[EventId, ev.Header, ev.Note]]:
    """The green notes of an opinion that are not of the post that asks."""
    asker = asker_of(told)
    return [(event, header, body) for event, header, body in told if isinstance(body, ev.Note) and header.post != asker]


def asker_of(told: list[Told]) -> str:
    """The post that asks; "" for what is not an opinion."""
    return told[0][1].post if told and isinstance(told[0][2], ev.Ask) else ""


def answered_hlc(told: list[Told]) -> int:
    """When the answer was first returned to the post that asks; 0: not yet."""
    asker, written = asker_of(told), False
    for _, header, body in told:
        if isinstance(body, ev.Note) and header.post != asker:
            written = True
        if written and isinstance(body, ev.Send) and body.to_post == asker:
            return header.hlc
    return 0


def _opinion(book: Book, opinion: str) -> FileRow:
    row = row_of(book, opinion)
    if row.state.sort != Sort.OPINION:
        raise Refused("wrong_state", verb="opinion", state=str(row.state.standing))
    return row


def answer(unit: Unit, actor: Actor, opinion: str) -> None:
    """The yellow note becomes the green answer, and the opinion goes back to who asked, in one step.

    Without a yellow note it goes back with what another post has written on it. Raises Refused empty_answer.
    """
    with unit.db.writing():
        book = working_book(unit)
        row = _opinion(book, opinion)
        asker = row.state.opener
        if actor.post == asker:
            raise Refused("same_post")
        decide_for(book, opinion, Verb.NOTE, actor)
        html = unit.db.value("SELECT html FROM yellow WHERE file=? AND post=?", opinion, actor.post) or ""
        count = writing.count_paragraphs(html)
        if count:
            papers = tuple(
                bytes(sha) for (sha,) in unit.db.rows("SELECT sha256 FROM paper WHERE file=? ORDER BY sha256", opinion)
            )
            note = ev.Note(row.state.paragraphs + 1, count, html, writing.language_of(html), papers)
            book.write(opinion, note, who_of(actor))
        elif not answers(log_of(unit, opinion)):
            raise Refused("empty_answer")
        unit.db.run("DELETE FROM yellow WHERE file=? AND post=?", opinion, actor.post)
        node = unit.directory().node_of_post(asker)
        if node is None:
            raise Refused("no_such_post", post=asker)
        decide_for(book, opinion, Verb.SEND, actor)
        finish(unit, book, book.write(opinion, ev.Send(asker, node, "answer"), who_of(actor)))


def admit(unit: Unit, actor: Actor, opinion: str) -> int:
    """The answer becomes paragraphs of the file, papers that came with it join the correspondence, and the opinion is
    closed; the number of the first paragraph.

    Raises Refused opinion_unanswered, opinion_file_away (values: post, node) when the actor does not hold the file.
    """
    with unit.db.writing():
        book = working_book(unit)
        row = _opinion(book, opinion)
        if row.phase is Phase.HELD and row.state.standing == Standing.TRAY:
            decide_for(book, opinion, Verb.RECEIVE, actor)
            book.write(opinion, ev.Receive(row.state.paragraphs), who_of(actor))
        decide_for(book, opinion, Verb.CLOSE, actor)
        told = log_of(unit, opinion)
        given = answers(told)
        if not given:
            raise Refused("opinion_unanswered")
        file = book.file(row.state.within)
        if file is None or file.phase is not Phase.HELD or file.state.post != actor.post:
            raise Refused("opinion_file_away", **_where(file))
        decide_for(book, file.file, Verb.ADMIT, actor)
        first = file.state.paragraphs + 1
        papers = tuple(sorted({body.sha256 for _, _, body in told if isinstance(body, ev.Attach)}))
        for _, header, note in given:
            body = ev.Note(
                row_of(book, file.file).state.paragraphs + 1, note.count, note.html, note.language, papers, opinion,
                header.post, header.employee, header.hlc,
            )  # fmt: skip
            book.write(file.file, body, who_of(actor))
        _bring_papers(unit, book, actor, file.file, told)
        finish(unit, book, book.write(opinion, ev.Close(), who_of(actor)))
    return first


def _where(file: FileRow | None) -> dict[str, object]:
    """Where the file is now, for a sentence."""
    if file is None:
        return {"post": "", "node": ""}
    sending = file.state.sending
    gone = file.phase in (Phase.RELEASED, Phase.QUEUED, Phase.ASKED) and sending is not None
    return {
        "post": sending.to_post if gone and sending is not None else file.state.post,
        "node": sending.to_node if gone and sending is not None else file.holder,
    }


def _bring_papers(unit: Unit, book: Book, actor: Actor, file: str, told: list[Told]) -> None:
    """What was attached while the opinion was written joins the file."""
    asker = asker_of(told)
    known = {bytes(sha) for (sha,) in unit.db.rows("SELECT sha256 FROM paper WHERE file=?", file)}
    for _, header, body in told:
        if isinstance(body, ev.Attach) and header.post != asker and body.sha256 not in known:
            known.add(body.sha256)
            copy = ev.Attach(
                body.sha256, body.size, body.name, body.media_type, body.pages, row_of(book, file).state.pages + 1,
                str(told[0][0]), "enclosure",
            )  # fmt: skip
            book.write(file, copy, who_of(actor))


def recall(unit: Unit, actor: Actor, opinion: str) -> PullBack:
    """Takes an opinion back that nobody has opened, and ends it; of one on its way to another office the district
    decides, and `drop` ends it when it has come back.
    """
    with unit.db.writing():
        book = working_book(unit)
        row = _opinion(book, opinion)
        if row.phase is Phase.RELEASED:
            decide_for(book, opinion, Verb.ASK_BACK, actor)
            finish(unit, book, book.write(opinion, ev.AskBack(), who_of(actor)))
            return PullBack.ASKED
        decide_for(book, opinion, Verb.WITHDRAW, actor)
        book.write(opinion, ev.Withdraw(), who_of(actor))
        finish(unit, book, book.write(opinion, ev.Close(), who_of(actor)))
    return PullBack.TAKEN_BACK


def drop(unit: Unit, actor: Actor, opinion: str, remarks: str = "") -> None:
    """Ends an opinion on one's desk without admitting it; an answered one needs the reason (Refused reason_missing)."""
    said = writing.plain(remarks)
    if len(said) > REMARKS_CHARS:
        raise Refused("remarks_too_long", limit=REMARKS_CHARS)
    with unit.db.writing():
        book = working_book(unit)
        row = _opinion(book, opinion)
        answered = bool(answered_hlc(log_of(unit, opinion)))
        if not answered and row.state.opener != actor.post:
            raise Refused("not_asker")
        if answered and not said:
            raise Refused("reason_missing")
        decide_for(book, opinion, Verb.CLOSE, actor)
        finish(unit, book, book.write(opinion, ev.Close(said), who_of(actor)))
