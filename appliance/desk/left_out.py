"""What is not in its file: own entries that the district did not take, what was decided about them, what is asked here.

Nothing here writes; what a person does about it is in `say_again.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from appliance.desk import rights
from appliance.desk.administration import is_administrator
from appliance.desk.file_log import Told, log_of
from appliance.desk.values import Actor, Ordered
from appliance.store import decided
from appliance.store.book import STOPPED, FileRow, read_file, read_node
from appliance.store.registers import chain_of
from appliance.store.unit import Unit
from commons.entries import Entry, entry_of, strictest
from commons.papers import PaperDamaged, PaperMissing
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import Phase, Verb, allowed
from protocol.journal import hash_event_id, is_stub
from protocol.words import EventId

NOT_TAKEN = "not_taken"
REPLAY, ANNEXE, DISCARD = "replay", "annexe", "discard"
_BESIDE = ",".join(f"'{kind}'" for kind in sorted(ev.BESIDE_THE_CHAIN))


class Original(NamedTuple):
    """An entry as it was written, with its hash e."""

    e: bytes
    id: EventId
    reason: str  # code, or empty where the district sent it
    header: ev.Header
    body: ev.Body | None
    destroyed: bool


class Decided(msgspec.Struct, frozen=True):
    """A decision of the district. `done`: what it asks for stands in the file; `here`: the originals are here."""

    event: str
    how: str
    reason: str
    person: str  # employee
    at_ms: int
    writer: str  # node that wrote the entries
    entries: tuple[Entry, ...]
    done: bool
    here: bool
    may: bool  # the reader may do now what it asks for


class LeftOut(msgspec.Struct, frozen=True):
    """Entries of this office on one subject that are not in its file, and what can be done about them now."""

    file: str
    number: str  # "" of a file that is not here: it was begun in the part that does not count
    title: str
    language: str
    reasons: tuple[str, ...]  # codes
    entries: tuple[Entry, ...]
    decisions: tuple[Decided, ...]
    order: Ordered | None
    holder: str  # node, "" without a file
    post: str
    open: int  # entries that nobody has decided about or written again
    again: tuple[str, ...]  # hashes (hex) of what the reader may write again now, as it stands
    stopped: bool


def own(unit: Unit, file: str = "") -> list[Original]:
    """Entries of this node that are in no log, of one subject or of all, in their order."""
    where, values = ("AND subject=?", (file,)) if file else ("", ())
    rows = [
        *unit.db.rows(f"SELECT epoch, seq, reason, header, body FROM aside WHERE 1 {where}", *values),
        *unit.db.rows(
            f"SELECT epoch, seq, '{NOT_TAKEN}', header, body FROM event WHERE node=? AND h IS NOT NULL AND pos IS NULL "
            f"AND kind NOT IN ({_BESIDE}) {where}",
            unit.node, *values,
        ),
    ]  # fmt: skip
    found: dict[bytes, Original] = {}
    for epoch, seq, reason, header, body in rows:
        one = _original(EventId(unit.node, bytes(epoch), seq), reason, bytes(header), bytes(body))
        found.setdefault(one.e, one)
    return sorted(found.values(), key=lambda one: (one.header.hlc, one.id))


def _original(event_id: EventId, reason: str, header_bytes: bytes, body_bytes: bytes) -> Original:
    header = ev.decode_header(header_bytes)
    body = ev.decode_body(header.kind, body_bytes)
    e = hash_event_id(event_id, header_bytes, body_bytes)
    return Original(e, event_id, reason, header, body, is_stub(body_bytes))


def subject_of(one: Original) -> str:
    """The subject's id."""
    return ev.subject_of(*one.id, one.header.subject)


def originals_of(unit: Unit, row: decided.DecisionRow) -> list[Original] | None:
    """The entries that a decision settles, from their paper or from this node's own; None while they are on the way."""
    named = decided.entries_of(unit.db, row.event)
    here = {one.e: one for one in own(unit, row.file)}
    if all(e in here for e in named):
        return sorted((here[e] for e in named), key=lambda one: (one.header.hlc, one.id))
    if not row.sha256 or not unit.db.value("SELECT here FROM blob WHERE sha256=?", row.sha256):
        return None
    try:
        with unit.papers.open(row.sha256) as reader:
            told = decided.decode_originals(b"".join(reader), named)
    except (PaperMissing, PaperDamaged, msgspec.DecodeError):
        return None
    return [_original(EventId(entry.node, entry.epoch, entry.seq), "", entry.header, entry.body) for _, entry in told]


def said_again(told: Iterable[Told]) -> dict[bytes, str]:
    """By the hash of a set-aside entry, or of a decision, the event of the log that does it anew."""
    return {
        body.again: str(event_id) for event_id, _, body in told if isinstance(body, ev.Note | ev.Attach) and body.again
    }


def can_be_said_again(one: Original) -> bool:
    """Words and papers, as they stand; not a movement, nor an opinion, which is another's."""
    return not one.destroyed and (
        (isinstance(one.body, ev.Note) and not one.body.opinion) or isinstance(one.body, ev.Attach)
    )


def entry(unit: Unit, one: Original, again: dict[bytes, str]) -> Entry:
    """The entry in plain words."""
    return entry_of(
        one.id, one.header, one.body, one.e, destroyed=one.destroyed, settled=decided.settled(unit.db, one.e),
        again=again.get(one.e, ""),
    )  # fmt: skip


def _verbs(unit: Unit, row: FileRow | None, actor: Actor) -> frozenset[Verb]:
    if row is None or read_node(unit.db).mode == STOPPED:
        return frozenset()
    return allowed(row.phase, row.state, frozenset({actor.post}), answered_call=row.answered)


def of_file(unit: Unit, actor: Actor, file: str) -> LeftOut | None:
    """What of this office is not in a file; None when nothing is, or nothing that this reader may see."""
    originals = own(unit, file)
    return _left_out(unit, actor, file, originals) if originals and may_see(unit, actor, file, originals) else None


def of_office(unit: Unit, actor: Actor) -> list[LeftOut]:
    """The same of all subjects that the reader may see: what is open first."""
    by_file: dict[str, list[Original]] = {}
    for one in own(unit):
        by_file.setdefault(subject_of(one), []).append(one)
    found = [
        _left_out(unit, actor, file, originals)
        for file, originals in by_file.items()
        if may_see(unit, actor, file, originals)
    ]
    return sorted(found, key=lambda one: (not one.open, -one.entries[-1].at_ms))


def may_see(unit: Unit, actor: Actor, file: str, originals: Iterable[Original]) -> bool:
    """Who may read the file; of one that is not here its writer and who administers the office.

    What was left out may have graded it: then the chain, or who wrote all of it.
    """
    originals = list(originals)
    row = read_file(unit.db, file)
    said = [grading for one in originals if (grading := getattr(one.body, "grading", ""))]
    if strictest([*said, row.state.grading] if row is not None else said) != rights.NORMAL:
        in_chain = row is not None and actor.post in chain_of(unit.db, file)
        return in_chain or all(one.header.post == actor.post for one in originals)
    if row is not None:
        return rights.may_read(unit, actor, file)
    return is_administrator(unit, actor) or any(one.header.post == actor.post for one in originals)


def _left_out(unit: Unit, actor: Actor, file: str, originals: list[Original]) -> LeftOut:
    row = read_file(unit.db, file)
    told = log_of(unit, file)
    again = said_again(told)
    entries = tuple(entry(unit, one, again) for one in originals)
    verbs = _verbs(unit, row, actor)
    begun = next((one.body for one in originals if isinstance(one.body, ev.Open)), None)
    decisions = tuple(_decided(unit, one, again, verbs) for one in decided.of_file(unit.db, file))
    discarded = {one.event for one in decisions if one.how != REPLAY}
    return LeftOut(
        file, row.state.number if row else "", row.state.title if row else begun.title if begun else "",
        row.state.language if row else "hi", tuple(dict.fromkeys(one.reason for one in originals)), entries, decisions,
        order_of(unit, told, row), row.holder if row else "", row.state.post if row else "",
        sum(not one.settled and not one.again for one in entries),
        tuple(
            shown.e
            for one, shown in zip(originals, entries, strict=True)
            if can_be_said_again(one) and not shown.again and shown.settled not in discarded
            and one.reason != NOT_TAKEN and (Verb.NOTE if isinstance(one.body, ev.Note) else Verb.ATTACH) in verbs
        ),
        read_node(unit.db).mode == STOPPED,
    )  # fmt: skip


def order_of(unit: Unit, told: list[Told], row: FileRow | None) -> Ordered | None:
    """The order by which a file left this office: the last that it was told of the file."""
    if row is None or row.holder == unit.node or not told:
        return None
    _, header, body = told[-1]
    if not isinstance(body, ev.Force):
        return None
    return Ordered(hlc_ms(header.hlc), body.to_node, body.to_post, body.reason, body.person)


def open_count(unit: Unit, file: str, told: list[Told]) -> int:
    """How many own entries are not in a file, and about which nobody has decided."""
    again = said_again(told)
    return sum(one.e not in again and not decided.settled(unit.db, one.e) for one in own(unit, file))


def asked_count(unit: Unit, row: FileRow, told: list[Told]) -> int:
    """How many decisions ask who holds this file to write in it, and are not carried out."""
    rows = [one for one in decided.of_file(unit.db, row.file) if one.how != DISCARD]
    if not rows or not _is_here(unit, row):
        return 0
    again = said_again(told)
    return sum(not _decided(unit, one, again, frozenset()).done for one in rows)


class Asking(msgspec.Struct, frozen=True):
    """A file of this office about which the district asks its holder to write."""

    file: str
    number: str
    title: str
    language: str
    post: str


def asking(unit: Unit, actor: Actor) -> list[Asking]:
    """The files held here that wait for what the district decided, as far as the reader may see them."""
    found = []
    for (file,) in unit.db.rows("SELECT DISTINCT file FROM decision WHERE how<>? ORDER BY file", DISCARD):
        row = read_file(unit.db, file)
        if row is None or not asked_count(unit, row, log_of(unit, file)) or not rights.may_read(unit, actor, file):
            continue
        found.append(Asking(file, row.state.number, row.state.title, row.state.language, row.state.post))
    return found


def asked(unit: Unit, actor: Actor, file: str) -> tuple[Decided, ...]:
    """Decisions that ask who holds this file to write in it, the open ones first; none where another holds it.

    Nor those whose originals this reader may not see.
    """
    row = read_file(unit.db, file)
    if row is None or not _is_here(unit, row):
        return ()
    rows = [
        one
        for one in decided.of_file(unit.db, file)
        if one.how != DISCARD and may_see(unit, actor, file, originals_of(unit, one) or ())
    ]
    if not rows:
        return ()
    again = said_again(log_of(unit, file))
    verbs = _verbs(unit, row, actor)
    return tuple(sorted((_decided(unit, one, again, verbs) for one in rows), key=lambda one: one.done))


def _is_here(unit: Unit, row: FileRow) -> bool:
    return row.holder == unit.node and row.phase in (Phase.HELD, Phase.QUEUED)


def _decided(unit: Unit, row: decided.DecisionRow, again: dict[bytes, str], verbs: frozenset[Verb]) -> Decided:
    named = decided.entries_of(unit.db, row.event)
    originals = originals_of(unit, row) if row.how != DISCARD else []
    wanted = {row.e} if row.how == ANNEXE else {one.e for one in originals or () if can_be_said_again(one)}
    done = row.how != DISCARD and bool(wanted) and wanted <= set(again)
    needs = {Verb.ATTACH} if row.how == ANNEXE else {Verb.NOTE, Verb.ATTACH}
    writer = originals[0].id.node if originals else ""
    return Decided(
        row.event, row.how, row.reason, row.person, hlc_ms(row.hlc), writer,
        tuple(entry(unit, one, again) for one in originals or ()), done, originals is not None,
        bool(named) and originals is not None and row.how != DISCARD and not done and needs <= verbs,
    )  # fmt: skip
