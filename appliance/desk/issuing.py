"""An approved draft becomes a numbered letter and leaves: by post, by hand, by e-mail, or into another office."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.errors import MessageError
from email.headerregistry import Address

import msgspec

from appliance.desk.acting import decide_for, finish, row_of, who_of, working_book
from appliance.desk.days import INDIA, today
from appliance.desk.draft_page import current_of, writing_of
from appliance.desk.draft_values import MODES, DraftText, LetterFacts, VersionRow, enclosure_of
from appliance.desk.file_log import log_of
from appliance.desk.numbers import ISSUE, next_in_series
from appliance.desk.papers import PaperIn, read_paper
from appliance.desk.refused import Refused
from appliance.desk.rights import SECRET, require_read
from appliance.desk.values import Actor
from appliance.desk.verbs import REMARKS_CHARS
from appliance.desk.writing import plain
from appliance.store.book import Book
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.efile import Verb
from protocol.proposals import heads_of

MakePdf = Callable[[LetterFacts], bytes]
TRIES = 5
MAIL_ADDRESSES = 20
PDF = "application/pdf"


class Wish(msgspec.Struct, frozen=True):
    """How a letter is to leave: `mode` one of MODES; `to_post` for office, `email` (addresses by comma) for email."""

    draft: int
    version: int
    mode: str
    to_post: str = ""
    email: str = ""
    cover: str = ""  # words of the e-mail itself


def preview_facts(unit: Unit, actor: Actor, file: str, text: DraftText, shown: VersionRow | None) -> LetterFacts:
    """What the letter would say if it were issued now; its number and day are open."""
    require_read(unit, actor, file)
    if shown is not None and shown.state in ("approved", "issued"):
        return _facts(unit, shown)
    drafter = unit.directory().post(shown.post if shown else actor.post)
    office = drafter.office if drafter else unit.node
    head = min(heads_of(unit.directory(), office), default="")
    holders = unit.directory().holders(head, today(unit)) if head else ()
    employee = unit.directory().employee(holders[0].employee) if holders else None
    return LetterFacts(text, office, head, employee.name if employee else "")


def writing_facts(unit: Unit, actor: Actor, file: str, row: int) -> LetterFacts:
    """The same for a draft being written. Raises no_such_writing."""
    require_read(unit, actor, file)
    return preview_facts(unit, actor, file, writing_of(unit, actor, file, row).text, None)


def _facts(unit: Unit, version: VersionRow, number: str = "", day: date | None = None) -> LetterFacts:
    """Whoever approved signs: in his post, under the head of his office."""
    post = unit.directory().post(version.decided_post)
    employee = unit.directory().employee(version.decided_by)
    return LetterFacts(
        version.text, post.office if post else unit.node, version.decided_post,
        employee.name if employee else version.decided_by, number, day, True,
    )  # fmt: skip


def issue(unit: Unit, actor: Actor, file: str, wish: Wish, make_pdf: MakePdf) -> str:
    """Issues an approved version once; the letter's number. The PDF is durable before the journal speaks of it.

    Raises draft_issued (values: number), draft_not_approved, draft_moved_on, bad_mode, no_such_post, own_office,
    mail_not_set_up, bad_email, issue_busy, and what the rules say.
    """
    _check_wish(unit, actor, wish)
    addresses = mail_addresses(wish.email) if wish.mode == "email" else ""
    for _ in range(TRIES):
        book = working_book(unit)
        decide_for(book, file, Verb.ISSUE, actor)
        approved = _approved(unit, file, wish.draft, wish.version)
        if wish.mode == "email" and row_of(book, file).state.grading == SECRET:
            raise Refused("secret_by_mail")
        number, day = next_in_series(unit, actor, ISSUE), today(unit)
        pdf = make_pdf(_facts(unit, approved, number, day))
        paper = read_paper(unit, f"{number.replace('/', '-')}.pdf", PDF, io.BytesIO(pdf))
        with unit.db.writing():
            book = working_book(unit)
            decide_for(book, file, Verb.ISSUE, actor)
            approved = _approved(unit, file, wish.draft, wish.version)
            if (next_in_series(unit, actor, ISSUE), today(unit)) != (number, day):
                continue
            _write(unit, book, actor, file, _Issuing(approved, wish, number, day, paper, addresses))
            return number
    raise Refused("issue_busy")


def _check_wish(unit: Unit, actor: Actor, wish: Wish) -> None:
    if wish.mode not in MODES:
        raise Refused("bad_mode")
    if wish.mode == "email" and unit.settings.mail is None:
        raise Refused("mail_not_set_up")
    if wish.mode == "office":
        post, mine = unit.directory().post(wish.to_post), unit.directory().post(actor.post)
        if post is None or unit.directory().node_of_post(wish.to_post) is None:
            raise Refused("no_such_post", post=wish.to_post)
        if mine is not None and post.office == mine.office:
            raise Refused("own_office")


def mail_addresses(text: str) -> str:
    """Addresses as an e-mail's head wants them, joined by a comma. Raises bad_email."""
    found = [piece.strip() for piece in text.replace(";", ",").split(",") if piece.strip()]
    if not found or len(found) > MAIL_ADDRESSES:
        raise Refused("bad_email", limit=MAIL_ADDRESSES)
    for one in found:
        try:
            address = Address(addr_spec=one)
        except (MessageError, ValueError, IndexError) as error:
            raise Refused("bad_email", address=one[:80]) from error
        good = one.isascii() and one.isprintable() and "." in address.domain and not set(one) & set(' "<>()[]')
        if not good or len(one) > 254 or address.addr_spec != one:
            raise Refused("bad_email", address=one[:80])
    return ", ".join(dict.fromkeys(found))


def _approved(unit: Unit, file: str, draft: int, version: int) -> VersionRow:
    current = current_of(unit, file, draft)
    if current.state == "issued":
        known = unit.db.value("SELECT number FROM draft WHERE file=? AND draft=?", file, draft) or ""
        raise Refused("draft_issued", number=known)
    if current.version != version:
        raise Refused("draft_moved_on", version=current.version)
    if current.state != "approved":
        raise Refused("draft_not_approved")
    return current


class _Issuing(msgspec.Struct, frozen=True):
    approved: VersionRow
    wish: Wish
    number: str
    day: date
    paper: PaperIn
    addresses: str


def _write(unit: Unit, book: Book, actor: Actor, file: str, one: _Issuing) -> None:
    who, state = who_of(actor), row_of(book, file).state
    text, wish = one.approved.text, one.wish
    book.write(file, _attach(one.paper, state.pages + 1, "reply"), who)
    unit.db.run("UPDATE blob SET here=1 WHERE sha256=?", one.paper.sha256)
    papers = _enclosed(unit, file, text)
    letter = ""
    if wish.mode == "office":
        letter = _send_letter(unit, book, actor, file, one, papers)
    to_post = wish.to_post if wish.mode == "office" else ""
    issued = ev.Issue(one.wish.draft, one.approved.version, one.number, one.paper.sha256, wish.mode, to_post, letter)
    last = book.write(file, issued, who)
    if letter:
        last = book.write(file, ev.Dispatch(one.number, "office", one.day.isoformat()), who)
    if wish.mode == "email":
        _queue_mail(unit, book, actor, file, one, papers)
    unit.db.run("DELETE FROM writing WHERE file=? AND draft=?", file, one.wish.draft)
    finish(unit, book, last)


def _attach(paper: PaperIn, first_page: int, role: str) -> ev.Attach:
    return ev.Attach(paper.sha256, paper.size, paper.name, paper.media_type, paper.pages, first_page, "", role)


def _enclosed(unit: Unit, file: str, text: DraftText) -> list[ev.Attach]:
    """The enclosures that are papers of the file."""
    wished = [enclosure_of(entry)[0] for entry in text.enclosures]
    known = {body.sha256.hex(): body for _, _, body in log_of(unit, file) if isinstance(body, ev.Attach)}
    return [known[sha256] for sha256 in wished if sha256 in known]


def _send_letter(
    unit: Unit, book: Book, actor: Actor, file: str, one: _Issuing, papers: list[ev.Attach]
) -> str:  # fmt: skip
    """The letter as a subject of its own, on its way to the other office: there it is diarised."""
    who, text = who_of(actor), one.approved.text
    directory = unit.directory()
    signs = directory.post(one.approved.decided_post)
    office = directory.office(signs.office) if signs else None
    names = (
        (signs.name_hi, signs.name_en) if signs else ("", ""),
        (office.name_hi, office.name_en) if office else ("",) * 2,
    )
    place = 0 if text.language == "hi" else 1
    sender = ", ".join(name for pair in names if (name := pair[place]))
    grading = row_of(book, file).state.grading
    letter = str(
        book.write(
            None, ev.Letter(one.number, text.title, sender, one.day.isoformat(), text.language, grading, file), who
        )
    )
    page = 1
    for attached in (_attach(one.paper, 1, "scan"), *papers):
        role = "scan" if page == 1 else "enclosure"
        book.write(letter, msgspec.structs.replace(attached, first_page=page, from_subject="", role=role), who)
        page += attached.pages
    node = directory.node_of_post(one.wish.to_post) or ""
    book.write(letter, ev.Send(one.wish.to_post, node, "letter"), who)
    return letter


def _queue_mail(
    unit: Unit, book: Book, actor: Actor, file: str, one: _Issuing, papers: list[ev.Attach]
) -> None:  # fmt: skip
    sent = [(one.paper.sha256, one.paper.name, one.paper.media_type)]
    sent += [(paper.sha256, paper.name, paper.media_type) for paper in papers]
    text = one.approved.text
    message_id = f"<{unit.random_bytes(12).hex()}@{unit.node}.patravali.invalid>"
    unit.db.run(
        "INSERT INTO mail (file, draft, number, message_id, epoch, address, subject, words, papers, post, employee,"
        " charge, state, asked_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,'waiting',?)",
        file, one.wish.draft, one.number, message_id, book.node.epoch,
        one.addresses, f"{one.number}: {text.title}", plain(one.wish.cover)[:REMARKS_CHARS],
        msgspec.msgpack.encode(sent), actor.post, actor.employee, actor.charge, unit.clock.now_ms(),
    )  # fmt: skip


def dispatch(unit: Unit, actor: Actor, file: str, draft: int, *, mode: str, day: str, remarks: str = "") -> None:
    """Says how, on which day and under which number of the carrier an issued letter has left.

    Raises draft_not_issued, bad_mode, bad_dispatch_day, remarks_too_long.
    """
    said = plain(remarks)
    if len(said) > REMARKS_CHARS:
        raise Refused("remarks_too_long", limit=REMARKS_CHARS)
    if mode not in ("post", "hand", "email"):
        raise Refused("bad_mode")
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.DISPATCH, actor)
        row = unit.db.row("SELECT number, issued_hlc FROM draft WHERE file=? AND draft=? AND number<>''", file, draft)
        if row is None:
            raise Refused("draft_not_issued")
        number, issued_hlc = row
        _check_dispatch_day(unit, day, issued_hlc >> 16)
        doubled = unit.db.row(
            "SELECT 1 FROM draft WHERE file=? AND draft=? AND dispatched=? AND dispatch_mode=? AND dispatch_remarks=?",
            file, draft, day, mode, said,
        )  # fmt: skip
        if doubled is None:
            finish(unit, book, book.write(file, ev.Dispatch(number, mode, day, said), who_of(actor)))


def _check_dispatch_day(unit: Unit, day: str, issued_ms: int) -> None:

    issued = datetime.fromtimestamp(issued_ms / 1000, UTC).astimezone(INDIA).date()
    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise Refused("bad_dispatch_day") from error
    if not issued <= found <= today(unit):
        raise Refused("bad_dispatch_day")
