"""What the hub answered, taken in: each answer is one transaction (custody sections 2, 3, 5, 6)."""

from __future__ import annotations

from typing import NamedTuple

from appliance.link import restore
from appliance.store.book import MACHINE, STOPPED, Book, FileRow, SetBack, own_hash
from appliance.store.decided import has_decisions, want_originals
from appliance.store.rebuild import encode_refs, rebuild, tell
from appliance.store.unit import Unit
from appliance.store.weeding import weed_along
from commons.database import Database
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle, Envelope
from protocol.efile import Phase
from protocol.words import ZERO_HASH


class Happening(NamedTuple):
    """What an answer led to, in a word, and whether another exchange should follow at once."""

    what: str
    again: bool = False
    ready: tuple[bytes, ...] = ()
    token: str = ""


def take(unit: Unit, message: ms.Message, envelope: Envelope) -> Happening:
    """Takes one believed message of the hub. Raises PeerErrors when it cannot be true; then nothing was changed."""
    match message:
        case ms.Down():
            return _down(unit, message, envelope)
        case ms.Ticket():
            return restore.take_ticket(unit, message, envelope)
        case ms.Notice():
            return Happening("report", again=_new_life(unit, message, envelope))
    raise BadBundle(what="kind", kind=message.letter)


def _new_life(unit: Unit, notice: ms.Notice, envelope: Envelope) -> bool:
    """Rule 6.3: durable before the report may leave. False for a life that is over."""
    with unit.db.writing():
        book = Book(unit.db, unit.clock.now_ms())
        node = book.node
        if notice.life < node.life:
            return False
        if notice.life > node.life:
            keep_seal(unit.db, 0, notice.life, envelope)
        node.life = notice.life
        node.acked_seq = min(node.acked_seq, dict(notice.epochs).get(node.epoch, 0))
        book.flush()
        unit.db.run("UPDATE blob SET at_hub=0 WHERE here=1")
    return True


def _down(unit: Unit, down: ms.Down, envelope: Envelope) -> Happening:
    try:
        return _take_down(unit, down, envelope)
    except SetBack as error:
        with unit.db.writing():
            restore.stop(unit, Book(unit.db, unit.clock.now_ms()), error.code)
        return Happening("stopped", again=True)


def _take_down(unit: Unit, down: ms.Down, envelope: Envelope) -> Happening:
    with unit.db.writing():
        book = Book(unit.db, unit.clock.now_ms())
        node = book.node
        life = node.life
        if down.life < node.life:
            return Happening("ignored")
        if node.mode == STOPPED:
            return _part(unit, book, down)
        if node.life == 0:
            node.life = down.life
        elif down.life > node.life:
            restore.stop(unit, book, "life_unknown")
            return Happening("stopped", again=True)
        why = _set_back(unit, book, down) or (restore.PARTED if _is_parted(book, down) else "")
        if why:
            restore.stop(unit, book, why)
            return Happening("stopped", again=True)
        for sha256 in down.payload.wanted:
            unit.db.run("UPDATE blob SET at_hub=0 WHERE sha256=? AND here=1 AND at_hub=1", sha256)
        before, acked = node.head_seq, node.acked_seq
        _acknowledge(unit, book, down)
        taken = take_parcel(book, down.payload.parcel, down.stream_base, down.stream_hash)
        if taken:
            keep_seal(unit.db, node.cursor, node.life, envelope)
        news = taken or node.acked_seq != acked or node.life != life or node.worked != node.life
        node.worked = node.life
        if news:
            said = down.ack_seq if down.epoch == node.epoch else 0
            if said == node.acked_seq or node.life != life:  # one that acknowledges less proves less
                keep_seal(unit.db, 0, node.life, envelope)
            book.flush()
            if book.gave_way:
                rebuild(unit.db, unit.clock.now_ms())
    if down.payload.directory:
        unit.take_directory(down.payload.directory)
    again = bool(down.flags & ms.DOWN_MORE) or node.head_seq > before or bool(taken)
    return Happening("exchanged", again, down.payload.ready, down.payload.token)


def keep_seal(db: Database, n: int, life: int, envelope: Envelope) -> None:
    """The hub's own signed words: with the items that they brought (n), and the newest by itself (0)."""
    db.run(
        "INSERT OR REPLACE INTO seal (n, life, letter, statement, signature) VALUES (?,?,?,?,?)",
        n, life, envelope.kind, envelope.statement, envelope.signature,
    )  # fmt: skip


def _set_back(unit: Unit, book: Book, down: ms.Down) -> str:
    """Rule 5.7: does what the hub acknowledges stand in this journal? A reason to stop, or nothing."""
    node = book.node
    if down.epoch == node.epoch:
        if down.ack_seq > node.head_seq:
            return "set_back"
        if down.ack_seq and own_hash(unit.db, node.code, node.epoch, down.ack_seq) != down.ack_hash:
            return "fork"
        return "" if down.payload.beyond is None else restore.parted(unit, *down.payload.beyond)
    if down.epoch == bytes(len(down.epoch)):
        return ""
    known = unit.db.row("SELECT closed_seq FROM epoch WHERE epoch=?", down.epoch)
    return "" if known is not None and known[0] is not None else "epoch_unknown"


def _part(unit: Unit, book: Book, down: ms.Down) -> Happening:
    """A stopped node takes no deliveries; from here on it asks for all of them if these are not its own."""
    if not _is_parted(book, down) or unit.db.value("SELECT parted FROM node"):
        return Happening("ignored")
    unit.db.run("UPDATE node SET parted=1")
    return Happening("parted", again=True)


def _is_parted(book: Book, down: ms.Down) -> bool:
    """Whether the district, which has weighed our proof, goes by other deliveries than those that came here.

    It follows another machine of our name. What it says without having weighed our proof tells nothing: it may have
    been set back itself.
    """
    if not down.flags & ms.DOWN_WEIGHED:
        return False
    base, cursor = down.stream_base, book.node.cursor
    end = base + down.count
    if base > cursor or (end < cursor and not down.flags & ms.DOWN_MORE):
        return True
    stands = [_stream_hash(book, base)]
    for raw in down.payload.parcel.items:
        stands.append(ms.stream_chain(stands[-1], raw))
    both = min(cursor, end)
    return stands[-1] != down.stream_hash or stands[both - base] != _stream_hash(book, both)


def _acknowledge(unit: Unit, book: Book, down: ms.Down) -> None:
    if down.epoch != book.node.epoch:
        return
    node = book.node
    known = down.ack_seq if node.worked != node.life else max(node.acked_seq, down.ack_seq)
    if known == node.acked_seq:
        return
    node.acked_seq = known
    unit.db.run("DELETE FROM outbox WHERE epoch=? AND seq<=?", down.epoch, down.ack_seq)


def take_parcel(book: Book, parcel: ms.Parcel, base: int, hash_after: bytes) -> int:
    """Rule 2.4: the items after my cursor, once, in order, with the cursor and the answers to calls. How many.

    Raises BadBundle when what is said of the items up to my cursor is not what came: then the hub was set back, and its
    acknowledgement is not for this stream either.
    """
    node, db = book.node, book.db
    if base > node.cursor:
        return 0
    logs = iter(parcel.logs)
    stand = _stream_hash(book, base)
    taken = 0
    for n, raw in enumerate(parcel.items, base + 1):
        item = ms.decode_item(raw)
        log = next(logs, ()) if isinstance(item, ms.Grant) else ()
        stand = ms.stream_chain(stand, raw)
        if n == node.cursor and stand != node.cursor_hash:
            raise BadBundle(what="stream")
        if n <= node.cursor:
            continue
        file = getattr(item, "file", "")
        tag = "?" if item is None else str(type(item).__struct_config__.tag)
        db.run(
            "INSERT INTO item (n, item, hash, file, tag, log) VALUES (?,?,?,?,?,?)",
            n, raw, stand, file, tag, encode_refs(log) if log else b"",
        )  # fmt: skip
        node.cursor, node.cursor_hash = n, stand
        taken += 1
        match item:
            case ms.Grant():
                book.granted(item, log)
            case ms.Call():
                _answer(book, item)
            case None:
                continue
            case ms.Weeded():
                tell(db, book, item)
                weed_along(book, item.file, item.order, item.order_number)
            case _:
                tell(db, book, item)
    if taken and has_decisions(db):
        book.flush()
        want_originals(db)
    if parcel.items and stand != hash_after:
        raise BadBundle(what="stream")
    return taken


def _stream_hash(book: Book, n: int) -> bytes:
    """The hash of my stream after its first n items."""
    if n == book.node.cursor:
        return book.node.cursor_hash
    return bytes(book.db.value("SELECT hash FROM item WHERE n=?", n)) if n else ZERO_HASH


def _answer(book: Book, call: ms.Call) -> None:
    """Rules 3.1 to 3.5: the file given up, or why not; in the transaction that took the call."""
    row = book.file(call.file)
    if row is not None and _obeys(book, row, call):
        book.write(call.file, ev.Release(call.to_post, call.to_node, call.cause), MACHINE)
        return
    if call.why == "up":
        return
    if row is None or row.term != call.term or row.phase is Phase.AWAY:
        book.write(call.file, ev.Answer(call.cause, "moved_on"), MACHINE)
        return
    state = row.state
    book.write(
        call.file,
        ev.Answer(call.cause, "opened", state.opened_by, state.opened_post or state.post, state.opened_hlc),
        MACHINE,
    )


def _obeys(book: Book, row: FileRow, call: ms.Call) -> bool:
    if row.term != call.term or row.holder != book.node.code or call.to_node == book.node.code:
        return False
    if row.phase not in (Phase.HELD, Phase.QUEUED):
        return False
    return call.why == "up" or row.fresh
