"""The hub was restored from a copy: a new life, reports from all nodes, then work (custody section 6)."""

from __future__ import annotations

from central.hub import decisions, heard
from central.hub import rule as rules
from central.hub.ingest import NodeRow, decode, journal_hash, known_events, node_row, stream_hash, take_aside
from central.hub.ledger import Ledger
from central.hub.rows import FILE_COLUMNS, read_row
from central.hub.rule import Cause, CustodyRow
from central.hub.stated import Stated
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle
from protocol.efile import FileState
from protocol.fold import Written, evolve
from protocol.journal import chain_hashes, file_chain, hash_event_id, is_same
from protocol.words import ORIGIN, ZERO_HASH, EventId, Term, next_term


def begin(ledger: Ledger, alarm: str, above: int = 0) -> None:
    """A new life, higher than any that is known; from now on the hub takes reports only (rule 6.2)."""
    hub = ledger.hub
    hub.life = max(ledger.now_ms // 1000, hub.life + 1, above + 1)
    hub.epoch, hub.head_seq, hub.head_hash = hub.life.to_bytes(8, "big"), 0, ZERO_HASH
    hub.recovering = True
    hub.alarm = alarm
    ledger.db.run(
        "UPDATE hub SET life=?, recovering=1, epoch=?, head_seq=0, head_hash=?, alarm=?",
        hub.life, hub.epoch, hub.head_hash, alarm,
    )  # fmt: skip
    ledger.db.run("UPDATE node SET reported=NULL")
    ledger.db.run("DELETE FROM backlog")
    _end_if_all_reported(ledger)


def excuse(ledger: Ledger, node: str) -> None:
    """A person states that this node has never worked (it was not set up yet): the hub does not wait for it."""
    ledger.db.run("UPDATE node SET reported=0 WHERE code=? AND reported IS NULL", node)
    ledger.forget_nodes()
    _end_if_all_reported(ledger)


def _end_if_all_reported(ledger: Ledger) -> None:
    """Waits for every node of an open office, also for those that the copy has not met: they may hold files by now."""
    waits = ledger.db.value("SELECT count(*) FROM node WHERE reported IS NULL AND (expected=1 OR epoch IS NOT NULL)")
    if ledger.hub.recovering and not waits:
        end(ledger)


def notice(ledger: Ledger, node: NodeRow, *, whole: bool = False) -> ms.Notice:
    """Tells a node of the new life and what the copy has of it; `whole`: nothing of its stream, so it tells it all."""
    length, stand = (0, ZERO_HASH) if whole else (node.offered, bytes(node.offered_hash))
    epochs = tuple(
        (bytes(epoch), node.head_seq if closed is None else closed)
        for epoch, closed in ledger.db.rows(
            "SELECT epoch, closed_seq FROM epoch WHERE node=? ORDER BY ordinal", node.code
        )
    )
    return ms.Notice(ledger.hub.node, node.code, ledger.hub.life, length, stand, epochs, ledger.now_ms)


def is_forgotten(ledger: Ledger, said: Stated, node: NodeRow) -> bool:
    """Whether the hub does not remember what it said in its own life."""
    if said.life != ledger.hub.life:
        return False
    if stream_hash(ledger, node.code, said.n) != said.stream:
        return True
    if not any(said.epoch):
        return False
    if not ledger.db.row("SELECT 1 FROM epoch WHERE node=? AND epoch=?", node.code, said.epoch):
        return True
    return bool(said.seq) and journal_hash(ledger, node.code, said.epoch, said.seq) != said.journal


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
        begin(ledger, ledger.hub.alarm, above=max(one.life for one in lost))
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
                _tell_all(ledger, row)
        decisions.tell_again(ledger)
        _rule_backlog(ledger)
        ledger.flush()
    else:
        _end_if_all_reported(ledger)
    return True


def _is_of_lost_life(ledger: Ledger, said: Stated, node: NodeRow) -> bool:
    """Whether it was said in a life that the hub does not know, or before this one took its number."""
    if said.life == ledger.hub.life and any(said.epoch):
        return ledger.hub.recovering or is_forgotten(ledger, said, node)
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
    _end_if_all_reported(ledger)


def _files_of(ledger: Ledger, node: NodeRow) -> set[str]:
    """Files that the hub says the node holds or was told of."""
    rows = ledger.db.rows(
        "SELECT file FROM efile WHERE holder=? UNION SELECT file FROM stream WHERE node=? AND tag='G'",
        node.code, node.code,
    )  # fmt: skip
    return {file for (file,) in rows}


def _take_grant(ledger: Ledger, grant: ms.Grant, log: tuple[ms.LogEntry, ...]) -> None:
    """Rule 6.5: the hub's own rulings, given back; the highest term of each file holds."""
    row = ledger.file(grant.file)
    if (row is not None and grant.term <= row.term) or not log:
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
    _leave_branch(ledger, grant.file, {(entry.node, entry.epoch, entry.seq) for entry in log})
    for entry in log:
        _leave_chain(ledger, entry)
    ledger.db.run_many(
        "INSERT INTO event (node, epoch, seq, subject, kind, pos, header, body) VALUES (?,?,?,?,?,?,?,?) "
        "ON CONFLICT (node, epoch, seq) DO UPDATE SET pos=excluded.pos",
        events,
    )
    fresh.term, fresh.cause = grant.term, Cause(grant.cause, grant.cause_node, _cause_term(grant))
    fresh.log_len, fresh.log_hash, fresh.state, fresh.dirty, fresh.fresh = len(log), f, state, True, not in_stay
    ledger.replace(fresh.file, fresh)


def _leave_branch(ledger: Ledger, file: str, kept: set[tuple[str, bytes, int]]) -> None:
    """What the copy's log has and the truer log has not (a hub that was set back and wrote on) is kept beside."""
    ledger.flush_events()
    for node, epoch, seq, header, body in ledger.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos IS NOT NULL", file
    ):
        event_id = EventId(node, bytes(epoch), seq)
        if tuple(event_id) in kept:
            continue
        e = hash_event_id(event_id, bytes(header), bytes(body))
        ledger.set_aside(decode(event_id, bytes(header), bytes(body), e), rules.OLDER_TERM)
    ledger.db.run("UPDATE event SET pos=NULL WHERE subject=?", file)


def _leave_chain(ledger: Ledger, entry: ms.LogEntry) -> None:
    """An event of the log whose number the hub's copy gave to another: a clone wrote on to a hub that was set back.

    What a ruling carried was taken first (rule 5.8): the copy's branch of that journal is kept beside as a fork.
    """
    node, epoch, first = entry.node, entry.epoch, entry.seq
    found = ledger.db.row("SELECT header, body, h FROM event WHERE node=? AND epoch=? AND seq=?", node, epoch, first)
    if found is None or found[2] is None or is_same(bytes(found[0]), bytes(found[1]), entry.header, entry.body):
        return
    branch = ledger.db.rows(
        "SELECT seq, subject, pos, header, body FROM event WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL "
        "ORDER BY seq",
        node, epoch, first,
    )  # fmt: skip
    for seq, _, _, header, body in branch:
        event_id = EventId(node, epoch, seq)
        e = hash_event_id(event_id, bytes(header), bytes(body))
        ledger.set_aside(decode(event_id, bytes(header), bytes(body), e), rules.FORK, tell=False)
    ledger.db.run("DELETE FROM event WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL", node, epoch, first)
    ledger.db.run("DELETE FROM taken WHERE node=? AND epoch=? AND seq>=?", node, epoch, first)
    places: dict[str, int] = {}
    for _, subject, pos, _, _ in branch:
        if pos is not None:
            places[subject] = min(pos, places.get(subject, pos))
    for file, place in places.items():
        _shorten(ledger, file, place)
    head = journal_hash(ledger, node, epoch, first - 1) or ZERO_HASH
    ledger.db.run("UPDATE node SET head_seq=?, head_hash=? WHERE code=? AND epoch=?", first - 1, head, node, epoch)
    ledger.db.run(
        "UPDATE epoch SET closed_seq=?, closed_hash=? WHERE node=? AND epoch=? AND closed_seq>=?",
        first - 1, head, node, epoch, first,
    )  # fmt: skip


def _shorten(ledger: Ledger, file: str, length: int) -> None:
    """A file's log without what stood from a place on; what others wrote there leaves it too, and is kept beside.

    A file that the branch itself had begun is no file any more.
    """
    row = ledger.file(file)
    if row is None:
        return
    for node, epoch, seq, header, body in ledger.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos>=? ORDER BY pos", file, length
    ):
        event_id = EventId(node, bytes(epoch), seq)
        e = hash_event_id(event_id, bytes(header), bytes(body))
        ledger.set_aside(decode(event_id, bytes(header), bytes(body), e), rules.OLDER_TERM)
    ledger.db.run("UPDATE event SET pos=NULL WHERE subject=? AND pos>=?", file, length)
    row.state, row.log_hash, row.log_len, row.dirty = FileState(), ZERO_HASH, 0, True
    for node, epoch, seq, header, body in ledger.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos IS NOT NULL ORDER BY pos", file
    ):
        event_id = EventId(node, bytes(epoch), seq)
        e = hash_event_id(event_id, bytes(header), bytes(body))
        event = decode(event_id, bytes(header), bytes(body), e)
        row.state = evolve(row.state, Written(node, str(event_id), event.header, event.body))
        row.log_hash = file_chain(row.log_hash, e)
        row.log_len += 1
    if not row.log_len:
        ledger.replace(file, None)
        ledger.db.run("DELETE FROM efile WHERE file=?", file)


def _cause_term(grant: ms.Grant) -> Term:
    return Term(grant.cause_life, grant.cause_number)


def _take_chapters(ledger: Ledger, report: ms.Report, node: NodeRow) -> None:
    """Epochs that were opened in the lost life: the events of those that are closed wait for the end of recovery."""
    if report.epoch == node.epoch:
        return
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


def end(ledger: Ledger) -> None:
    """Rule 6.5: all have reported. Whoever had a file and lacks its last grant gets it; then the hub works."""
    ledger.flush()
    ledger.hub.recovering = False
    ledger.forget_nodes()
    ledger.db.run("UPDATE hub SET recovering=0")
    for found in ledger.db.rows(f"SELECT {FILE_COLUMNS} FROM efile WHERE (life, number) <> (?, ?)", *ORIGIN):
        row = ledger.adopt(read_row(found))
        _tell_all(ledger, row)
    decisions.tell_again(ledger)
    _rule_backlog(ledger)
    ledger.flush()


def _rule_backlog(ledger: Ledger) -> None:
    """Events of epochs that were opened and closed in the lost life: ruled on now, in their order."""
    forked: set[tuple[str, bytes]] = set()
    for node, epoch, seq, header, body, h in ledger.db.rows(
        "SELECT b.node, b.epoch, b.seq, b.header, b.body, b.h FROM backlog b JOIN epoch e USING (node, epoch) "
        "ORDER BY b.node, e.ordinal, b.seq"
    ):
        event_id = EventId(node, bytes(epoch), seq)
        e = hash_event_id(event_id, bytes(header), bytes(body))
        ledger.flush_events()
        known = known_events(ledger, node, bytes(epoch), seq - 1).get(seq)
        event = decode(event_id, bytes(header), bytes(body), e)
        if (node, bytes(epoch)) in forked or (known is not None and known.other_than(event)):
            if (node, bytes(epoch)) not in forked:
                forked.add((node, bytes(epoch)))
                ledger.db.run(
                    "UPDATE epoch SET closed_seq=?, closed_hash=? WHERE node=? AND epoch=?",
                    seq - 1, journal_hash(ledger, node, bytes(epoch), seq - 1), node, epoch,
                )  # fmt: skip
            ledger.set_aside(event, rules.FORK)
            continue
        ledger.take(event, bytes(h), known_pos=known.pos if known else None, known=known is not None)
    ledger.db.run("DELETE FROM backlog")


def _tell_all(ledger: Ledger, row: CustodyRow) -> None:
    """Everyone who had the file learns who has it.

    Two rulings of one term (a hub that was set back and wrote on) make a new one.
    """
    having = {row.opener, row.holder}
    last: dict[str, int] = {}
    for node, n, raw in ledger.db.rows(
        "SELECT node, n, item FROM stream WHERE file=? AND tag='G' ORDER BY n", row.file
    ):
        grant = ms.decode_item(bytes(raw))
        having.add(node)
        if not isinstance(grant, ms.Grant) or grant.term != row.term:
            continue
        if grant.holder != row.holder or heard.hash_at(ledger, row, grant.start + grant.count) != grant.base:
            last.clear()
            row.term = next_term(row.term, ledger.hub.life)
        else:
            last[node] = n
    row.delivery = 0
    for node in sorted(having):
        place = last.get(node) or ledger.deliver(row, node, row.state.post)
        if node == row.holder:
            row.delivery = place
    row.dirty = True
