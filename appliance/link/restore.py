"""A node that was set back to a copy: it stops, asks, opens a new epoch and works on (custody section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from appliance.store.book import STOPPED, WORKING, Book, SetBack, own_hash, read_node
from appliance.store.decided import want_originals
from appliance.store.rebuild import encode_refs, rebuild
from appliance.store.unit import Unit
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle, Envelope
from protocol.journal import chain_hashes, hash_event_id, is_same
from protocol.words import EPOCH_BYTES, ZERO_HASH, EventId

if TYPE_CHECKING:
    from appliance.link.take import Happening

NUMBER_GAP = 500
"""Numbers left free after a restore: what was given in the lost stretch is not given again (rule 5.9)."""

PARTED = "parted"
"""Why a node stopped: the district, which was set back, follows another machine of its name."""


def stop(unit: Unit, book: Book, why: str) -> None:
    """Rule 5.1: from now on this node reads only, until a ticket names the epoch that it chooses here."""
    book.node.mode = STOPPED
    unit.db.run(
        "UPDATE node SET chosen_epoch=?, stopped_why=?, parted=?",
        unit.random_bytes(EPOCH_BYTES), why, int(why == PARTED),
    )  # fmt: skip
    book.flush()


def begin_restore(unit: Unit, copy_of_ms: int) -> None:
    """What the restore command does on a copy before anything else may run."""
    with unit.db.writing():
        stop(unit, Book(unit.db, unit.clock.now_ms()), "restored")
        unit.db.run("UPDATE node SET copy_of_ms=?", copy_of_ms)


def have(unit: Unit) -> tuple[tuple[bytes, int, bytes], ...]:
    """(epoch, last seq, hash there) of this node's copy, so that a ticket carries only what it lacks."""
    found = []
    for (epoch,) in unit.db.rows("SELECT epoch FROM epoch ORDER BY ordinal"):
        last = unit.db.row(
            "SELECT seq, h FROM event WHERE node=? AND epoch=? AND h IS NOT NULL ORDER BY seq DESC LIMIT 1",
            unit.node, bytes(epoch),
        )  # fmt: skip
        found.append((bytes(epoch), last[0], bytes(last[1])) if last else (bytes(epoch), 0, ZERO_HASH))
    return tuple(found)


def take_ticket(unit: Unit, ticket: ms.Ticket, envelope: Envelope) -> Happening:
    """Rules 5.3 to 5.5: ends the restore when it names the epoch that was chosen; else says what to open.

    A chosen epoch of which a file's log already has events was used in a stretch that both sides have lost.
    """
    from appliance.link.take import Happening  # the two modules are one idea on two pages

    try:
        return _take_ticket(unit, ticket, envelope)
    except SetBack:
        with unit.db.writing():
            _choose_again(unit)
        return Happening("ask", again=True)


def _choose_again(unit: Unit) -> None:
    unit.db.run("UPDATE node SET chosen_epoch=?", unit.random_bytes(EPOCH_BYTES))


def _take_ticket(unit: Unit, ticket: ms.Ticket, envelope: Envelope) -> Happening:
    from appliance.link.take import Happening, keep_seal

    with unit.db.writing():
        book = Book(unit.db, unit.clock.now_ms())
        if book.node.mode != STOPPED or ticket.life < book.node.life:
            return Happening("ignored")
        chosen = unit.db.value("SELECT chosen_epoch FROM node")
        chosen = bytes(chosen) if chosen else b""
        epochs = {chapter.epoch: chapter for chapter in ticket.payload.chapters}
        if not chosen or (chosen in epochs and (chosen != ticket.epoch or ticket.head_seq)):
            _choose_again(unit)
            return Happening("ask", again=True)
        if ticket.epoch != chosen and _has_more(unit, book, ticket):
            book.flush()
            return Happening("push", again=True, token=ticket.payload.token)
        if ticket.epoch != chosen:
            return Happening("open", again=True)
        before = _seen(unit)
        _become(unit, book, ticket)
        if ticket.payload.parcel.items:
            keep_seal(unit.db, ticket.stream_count, ticket.life, envelope)
        keep_seal(unit.db, 0, ticket.life, envelope)
        rebuild(unit.db, unit.clock.now_ms())
        _take_back_aside(unit)
        _leave_gap(unit)
        want_originals(unit.db)
        _tell_what_came(unit, before, ticket.epoch)
    return Happening("restored", again=True)


class _Seen(NamedTuple):
    """What this node had before the ticket: why it stopped, of when its copy is, how many entries, each file's log."""

    why: str
    copy_of_ms: int
    events: int
    aside: int
    files: dict[str, tuple[object, ...]]


def _seen(unit: Unit) -> _Seen:
    why, copy_of_ms = unit.db.row("SELECT stopped_why, copy_of_ms FROM node") or ("", 0)
    logs = {file: tuple(row) for file, *row in unit.db.rows("SELECT file, holder, life, number, log_hash FROM efile")}
    events, aside = (unit.db.value(f"SELECT count(*) FROM {table}") for table in ("event", "aside"))
    return _Seen(why, copy_of_ms, events, aside, logs)


def _tell_what_came(unit: Unit, before: _Seen, epoch: bytes) -> None:
    """For the page that explains the restore: which files are other than in the copy."""
    after = _seen(unit)
    aside = max(0, after.aside - before.aside)
    unit.db.run(
        "INSERT OR REPLACE INTO restored (epoch, why, copy_of_ms, ended_ms, came, aside) VALUES (?,?,?,?,?,?)",
        epoch, before.why, before.copy_of_ms, unit.clock.now_ms(), max(0, after.events + aside - before.events), aside,
    )  # fmt: skip
    unit.db.run_many(
        "INSERT OR IGNORE INTO restored_file (epoch, file) VALUES (?,?)",
        [(epoch, file) for file, log in sorted(after.files.items()) if before.files.get(file) != log],
    )


def _take_back_aside(unit: Unit) -> None:
    """What stands in a log again is no longer beside."""
    for epoch, seq, *found in unit.db.rows(
        "SELECT a.epoch, a.seq, e.header, e.body, a.header, a.body FROM aside a JOIN event e"
        " ON e.node=? AND e.epoch=a.epoch AND e.seq=a.seq WHERE e.pos IS NOT NULL",
        unit.node,
    ):
        if is_same(*map(bytes, found)):
            unit.db.run("DELETE FROM aside WHERE epoch=? AND seq=?", epoch, seq)


def _has_more(unit: Unit, book: Book, ticket: ms.Ticket) -> bool:
    """Rule 5.2: whether my copy goes on where the hub's journal of me ends; what it has more is pushed first."""
    node = book.node
    if ticket.epoch != node.epoch or node.head_seq <= ticket.head_seq:
        return False
    if own_hash(unit.db, node.code, node.epoch, ticket.head_seq) != ticket.head_hash:
        return False
    beyond = ticket.payload.beyond
    if beyond is not None and beyond[0] == ticket.head_seq + 1 and parted(unit, *beyond):
        return False
    node.acked_seq = ticket.head_seq
    return True


def parted(unit: Unit, seq: int, e: bytes) -> str:
    """Whether this journal has not the event of ours that a log at the district has: why to stop, or nothing."""
    node = read_node(unit.db)
    found = unit.db.row(
        "SELECT header, body FROM event WHERE node=? AND epoch=? AND seq=? AND h IS NOT NULL",
        node.code, node.epoch, seq,
    )  # fmt: skip
    if found is None:
        return "set_back"
    own = hash_event_id(EventId(node.code, node.epoch, seq), bytes(found[0]), bytes(found[1]))
    return "" if own == e else "fork"


def opening(unit: Unit, ticket: ms.Ticket) -> ms.OpenEpoch:
    """Rule 5.4: the new epoch, what it closes, and the events of mine that do not join on, now and before."""
    node = read_node(unit.db)
    chosen = bytes(unit.db.value("SELECT chosen_epoch FROM node"))
    aside = []
    for chapter in (*ticket.payload.chapters, *_unknown_epochs(unit, ticket)):
        first = _first_difference(unit, chapter)
        rows = unit.db.rows(
            "SELECT header, body FROM event WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL ORDER BY seq",
            unit.node, chapter.epoch, first,
        )  # fmt: skip
        if rows:
            headers, bodies = tuple(bytes(r[0]) for r in rows), tuple(bytes(r[1]) for r in rows)
            aside.append(ms.Chapter(chapter.epoch, first, ZERO_HASH, headers, bodies))
    return ms.OpenEpoch(
        unit.node, unit.settings.hub, ticket.life, chosen, ticket.epoch, ticket.head_seq, ticket.head_hash,
        unit.clock.now_ms(), ms.OpenPayload((*aside, *own_aside(unit)), have(unit), node.cursor, node.cursor_hash),
    )  # fmt: skip


def own_aside(unit: Unit) -> tuple[ms.Chapter, ...]:
    """Rule 7.1: what was set aside when this node was set back is kept at both ends; a hub set back lost it."""
    return tuple(
        ms.Chapter(bytes(epoch), seq, ZERO_HASH, (bytes(header),), (bytes(body),), 0)
        for epoch, seq, header, body in unit.db.rows(
            "SELECT a.epoch, a.seq, a.header, a.body FROM aside a WHERE NOT EXISTS (SELECT 1 FROM event e "
            "WHERE e.node=? AND e.epoch=a.epoch AND e.seq=a.seq AND e.header=a.header) ORDER BY a.epoch, a.seq",
            unit.node,
        )
    )


def _unknown_epochs(unit: Unit, ticket: ms.Ticket) -> list[ms.Chapter]:
    """Epochs of my copy that the hub never heard of, as chapters without events."""
    known = {chapter.epoch for chapter in ticket.payload.chapters}
    return [
        ms.Chapter(bytes(epoch), 1, ZERO_HASH, (), (), 0)
        for (epoch,) in unit.db.rows("SELECT epoch FROM epoch ORDER BY ordinal")
        if bytes(epoch) not in known
    ]


def _first_difference(unit: Unit, chapter: ms.Chapter) -> int:
    """The first seq of this epoch where my copy is not what the hub has."""
    mine = {
        seq: (bytes(header), bytes(body))
        for seq, header, body in unit.db.rows(
            "SELECT seq, header, body FROM event WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL",
            unit.node, chapter.epoch, chapter.first,
        )
    }  # fmt: skip
    pairs = chapter.pairs()
    for i, pair in enumerate(pairs):
        if not is_same(*mine.get(chapter.first + i, pair), *pair):
            return chapter.first + i
    return chapter.first + len(pairs)


def _become(unit: Unit, book: Book, ticket: ms.Ticket) -> None:
    """Rule 5.5: journal and stream are the ticket's; what of mine is not in it is kept beside."""
    db, node = unit.db, book.node
    unknown = _unknown_epochs(unit, ticket)
    for ordinal, chapter in enumerate((*unknown, *ticket.payload.chapters)):
        if own_hash(db, node.code, chapter.epoch, chapter.first - 1) != chapter.base:
            raise BadBundle(what="chapter")
        first = _first_difference(unit, chapter)
        db.run(
            "INSERT OR IGNORE INTO aside (epoch, seq, subject, kind, reason, header, body) "
            "SELECT epoch, seq, subject, kind, 'does_not_join', header, body FROM event "
            "WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL",
            node.code, chapter.epoch, first,
        )  # fmt: skip
        db.run(
            "DELETE FROM event WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL", node.code, chapter.epoch, first
        )
        _add_chapter(book, chapter, node.code)
        db.run(
            "INSERT INTO epoch (epoch, ordinal, closed_seq) VALUES (?,?,?) "
            "ON CONFLICT (epoch) DO UPDATE SET closed_seq=excluded.closed_seq, ordinal=excluded.ordinal",
            chapter.epoch, ordinal, None if chapter.closed < 0 else chapter.closed,
        )  # fmt: skip
    _take_stream(book, ticket)
    node.mode, node.epoch, node.life = WORKING, ticket.epoch, ticket.life
    node.head_seq, node.head_hash, node.acked_seq = 0, ZERO_HASH, 0
    db.run("UPDATE node SET chosen_epoch=NULL, stopped_why='', copy_of_ms=0, parted=0")
    db.run("DELETE FROM outbox")
    db.run("UPDATE blob SET attached_seq=0, at_hub=0 WHERE here=1")
    db.run("DELETE FROM spool")
    book.flush()


def _leave_gap(unit: Unit) -> None:
    """Rule 5.9: numbers go on after a gap, also in series of which this copy knows nothing.

    Each epoch that the district knows was a restore with a gap of its own, of which this copy may know nothing either.
    """
    gaps = NUMBER_GAP * (unit.db.value("SELECT count(*) FROM epoch") - 1)
    unit.db.run(
        "INSERT INTO numbering (series, floor) SELECT series, max(last + ?, ?) FROM counter WHERE true "
        "ON CONFLICT (series) DO UPDATE SET floor=max(floor, excluded.floor)",
        NUMBER_GAP, gaps,
    )  # fmt: skip
    unit.db.run(
        "INSERT INTO numbering (series, floor) VALUES ('*', ?) "
        "ON CONFLICT (series) DO UPDATE SET floor=max(floor + ?, excluded.floor)",
        max(NUMBER_GAP, gaps), NUMBER_GAP,
    )  # fmt: skip


def _add_chapter(book: Book, chapter: ms.Chapter, code: str) -> None:
    pairs = chapter.pairs()
    _, heads = chain_hashes(code, chapter.epoch, chapter.first, chapter.base, pairs)
    here = {
        seq: (bytes(header), bytes(body))
        for seq, header, body in book.db.rows(
            "SELECT seq, header, body FROM event WHERE node=? AND epoch=? AND seq>=?",
            code,
            chapter.epoch,
            chapter.first,
        )
    }
    rows = []
    for i, (header_bytes, told) in enumerate(pairs):
        kept = here.get(chapter.first + i)
        same = kept is not None and is_same(*kept, header_bytes, told)
        body_bytes = kept[1] if kept is not None and same else told  # as it is here: destroyed or not yet
        event_id = EventId(code, chapter.epoch, chapter.first + i)
        header = ev.decode_header(header_bytes)
        book.node.hlc = max(book.node.hlc, header.hlc)
        subject = ev.subject_of(*event_id, header.subject)
        rows.append((*event_id, subject, header.kind, header_bytes, body_bytes, heads[i]))
    book.db.run_many(
        "INSERT INTO event (node, epoch, seq, subject, kind, header, body, h) VALUES (?,?,?,?,?,?,?,?) "
        "ON CONFLICT (node, epoch, seq) DO UPDATE SET h=excluded.h, subject=excluded.subject, kind=excluded.kind,"
        " header=excluded.header, body=excluded.body",
        rows,
    )


def _take_stream(book: Book, ticket: ms.Ticket) -> None:
    """The delivered items as the hub has them; the logs that came with them go to their places."""
    db, node = book.db, book.node
    parcel = ticket.payload.parcel
    base = ticket.stream_count - len(parcel.items)
    if base != node.cursor:
        base = 0
    db.run("DELETE FROM item WHERE n>?", base)
    db.run("DELETE FROM seal WHERE n>?", base)
    stand = ZERO_HASH if base == 0 else node.cursor_hash
    logs = iter(parcel.logs)
    for n, raw in enumerate(parcel.items, base + 1):
        item = ms.decode_item(raw)
        stand = ms.stream_chain(stand, raw)
        tag = "?" if item is None else str(type(item).__struct_config__.tag)
        log = next(logs, ()) if isinstance(item, ms.Grant) else ()
        db.run(
            "INSERT INTO item (n, item, hash, file, tag, log) VALUES (?,?,?,?,?,?)",
            n, raw, stand, getattr(item, "file", ""), tag, encode_refs(log) if log else b"",
        )  # fmt: skip
        if isinstance(item, ms.Grant):
            _keep_log(book, item, log)
    if stand != ticket.stream_hash:
        raise BadBundle(what="stream")
    node.cursor, node.cursor_hash = ticket.stream_count, stand


def _keep_log(book: Book, grant: ms.Grant, log: tuple[ms.LogEntry, ...]) -> None:
    for entry in log:
        header = ev.decode_header(entry.header)
        book.db.run(
            "INSERT OR IGNORE INTO event (node, epoch, seq, subject, kind, header, body) VALUES (?,?,?,?,?,?,?)",
            entry.node, entry.epoch, entry.seq, grant.file, header.kind, entry.header, entry.body,
        )  # fmt: skip
