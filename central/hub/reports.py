"""What a node tells to a hub that has recovered: its stream, its grants, its epochs (custody section 6)."""

from __future__ import annotations

from central.hub import branches, decisions, recover
from central.hub import rule as rules
from central.hub.ingest import NodeRow, decode, node_row, stream_hash, take_aside
from central.hub.ledger import Ledger
from central.hub.rule import Cause, CustodyRow
from central.hub.stated import Stated
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle
from protocol.efile import FileState
from protocol.fold import Written, evolve
from protocol.journal import chain_hashes, file_chain, file_hash, hash_event_id
from protocol.words import ORIGIN, ZERO_HASH, EventId, Term


def take_report(ledger: Ledger, report: ms.Report, node: NodeRow, said: list[Stated]) -> bool:
    """Rule 6.4: what the node holds is what was said, whatever the copy says: `said`, by the hub's own signature.

    Only a hub that has recovered takes reports. Raises BadBundle for a stream without the hub's word for its end: the
    chain of its items, and the hashes of the logs in them, hang on that word, and nothing else of a report rules.

    False when the report goes on from a stream that is not the copy's: the node must tell all of its own.

    A word of this very life that the hub cannot have said in it shows that the number was used before (the clock stood
    behind): a new one.
    A node of which the copy knows nothing may report after the recovery has ended: what it brings is joined on then.
    """
    if report.life != ledger.hub.life or node.reported is not None:
        return True
    if not ledger.hub.recovering and not ledger.db.row("SELECT 1 FROM node WHERE reported IS NOT NULL LIMIT 1"):
        return True
    lost = [one for one in said if _is_of_lost_life(ledger, one, node)]
    if lost:
        recover.begin(ledger, ledger.hub.alarm, above=max(one.life for one in lost))
        return True
    if _is_past(ledger, report):
        _take_word(ledger, node)
        return True
    if report.stream_count and (report.stream_count, report.stream_hash) not in {(one.n, one.stream) for one in said}:
        raise BadBundle(what="proof")
    told = _read_stream(ledger, report)
    if told is None:
        return False
    rows, grants = told
    touched = _files_of(ledger, node)
    ledger.db.run("UPDATE stream SET hash=NULL WHERE node=? AND n>?", node.code, report.stream_base)
    ledger.db.run_many(
        "INSERT OR REPLACE INTO stream (node, n, tag, file, item, hash, log_end) VALUES (?,?,?,?,?,?,?)", rows
    )
    ledger.db.run(
        "UPDATE stream SET tag='T', file='', item=?, log_end=0, hash=NULL WHERE node=? AND n>? AND tag='G'",
        ms.encode_item(ms.Tombstone()), node.code, report.stream_count,
    )  # fmt: skip
    length = ledger.db.value("SELECT max(n) FROM stream WHERE node=?", node.code) or 0
    ledger.db.run(
        "UPDATE node SET stream_len=?, offered=?, offered_hash=?, cursor=?, reported=? WHERE code=?",
        length, report.stream_count, report.stream_hash, report.stream_count, report.stream_count, node.code,
    )  # fmt: skip
    ledger.forget_nodes()
    node.reported = node.offered = node.cursor = report.stream_count
    for grant, log in grants:
        _take_grant(ledger, grant, log)
    decisions.learn(ledger, node.code, report.payload.parcel.items)
    node = node_row(ledger, node.code)
    _take_chapters(ledger, report, node)
    for chapter in report.payload.aside:
        take_aside(ledger, node.code, chapter, rules.DOES_NOT_JOIN)
    ledger.flush()
    if not ledger.hub.recovering:
        for file in sorted(touched | {grant.file for grant, _ in grants}):
            row = ledger.file(file)
            if row is not None and row.term != ORIGIN:
                recover.tell_all(ledger, row)
        decisions.tell_again(ledger)
        recover.rule_backlog(ledger)
        ledger.flush()
    else:
        recover.end_if_all_reported(ledger)
    return True


def _is_of_lost_life(ledger: Ledger, said: Stated, node: NodeRow) -> bool:
    """Whether it was said in a life that the hub does not know, or before this one took its number."""
    if said.life == ledger.hub.life and any(said.epoch):
        return ledger.hub.recovering or recover.is_forgotten(ledger, said, node)
    return said.life > ledger.hub.life


Told = list[tuple[ms.Grant, tuple[ms.LogEntry, ...]]]


def _read_stream(ledger: Ledger, report: ms.Report) -> tuple[list[tuple[object, ...]], Told] | None:
    """The items that a report tells, as rows, and its grants with their logs. Raises BadBundle.

    None when they do not join on to the copy's stream (a hub that was set back wrote another one, as long or longer).
    """
    after = stream_hash(ledger, report.sender, report.stream_base)
    items = report.payload.parcel.items
    rows: list[tuple[object, ...]] = []
    logs = iter(report.payload.parcel.logs)
    grants: Told = []
    for n, raw in enumerate(items, report.stream_base + 1):
        if after is None:
            break
        after = ms.stream_chain(after, raw)
        item = ms.decode_item(raw)
        end_of_log = 0
        if isinstance(item, ms.Grant):
            end_of_log = item.start + item.count
            grants.append((item, next(logs, ())))
        tag = "?" if item is None else str(type(item).__struct_config__.tag)
        rows.append((report.sender, n, tag, getattr(item, "file", ""), raw, after, end_of_log))
    if after != report.stream_hash and report.stream_base:
        return None
    if after != report.stream_hash or report.stream_base + len(items) != report.stream_count:
        raise BadBundle(what="stream")
    return rows, grants


def _is_past(ledger: Ledger, report: ms.Report) -> bool:
    """Whether the copy knows the reporter's epoch as closed: a clone or a set-back office, which knows less than it."""
    return bool(
        ledger.db.row(
            "SELECT 1 FROM epoch WHERE node=? AND epoch=? AND closed_seq IS NOT NULL", report.sender, report.epoch
        )
    )


def _take_word(ledger: Ledger, node: NodeRow) -> None:
    """What the copy says of the node stands; the node itself stops when the hub works again (rule 5.7)."""
    ledger.db.run("UPDATE node SET reported=offered WHERE code=?", node.code)
    ledger.forget_nodes()
    node.reported = node.offered
    recover.end_if_all_reported(ledger)


def _files_of(ledger: Ledger, node: NodeRow) -> set[str]:
    """Files that the hub says the node holds or was told of."""
    rows = ledger.db.rows(
        "SELECT file FROM efile WHERE holder=? UNION SELECT file FROM stream WHERE node=? AND tag='G'",
        node.code, node.code,
    )  # fmt: skip
    return {file for (file,) in rows}


def _take_grant(ledger: Ledger, grant: ms.Grant, log: tuple[ms.LogEntry, ...]) -> None:
    """Rule 6.5: the hub's own rulings, given back; the highest term of each file holds, and of one term the most."""
    row = ledger.file(grant.file)
    if not log or (row is not None and grant.term <= row.term and not _goes_on(row, grant, log)):
        return
    opener = grant.file.split(".", 1)[0]
    fresh = CustodyRow(grant.file, opener, grant.holder)
    state, f = FileState(), ZERO_HASH
    events: list[tuple[object, ...]] = []
    in_stay = False
    for pos, entry in enumerate(log):
        event_id = EventId(entry.node, entry.epoch, entry.seq)
        e = hash_event_id(event_id, entry.header, entry.body)
        event = decode(event_id, entry.header, entry.body, e)
        state = evolve(state, Written(entry.node, str(event_id), event.header, event.body))
        f = file_chain(f, e)
        by_holder = (entry.node, event.header.term) == (grant.holder, grant.term)
        in_stay |= by_holder and event.header.kind not in ev.BESIDE_THE_CHAIN
        ledger.know_paper(event.body, grant.file, entry.node)
        ledger.know_again(event.body, event_id)
        if isinstance(event.body, ev.Weed):
            ledger.weeded.append(event)
        events.append((*event_id, grant.file, event.header.kind, pos, entry.header, entry.body))
    if f != grant.base:
        raise BadBundle(what="log", file=grant.file)
    branches.leave_branch(ledger, grant.file, {(entry.node, entry.epoch, entry.seq) for entry in log})
    for entry in log:
        branches.leave_chain(ledger, entry)
    ledger.db.run_many(
        "INSERT INTO event (node, epoch, seq, subject, kind, pos, header, body) VALUES (?,?,?,?,?,?,?,?) "
        "ON CONFLICT (node, epoch, seq) DO UPDATE SET pos=excluded.pos",
        events,
    )
    fresh.term, fresh.cause = grant.term, Cause(grant.cause, grant.cause_node, _cause_term(grant))
    fresh.log_len, fresh.log_hash, fresh.state, fresh.dirty, fresh.fresh = len(log), f, state, True, not in_stay
    ledger.replace(fresh.file, fresh)


def _goes_on(row: CustodyRow, grant: ms.Grant, log: tuple[ms.LogEntry, ...]) -> bool:
    """Whether it is the ruling that is here, told later: with what its holder had written in that term meanwhile."""
    if (grant.term, grant.holder) != (row.term, row.holder) or len(log) <= row.log_len:
        return False
    return row.log_hash == file_hash(
        hash_event_id(EventId(entry.node, entry.epoch, entry.seq), entry.header, entry.body)
        for entry in log[: row.log_len]
    )


def _cause_term(grant: ms.Grant) -> Term:
    return Term(grant.cause_life, grant.cause_number)


def _take_chapters(ledger: Ledger, report: ms.Report, node: NodeRow) -> None:
    """Epochs that were opened in the lost life: the events of those that are closed wait for the end of recovery."""
    if report.epoch == node.epoch:
        return
    told = {chapter.epoch: chapter.closed for chapter in report.payload.chapters}
    for (known,) in ledger.db.rows("SELECT epoch FROM epoch WHERE node=? ORDER BY ordinal", node.code):
        if bytes(known) != report.epoch:
            branches.leave_beyond(ledger, node.code, bytes(known), told.get(bytes(known), 0))
    node = node_row(ledger, node.code)
    for chapter in report.payload.chapters:
        known = node.head_seq if chapter.epoch == node.epoch else 0
        pairs = chapter.pairs()
        _, heads = chain_hashes(node.code, chapter.epoch, chapter.first, chapter.base, pairs)
        ledger.db.run_many(
            "INSERT OR IGNORE INTO backlog (node, epoch, seq, header, body, h) VALUES (?,?,?,?,?,?)",
            [
                (node.code, chapter.epoch, chapter.first + i, *pairs[i], heads[i])
                for i in range(len(pairs))
                if chapter.first + i > known
            ],
        )
        _add_epoch(ledger, node, chapter.epoch, chapter.closed, heads[-1] if heads else chapter.base)
    _add_epoch(ledger, node, report.epoch, None, None)
    node.epoch, node.head_seq, node.head_hash = report.epoch, 0, ZERO_HASH
    ledger.db.run("UPDATE node SET epoch=?, head_seq=0, head_hash=? WHERE code=?", report.epoch, ZERO_HASH, node.code)


def _add_epoch(ledger: Ledger, node: NodeRow, epoch: bytes, closed: int | None, h: bytes | None) -> None:
    ordinal = ledger.db.value("SELECT count(*) FROM epoch WHERE node=?", node.code)
    ledger.db.run(
        "INSERT INTO epoch (node, epoch, ordinal, closed_seq, closed_hash) VALUES (?,?,?,?,?) "
        "ON CONFLICT (node, epoch) DO UPDATE SET closed_seq=excluded.closed_seq, closed_hash=excluded.closed_hash",
        node.code, epoch, ordinal, closed, h,
    )  # fmt: skip
