"""The hub's working copy during one transaction: files and streams are read once, changed in memory, written once."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from central.hub import decisions, heard, weeding
from central.hub import rule as rules
from central.hub.rows import FILE_COLUMNS, columns_of, read_hub, read_row
from central.hub.rule import Cause, CustodyRow, Incoming
from commons.database import Database
from protocol import events as ev
from protocol import messages as ms
from protocol.clock import tick
from protocol.fold import Written, evolve
from protocol.journal import chain, file_chain, hash_event_id
from protocol.words import ORIGIN, EventId, Term, next_term, parse_event_id


class Ledger:
    """Use inside one `db.writing()` block, then `flush()`."""

    def __init__(self, db: Database, now_ms: int, node_of_post: Callable[[str], str | None]) -> None:
        self.db = db
        self.now_ms = now_ms
        self.hub = read_hub(db)
        self._files: dict[str, CustodyRow | None] = {}
        self._offered: dict[str, int] = {}
        self._untold: dict[str, str] = {}  # file: who would go on writing in it, for the grant to him was withdrawn
        self._stream_len: dict[str, int] = {}
        self._reported: dict[str, bool] = {}
        self._events: list[tuple[object, ...]] = []
        self._aside: list[tuple[object, ...]] = []
        self._known_aside: set[tuple[EventId, bytes]] = set()
        self._items: list[tuple[object, ...]] = []
        self._papers: list[tuple[object, ...]] = []
        self._again: list[tuple[bytes, str]] = []
        self.weeded: list[Incoming] = []  # what these destroy goes at the end of the transaction
        self._node_of_post = node_of_post

    # ---------------------------------------------------------------- reading
    def file(self, file: str) -> CustodyRow | None:
        """The hub's knowledge of a file."""
        if file not in self._files:
            row = self.db.row(f"SELECT {FILE_COLUMNS} FROM efile WHERE file = ?", file)
            self._files[file] = None if row is None else read_row(row)
        return self._files[file]

    def replace(self, file: str, row: CustodyRow | None) -> None:
        """What a report says of a file counts instead of what the copy says; None: there is no such file."""
        self._files[file] = row

    def adopt(self, row: CustodyRow) -> CustodyRow:
        """The working copy of a row that was read elsewhere."""
        known = self._files.setdefault(row.file, row)
        return row if known is None else known

    def forget_nodes(self) -> None:
        """Reads the nodes again: recovery has changed them."""
        self._stream_len.clear()
        self._offered.clear()
        self._reported.clear()

    def _load_node(self, node: str) -> bool:
        if node not in self._stream_len:
            row = self.db.row("SELECT stream_len, offered, reported FROM node WHERE code = ?", node)
            if row is None:
                return False
            self._stream_len[node], self._offered[node] = row[0], row[1]
            self._reported[node] = not self.hub.recovering or row[2] is not None
        return True

    def offered(self, row: CustodyRow) -> bool:
        """Whether the holder's grant was ever packed for it; what it wrote on the file shows that it was."""
        return not row.fresh or not self._load_node(row.holder) or row.delivery <= self._offered[row.holder]

    def deliverable(self, body: ev.Body | None) -> bool:
        """Whether a release names a post that exists, at the node that serves it, and a node that the hub knows."""
        if not isinstance(body, ev.Release):
            return True
        return self._node_of_post(body.to_post) == body.to_node and self._load_node(body.to_node)

    # ---------------------------------------------------------------- taking events
    def take(self, event: Incoming, h: bytes | None, *, known_pos: int | None = None, known: bool = False) -> None:
        """One new event of a node's journal: ruled on, and all that follows from it.

        `known`: the event came before, inside a grant, when the hub recovered; only its place in the journal is new.
        """
        if known and known_pos is not None:
            self._place(event, h, known_pos)
            return
        row = self.file(event.subject)
        event = self._with_known_cause(event)
        effects = rules.rule(
            row, event, offered=row is None or self.offered(row), deliverable=self.deliverable(event.body)
        )
        joins = any(isinstance(effect, rules.Append) or getattr(effect, "joins", False) for effect in effects)
        self._place(event, h, self._append(event) if joins else None)
        for effect in effects:
            self._carry_out(effect, event)
        if joins and isinstance(event.body, ev.Weed):
            weeding.tell(self, event, event.body)
            self.weeded.append(event)

    def _with_known_cause(self, event: Incoming) -> Incoming:
        """An answer counts as one only to a call of this very file that the hub knows and that still stands beside.

        Raises BadWord for a cause that is no event's id.
        """
        body = event.body
        if not isinstance(body, ev.Release | ev.Answer) or not body.cause:
            return event
        key = parse_event_id(body.cause)
        self.flush_events()
        found = self.db.row("SELECT subject, kind, pos FROM event WHERE node=? AND epoch=? AND seq=?", *key)
        if found is not None and found[0] == event.subject and found[1] in ev.CALLS and found[2] is None:
            return event
        return event._replace(body=msgspec.structs.replace(body, cause=""))

    def _place(self, event: Incoming, h: bytes | None, pos: int | None) -> None:
        node, epoch, seq = event.id
        self._events.append(
            (node, epoch, seq, event.subject, event.header.kind, pos, event.header_bytes, event.body_bytes, h)
        )

    def _carry_out(self, effect: rules.Effect, event: Incoming) -> None:
        if isinstance(effect, rules.Append):
            return
        row = self.file(event.subject)
        match effect:
            case rules.Opened():
                self._tell_opened(event)
            case rules.SetAside():
                self.set_aside(event, effect.reason)
            case rules.Refuse():
                self.push(effect.node, self._refusal(effect, event.subject))
            case rules.Withdrawn() if row is not None:
                self._tombstone(row)
                if heard.believes_to_hold(self, row, row.holder):
                    self._untold[row.file] = row.holder
            case rules.PendPullUp() if row is not None:
                row.pull_up, row.dirty = str(event.id), True
            case rules.CallHolder() if row is not None:
                self.push(
                    row.holder,
                    ms.Call(row.file, *row.term, effect.to_node, effect.to_post, effect.why, str(event.id)),
                )
            case rules.GiveBack() if row is not None:
                own = ev.Undelivered(effect.post, effect.reason)
                sender = event.id.node
                self.write_own(row, own)
                self.grant(row, sender, effect.post, Cause("undelivered", self.hub.node, event.header.term))
            case rules.GrantTo() if row is not None:
                if effect.answered:
                    self._join(row, effect.answered)
                self.grant(row, effect.node, effect.post, effect.cause)

    def _append(self, event: Incoming) -> int:
        """The event joins its file's log; the first one makes the file."""
        row = self.file(event.subject)
        node = event.id.node
        if row is None:
            row = self._files[event.subject] = CustodyRow(event.subject, node, node)
        pos = row.log_len
        row.state = evolve(row.state, Written(node, str(event.id), event.header, event.body))
        row.log_hash = file_chain(row.log_hash, event.e)
        row.log_len += 1
        row.fresh = False
        row.dirty = True
        self.know_paper(event.body, event.subject, node)
        self.know_again(event.body, event.id)
        return pos

    def know_paper(self, body: ev.Body | None, file: str, node: str) -> None:
        """A paper that an event speaks of may be uploaded, and fetched by who has the file."""
        if isinstance(body, ev.Attach):
            self._papers.append((body.sha256, body.size, file, node))

    def know_again(self, body: ev.Body | None, event_id: EventId) -> None:
        """An honoured event that says anew what was set aside: the custodian has decided about that (rule 7.2)."""
        if isinstance(body, ev.Note | ev.Attach) and body.again:
            self._again.append((body.again, str(event_id)))

    def _forget_again(self, e: bytes, event: str) -> None:
        """It is in no log: what it said anew is open again."""
        self._again = [one for one in self._again if one != (e, event)]
        self.db.run("DELETE FROM decided WHERE e=? AND event=?", e, event)

    def _join(self, row: CustodyRow, event_id: str) -> None:
        """An event that stood beside the log (a call's cause) joins it."""
        key = parse_event_id(event_id)
        self.flush_events()
        found = self.db.row("SELECT header, body, pos FROM event WHERE node=? AND epoch=? AND seq=?", *key)
        if found is None or found[2] is not None:
            return
        header_bytes, body_bytes = bytes(found[0]), bytes(found[1])
        header = ev.decode_header(header_bytes)
        body = ev.decode_body(header.kind, body_bytes)
        e = hash_event_id(key, header_bytes, body_bytes)
        pos = self._append(Incoming(key, row.file, header, body, header_bytes, body_bytes, e))
        self.db.run("UPDATE event SET pos=? WHERE node=? AND epoch=? AND seq=?", pos, *key)

    # ---------------------------------------------------------------- ruling
    def grant(self, row: CustodyRow, node: str, post: str, cause: Cause) -> None:
        """The linearisation point: one more term, a new custodian, and the delivery to it.

        A pending pull up takes the file wherever it was going (rule 3.5), unless it is moved by order.
        """
        if row.pull_up and cause.kind != "force":
            asked = row.pull_up
            row.pull_up = ""
            self._join(row, asked)
            node, post = asked.split(".", 1)[0], row.state.post
            cause = Cause("pullup", node, cause.term)
        row.term = next_term(row.term, self.hub.life)
        row.holder, row.cause, row.fresh, row.dirty = node, cause, True, True
        row.delivery = self.deliver(row, node, post)
        former = self._untold.pop(row.file, node)
        if former != node:
            self.deliver(row, former, post)
        decisions.tell_holder(self, row.file, node)

    def deliver(self, row: CustodyRow, node: str, post: str) -> int:
        """A grant of the present term (for the holder, or as a notice for another node) in a node's stream."""
        kind, cause_node, cause_term = row.cause
        start = heard.known_length(self, row, node)
        grant = ms.Grant(
            row.file, row.term.life, row.term.number, row.holder, post, kind, cause_node, cause_term.life,
            cause_term.number, start, row.log_len - start, row.log_hash,
        )  # fmt: skip
        return self.push(node, grant, log_end=row.log_len)

    def push(self, node: str, item: ms.Item, *, log_end: int = 0) -> int:
        """The item's place in the node's stream; 0 when nothing may be appended before the node has reported."""
        if not self._load_node(node) or not self._reported[node]:
            return 0
        n = self._stream_len[node] + 1
        self._stream_len[node] = n
        file = getattr(item, "file", "")
        self._items.append((node, n, type(item).__struct_config__.tag, file, ms.encode_item(item), log_end))
        return n

    def _tombstone(self, row: CustodyRow) -> None:
        """Rule 3.2: in place, so that the recipient never meets the old grant."""
        self.flush_items()
        self.db.run(
            "UPDATE stream SET tag='T', file='', item=?, log_end=0 WHERE node=? AND n=? AND hash IS NULL",
            ms.encode_item(ms.Tombstone()), row.holder, row.delivery,
        )  # fmt: skip

    def force(self, row: CustodyRow, node: str, post: str, reason: str, person: str) -> None:
        """Custody section 4: by order of a person; the former holder is told."""
        former, had_delivery = row.holder, row.delivery and not self.offered(row)
        if had_delivery:
            self._tombstone(row)
        row.pull_up = ""
        before = Cause("force", former, row.term)
        self.write_own(row, ev.Force(node, post, reason, person))
        self.grant(row, node, post, before)
        may_believe = not had_delivery or former == row.opener or heard.last_heard(self, row.file, former) is not None
        if former != node and may_believe:
            self.deliver(row, former, post)

    def write_own(self, row: CustodyRow, body: ev.Body) -> None:
        """The hub's own event on a file: into its journal and the file's log.

        Numbered by the clock, not by counting: a hub that was set back without knowing it must not use an id again.
        """
        event = self._own_event(row.file, row.term, body)
        fresh = row.fresh
        pos = self._append(event)
        row.fresh = fresh
        self._place(event, self.hub.head_hash, pos)

    def write_beside(self, file: str, body: ev.Body) -> Incoming:
        """The hub's own event about a subject, beside its log: into the hub's journal alone."""
        row = self.file(file)
        event = self._own_event(file, ORIGIN if row is None else row.term, body)
        self._place(event, self.hub.head_hash, None)
        return event

    def _own_event(self, file: str, term: Term, body: ev.Body) -> Incoming:
        hub = self.hub
        hub.hlc = tick(hub.hlc, self.now_ms)
        hub.head_seq = max(hub.head_seq + 1, self.now_ms)
        own_id = EventId(hub.node, hub.epoch, hub.head_seq)
        header = ev.Header(ev.SCHEMA, body.kind, file, *term, hub.hlc, "", "", 0)
        header_bytes, body_bytes = ev.encode_header(header), ev.encode_body(body)
        e = hash_event_id(own_id, header_bytes, body_bytes)
        hub.head_hash = chain(hub.head_hash, e)
        return Incoming(own_id, file, header, body, header_bytes, body_bytes, e)

    def set_aside(self, event: Incoming, reason: str, *, tell: bool = True) -> None:
        """Kept whole, shown to a person, told to its writer; not to one whose own event of that number is another."""
        node, epoch, seq = event.id
        if (event.id, event.e) in self._known_aside or self.db.row(
            "SELECT 1 FROM aside WHERE node=? AND epoch=? AND seq=? AND e=?", node, epoch, seq, event.e
        ):
            return
        self._known_aside.add((event.id, event.e))
        if isinstance(event.body, ev.Note | ev.Attach) and event.body.again:
            self._forget_again(event.body.again, str(event.id))
        self.know_paper(event.body, event.subject, event.id.node)
        self._aside.append(
            (node, epoch, seq, event.e, event.subject, event.header.kind, reason, event.header_bytes, event.body_bytes,
             self.now_ms)
        )  # fmt: skip
        if tell:
            self.push(node, ms.AsideItem(str(event.id), reason))

    def _refusal(self, effect: rules.Refuse, file: str) -> ms.RefusedItem:
        row = self.file(file)
        node, post = ("", "") if row is None else (row.holder, row.state.post)
        return ms.RefusedItem(file, effect.cause, effect.why, node, effect.post or post, effect.employee, effect.at_hlc)

    def _tell_opened(self, event: Incoming) -> None:
        row = self.file(event.subject)
        if row is not None and row.cause.node not in (event.id.node, self.hub.node):
            header = event.header
            self.push(
                row.cause.node,
                ms.Status(row.file, *row.cause.term, "opened", event.id.node, header.post, header.employee, header.hlc),
            )

    def cursor_moved(self, node: str, before: int, after: int) -> None:
        """What a node has fetched now: the senders of what stands there are told that it was delivered."""
        if after <= before:
            return
        self.flush_items()
        for (item,) in self.db.rows(
            "SELECT item FROM stream WHERE node=? AND n>? AND n<=? AND tag='G'", node, before, after
        ):
            grant = ms.decode_item(bytes(item))
            if isinstance(grant, ms.Grant) and grant.holder == node and grant.cause == "release":
                term = (grant.cause_life, grant.cause_number)
                self.push(
                    grant.cause_node,
                    ms.Status(grant.file, *term, "delivered", node, grant.post, "", tick(0, self.now_ms)),
                )

    # ---------------------------------------------------------------- writing
    def flush_events(self) -> None:
        """Events so far, so that queries see them."""
        if self._events:
            self.db.run_many(
                "INSERT INTO event (node, epoch, seq, subject, kind, pos, header, body, h) VALUES (?,?,?,?,?,?,?,?,?) "
                "ON CONFLICT (node, epoch, seq) DO UPDATE SET h=excluded.h, pos=coalesce(event.pos, excluded.pos)",
                self._events,
            )
            self._events = []

    def flush_items(self) -> None:
        """Stream items so far, so that queries see them."""
        if self._items:
            self.db.run_many("INSERT INTO stream (node, n, tag, file, item, log_end) VALUES (?,?,?,?,?,?)", self._items)
            self._items = []

    def flush(self) -> None:
        """Everything, still inside the transaction."""
        self.flush_events()
        self.flush_items()
        if self._aside:
            self.db.run_many(
                "INSERT OR IGNORE INTO aside (node, epoch, seq, e, subject, kind, reason, header, body, at_ms) "
                "VALUES (?,?,?,?,?,?,?,?,?,?)",
                self._aside,
            )
        if self._papers:
            self.db.run_many(
                "INSERT OR IGNORE INTO paper (sha256, size, at_ms, node) VALUES (?,?,?,?)",
                [(sha, size, self.now_ms, node) for sha, size, _, node in self._papers],
            )
            self.db.run_many(
                "INSERT OR IGNORE INTO paper_use (sha256, file) VALUES (?,?)",
                [(sha, file) for sha, _, file, _ in self._papers],
            )
        for e, event in self._again:
            self.db.run("INSERT OR IGNORE INTO decided (e, event, hlc) VALUES (?,?,?)", e, event, self.hub.hlc)
        self._again.clear()
        weeding.shed(self.db, self.weeded)
        self.weeded.clear()
        changed = [row for row in self._files.values() if row is not None and row.dirty]
        if changed:
            self.db.run_many(
                f"INSERT OR REPLACE INTO efile ({FILE_COLUMNS}, file_number, title, post, since_hlc, grading) "
                "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                [columns_of(row) for row in changed],
            )
        for row in changed:
            row.dirty = False
        if self._stream_len:
            self.db.run_many(
                "UPDATE node SET stream_len=? WHERE code=?", [(n, node) for node, n in self._stream_len.items()]
            )
        hub = self.hub
        self.db.run("UPDATE hub SET hlc=?, head_seq=?, head_hash=?", hub.hlc, hub.head_seq, hub.head_hash)
