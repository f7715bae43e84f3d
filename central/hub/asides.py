"""What was set aside, for a person to compare and decide: groups, and both sides of one. Nothing here writes."""

from __future__ import annotations

from typing import NamedTuple

from central.hub import decisions
from central.hub.deciding import AGAIN, ANNEXE, DISCARD, HOWS
from central.hub.rows import FILE_COLUMNS, read_row
from central.hub.rule import CustodyRow
from central.hub.unit import HubUnit
from central.rights import is_veiled
from central.values import AsideGroup, Comparison, Settled
from commons.database import Database, Row
from commons.entries import Entry, entry_of, strictest
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import Standing
from protocol.journal import hash_event_id, is_stub
from protocol.words import EventId, parse_event_id

MOST_GROUPS = 500
_GROUPS = (
    "SELECT a.node, a.epoch, a.reason, a.subject, coalesce(f.file_number, ''), coalesce(f.title, ''), count(*),"
    " count(*)-count(d.e), max(a.at_ms), sum(a.kind='force'), coalesce(f.grading, 'normal')"
    " FROM aside a LEFT JOIN decided d ON d.e=a.e LEFT JOIN efile f ON f.file=a.subject"
)


class Key(NamedTuple):
    """Names one group."""

    node: str
    epoch: bytes
    reason: str
    file: str


def groups(hub: HubUnit, *, graded: bool) -> list[AsideGroup]:
    """What waits for a decision first, then what was decided; the newest first. `graded`: graded titles too."""
    rows = hub.db.rows(
        f"{_GROUPS} GROUP BY a.node, a.epoch, a.reason, a.subject "
        "ORDER BY count(*)=count(d.e), max(a.at_ms) DESC LIMIT ?",
        MOST_GROUPS,
    )
    return [_group(row, graded=graded) for row in rows]


def _group(row: Row, *, graded: bool) -> AsideGroup:
    node, epoch, reason, file, number, title, count, waiting, at_ms, orders, grading = row
    veiled = is_veiled(grading, graded=graded)
    if veiled:
        number = title = ""
    return AsideGroup(node, bytes(epoch).hex(), reason, file, number, title, count, waiting, at_ms, orders, veiled)


def compare(hub: HubUnit, key: Key, *, graded: bool, whole: bool = False) -> Comparison | None:
    """Both sides of one group; None when there is no such group. `whole`: the file from its beginning.

    `graded`: number and title of a graded file too. Whether its words may be shown is for the caller, by `grading`.
    """
    db = hub.db
    rows = db.rows(f"{_GROUPS} WHERE a.node=? AND a.epoch=? AND a.reason=? AND a.subject=? GROUP BY a.node", *key)
    if not rows:
        return None
    group = _group(rows[0], graded=graded)
    found = db.row(f"SELECT {FILE_COLUMNS} FROM efile WHERE file=?", key.file)
    row = None if found is None else read_row(found)
    log = _log(db, key.file)
    again = {
        body.again: event_id for event_id, _, body, _ in log if isinstance(body, ev.Note | ev.Attach) and body.again
    }
    entries = _entries(db, key, again)
    standing = [entry_of(*one) for one in log]
    later = standing if whole else standing[_parting(key, entries, log) :]
    return Comparison(
        group, tuple(entries), tuple(later), len(standing) - len(later), row.holder if row else "",
        row.state.post if row else "", _grading(db, key, row), row.state.language if row else "hi",
        tuple(_settled(db, key.file, entries, log)), _may(row, entries),
    )  # fmt: skip


def _grading(db: Database, key: Key, row: CustodyRow | None) -> str:
    """The strictest of the file's grading and of those that stand among what was set aside of it."""
    found = [] if row is None else [row.state.grading]
    for raw, body in db.rows("SELECT header, body FROM aside WHERE subject=?", key.file):
        decoded = ev.decode_body(ev.decode_header(bytes(raw)).kind, bytes(body))
        found += [str(grading)] if (grading := getattr(decoded, "grading", "")) else []
    return strictest(found)


def _parting(key: Key, entries: list[Entry], log: list[_Told]) -> int:
    """The place in the log from which on both sides differ: by the writer's own numbers, else by time."""
    first, since = min(parse_event_id(entry.event).seq for entry in entries), min(entry.at_ms for entry in entries)
    for place, (event_id, header, _, _) in enumerate(log):
        same_chain = (event_id.node, event_id.epoch) == (key.node, key.epoch)
        if event_id.seq >= first if same_chain else hlc_ms(header.hlc) >= since:
            return place
    return len(log)


_Told = tuple[EventId, ev.Header, "ev.Body | None", bytes]


def _log(db: Database, file: str) -> list[_Told]:
    told: list[_Told] = []
    for node, epoch, seq, raw, body in db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos IS NOT NULL ORDER BY pos", file
    ):
        header = ev.decode_header(bytes(raw))
        e = hash_event_id(EventId(node, bytes(epoch), seq), bytes(raw), bytes(body))
        told.append((EventId(node, bytes(epoch), seq), header, ev.decode_body(header.kind, bytes(body)), e))
    return told


def _entries(db: Database, key: Key, again: dict[bytes, EventId]) -> list[Entry]:
    found = []
    for seq, raw, body, e, settled in db.rows(
        "SELECT a.seq, a.header, a.body, a.e, d.event FROM aside a LEFT JOIN decided d ON d.e=a.e "
        "WHERE a.node=? AND a.epoch=? AND a.reason=? AND a.subject=? ORDER BY a.seq, a.e",
        *key,
    ):
        header = ev.decode_header(bytes(raw))
        anew = again.get(bytes(e))
        found.append(
            entry_of(
                EventId(key.node, key.epoch, seq), header, ev.decode_body(header.kind, bytes(body)), bytes(e),
                destroyed=is_stub(bytes(body)), settled=settled or "", again=str(anew) if anew else "",
            )
        )  # fmt: skip
    return found


def _settled(db: Database, file: str, entries: list[Entry], log: list[_Told]) -> list[Settled]:
    """The decisions about these entries, the first first."""
    by_event: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.settled:
            by_event.setdefault(entry.settled, []).append(entry)
    known = {decision.event: decision for decision in decisions.of_file(db, file)}
    told = {str(event_id): (event_id, header) for event_id, header, _, _ in log}
    found = []
    for event, settled in by_event.items():
        decision = known.get(event)
        if decision is not None:
            said = decision.said
            done = _done_ms(said.how, decision.e, settled, log)
            found.append(
                Settled(
                    event, said.how, said.reason, said.person, parse_event_id(event).node, hlc_ms(decision.hlc),
                    len(settled), done,
                )
            )  # fmt: skip
        elif event in told:
            event_id, header = told[event]
            at_ms = hlc_ms(header.hlc)
            found.append(Settled(event, "again", "", header.employee, event_id.node, at_ms, len(settled), at_ms))
    return sorted(found, key=lambda one: (one.at_ms, one.event))


def _done_ms(how: str, e: bytes, entries: list[Entry], log: list[_Told]) -> int | None:
    wanted = {e} if how == ANNEXE else {bytes.fromhex(entry.e) for entry in entries if entry.kind in AGAIN}
    done = {
        body.again: hlc_ms(header.hlc)
        for _, header, body, _ in log
        if isinstance(body, ev.Note | ev.Attach) and body.again
    }
    return max(done[one] for one in wanted) if how != DISCARD and wanted and wanted <= set(done) else None


def _may(row: CustodyRow | None, entries: list[Entry]) -> tuple[str, ...]:
    left = [entry for entry in entries if not entry.settled]
    if not left:
        return ()
    if row is None or row.state.standing == Standing.WEEDED or any(entry.destroyed for entry in left):
        return (DISCARD,)
    return HOWS if any(entry.kind in AGAIN for entry in left) else (ANNEXE, DISCARD)
