"""The carrier that is a USB stick: the post of this office into a bag for the district, and the district's bag in.

The same messages as on a line, with days between question and answer: each answer stands by itself, so one that comes
late, twice or never does no harm (tests/appliance/link/test_old_answers.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from appliance.link import restore, speak
from appliance.link.carry import health
from appliance.link.papers import paper_is_here
from appliance.link.take import take
from appliance.store.turns import in_order
from appliance.store.unit import Unit
from appliance.store.weeding import destroy
from commons.papers import PapersError
from commons.stick import End, Load, Progress, Stick, StickFull, StickReadOnly, Waiting, empty, fill, silent, take_part
from protocol import bundle
from protocol import messages as ms
from protocol.bag import Bundle, Item
from protocol.bundle import BadBundle
from protocol.errors import PeerError
from protocol.exchange import End as Talker
from protocol.exchange import Role, Turn, hear
from protocol.words import ZERO_HASH

FORMAT_BYTES = 2 << 20
"""For what a bag is larger than its events."""

RAW_BYTES = 96 << 20
"""Raw bytes of events in one bag: what a year without a line comes to."""


class TakenOut(msgspec.Struct, frozen=True):
    """What a stick takes to the district. `papers_left`: those for which there was no room."""

    events: int
    movements: int
    papers: int
    papers_left: int
    size: int


class BroughtIn(msgspec.Struct, frozen=True):
    """What a stick brought: bags that were for this office, deliveries and papers in them, bags that were no good."""

    bags: int
    deliveries: int
    papers: int
    refused: tuple[str, ...]  # codes


def bring_in(unit: Unit, stick: Stick, progress: Progress = silent) -> BroughtIn:
    """Take every bag for this office; each is removed once all of it is taken. A bad one does not hold up the others.

    A stick that takes no writes keeps its bags: to take them again changes nothing.
    Raises the errors of commons.stick; what was taken before stays taken.
    """
    bags, deliveries, papers = 0, 0, 0
    refused: list[str] = []
    for waiting in stick.bags(unit.node):
        cursor = unit.db.value("SELECT cursor FROM node")
        try:
            papers += _take_bag(unit, stick, waiting, progress)
        except (PeerError, PapersError) as error:
            refused.append(error.code)
            continue
        bags += 1
        deliveries += unit.db.value("SELECT cursor FROM node") - cursor
        with suppress(StickReadOnly):
            stick.remove(waiting)
    destroy(unit)
    return BroughtIn(bags, deliveries, papers, tuple(refused))


def take_out(unit: Unit, stick: Stick, progress: Progress = silent) -> TakenOut:
    """Put all that the district has not acknowledged into one bag, and as many papers as have room.

    The stick has shown that it takes writes, and has room for all events, and the hub is one that can be sealed to,
    before anything is released (custody rule 2.2: what does not leave can still be withdrawn). Until the district's
    answer comes, by whatever carrier, the same goes again with the next stick or line. Raises the errors of
    commons.stick, and a PeerError for a hub that is revoked or unknown.
    """
    now_ms = unit.clock.now_ms()
    unit.trust().check(unit.settings.hub, now_ms // 1000)
    stick.prepare()
    if stick.free_bytes() < _most_bytes(unit):
        raise StickFull
    movements = speak.release_queued(unit)
    messages, events, _ = messages_out(unit)
    papers = _papers_in_turn(unit)
    filled = fill(stick, end_of(unit), Load(unit.settings.hub, messages, papers), now_ms, progress)
    with unit.db.writing():
        for sha256 in filled.papers:
            unit.db.run("UPDATE blob SET stick_ms=? WHERE sha256=?", now_ms, sha256)
    return TakenOut(events, movements, len(filled.papers), len(papers) - len(filled.papers), filled.size)


def _papers_in_turn(unit: Unit) -> list[bytes]:
    """What no stick has carried yet first, then what left longest ago; of these the most urgent file's, small ones."""
    waiting: dict[int, list[tuple[bytes, int]]] = {}
    for sha256, size, stick_ms in unit.db.rows("SELECT sha256, size, stick_ms FROM blob WHERE here=1 AND at_hub=0"):
        waiting.setdefault(stick_ms, []).append((bytes(sha256), size))
    return [sha256 for stick_ms in sorted(waiting) for sha256, _ in in_order(unit.db, waiting[stick_ms])]


def end_of(unit: Unit) -> End:
    """This node as one that writes and reads bags."""
    return End(unit.node, unit.keys, unit.trust(), unit.papers, unit.incoming)


def _most_bytes(unit: Unit) -> int:
    """More than the events in a bag can need, those of the releases with them."""
    waiting: int = unit.db.value(
        "SELECT coalesce(sum(length(e.header) + length(e.body)), 0) FROM event e JOIN node n"
        " ON e.node=n.code AND e.epoch=n.epoch WHERE e.seq>n.acked_seq AND e.h IS NOT NULL"
    )
    queued: int = unit.db.value("SELECT count(*) FROM efile WHERE phase='queued'")
    owed: int = unit.db.value("SELECT coalesce(sum(length(message)), 0) FROM owed")
    return min(waiting, RAW_BYTES) + owed + 1_000 * queued + FORMAT_BYTES


def messages_out(unit: Unit, raw_bytes: int = RAW_BYTES, *, events: bool = True) -> tuple[list[bytes], int, bool]:
    """What an earlier answer still asks for, then the ordinary bundle; the events in it, and whether more are left.

    Write the releases first. Without `events` the bundle only asks and acknowledges.
    """
    owed = [bytes(data) for (data,) in unit.db.rows("SELECT message FROM owed ORDER BY n")]
    told = (lambda left: health(unit, left)) if events else speak.no_health
    spoken = speak.speak(unit, health=told, raw_bytes=raw_bytes, events=events)
    return [*owed, ms.encode_message(spoken.message, unit.sign)], spoken.events, spoken.more


def _take_bag(unit: Unit, stick: Stick, waiting: Waiting, progress: Progress) -> int:
    """The papers that came with one bag. Raises PeerErrors, PapersErrors."""
    return take_items(unit, empty(stick, end_of(unit), waiting, progress)).papers


class Taken(msgspec.Struct):
    """What came in one bag: papers; whether there is more to say or hear, and whether an answer is owed to it."""

    papers: int = 0
    again: bool = False
    owes: bool = False


def take_items(unit: Unit, items: Iterable[Item]) -> Taken:
    """Take what is in a bag of the hub, item by item. Raises PeerErrors, PapersErrors; what came before holds."""
    end, taken = end_of(unit), Taken()

    def wanted(sha256: bytes) -> int | None:
        size: int | None = unit.db.value("SELECT size FROM blob WHERE sha256=? AND here=0", sha256)
        return size

    for item in items:
        if isinstance(item, Bundle):
            _take_message(unit, item.data, taken)
        elif take_part(end, item, wanted):
            paper_is_here(unit, item.sha256, at_hub=True)
            taken.papers += 1
    return taken


def _take_message(unit: Unit, data: bytes, taken: Taken) -> None:
    """A proof or a report is owed also when an ordinary answer follows in the same bag."""
    end = Talker(Role.NODE, unit.node, unit.sign, unit.verify)
    end.turn = Turn.LISTEN
    heard = hear(end, data)
    message = heard.message
    if message.sender != unit.settings.hub:
        raise BadBundle(what="sender", sender=message.sender[:40])
    if isinstance(message, ms.Prove):
        taken.owes = _owe(unit, speak.evidence(unit, message.life))
        taken.again |= taken.owes
        return
    happening = take(unit, message, heard.envelope)
    taken.again |= happening.again
    if happening.what == "report" and isinstance(message, ms.Notice):
        taken.owes = _owe(unit, speak.report(unit, _as_asked(unit, message)) if happening.again else None)
    elif happening.what == "open" and isinstance(message, ms.Ticket):
        taken.owes = _owe(unit, restore.opening(unit, message))
    elif happening.what != "ignored" and not taken.owes:
        _owe(unit, None)


def _as_asked(unit: Unit, notice: ms.Notice) -> ms.Notice:
    """A notice of the whole stream is often followed by one that asks for less: in the same bag, or on another stick.

    Who owes the whole goes on owing it, else the district asks for ever (docs/decisions/0006).
    """
    for (data,) in unit.db.rows("SELECT message FROM owed"):
        split = bundle.split(bytes(data))
        said = ms.decode_statement(split[0].kind, split[0].statement) if split else None
        if isinstance(said, ms.Report) and (said.life, said.stream_base) == (notice.life, 0):
            return replace(notice, stream_count=0, stream_hash=ZERO_HASH)
    return notice


def _owe(unit: Unit, message: ms.Message | None) -> bool:
    """What the district waits for goes out with the next bag, in the place of what it waited for before."""
    with unit.db.writing():
        unit.db.run("DELETE FROM owed")
        if message is not None:
            unit.db.run("INSERT INTO owed (message) VALUES (?)", ms.encode_message(message, unit.sign))
    return message is not None
