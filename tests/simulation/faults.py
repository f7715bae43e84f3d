"""Broken rules, one at a time; breaking.py says how.

Each fault is named as in docs/protocol.md; the simulation has to see it from its kept seed, and to be silent on the
same seed without it.
"""

from __future__ import annotations

from tests.simulation import breaking
from tests.simulation.breaking import Change, Fault, fault
from tests.simulation.faults_at_desk import DESK
from tests.simulation.faults_by_hand import BY_HAND, CARRIED, VERSIONS
from tests.simulation.faults_decided import DECIDED
from tests.simulation.faults_in_practice import PRACTICE
from tests.simulation.faults_weeding import WEEDING
from tests.simulation.plans import Plan
from tests.simulation.worlds import WORLDS

# -------------------------------------------------------------------- the rules of custody
_RULE, _LEDGER, _INGEST = "central.hub.rule", "central.hub.ledger", "central.hub.ingest"
_RECOVER, _REPORTS, _HUB_EXCHANGE = "central.hub.recover", "central.hub.reports", "central.hub.exchange"
_TAKE, _RESTORE, _SPEAK, _PAPERS = (
    "appliance.link.take", "appliance.link.restore", "appliance.link.speak", "appliance.link.papers",
)  # fmt: skip
_BOOK, _VERBS, _EFILE = "appliance.store.book", "appliance.desk.verbs", "protocol.efile"
_ACTING, _NUMBERS = "appliance.desk.acting", "appliance.desk.numbers"

CUSTODY: dict[str, Fault] = {
    "send_is_release": fault(
        "a queued send is itself the hand-over; it can be withdrawn until acknowledged",
        Change(_RULE, "if isinstance(event.body, ev.Release):\n",
               "if isinstance(event.body, ev.Release) or (isinstance(event.body, ev.Send) and event.body.to_node != node):\n"),
        Change(_RULE, 'Cause("answer" if body.cause else "release"', 'Cause("answer" if getattr(body, "cause", "") else "release"'),
        Change(_RULE, "answered=body.cause),)", 'answered=getattr(body, "cause", "")),)'),
        Change(_SPEAK, "if book.node.mode == STOPPED:", "if book.node.mode != STOPPED:"),
        seed=1, codes="hub_says_otherwise", world="calm",
    ),
    "write_after_release": fault(
        "the sender may write until it hears of the new custodian",
        Change(_BOOK, "row.phase, row.answered = Phase.RELEASED, bool(body.cause)",
               "row.phase, row.answered = Phase.HELD, bool(body.cause)"),
        seed=1, codes="hub_says_otherwise", world="calm",
    ),
    "withdraw_until_acked": fault(
        "the sender may withdraw alone until the hub has acknowledged",
        Change(_EFILE, "    (_R, _S.TRAY, _V.ASK_BACK):", "    (_R, _S.TRAY, _V.WITHDRAW): Rule(SENDER, _H, None),\n    (_R, _S.TRAY, _V.ASK_BACK):"),
        Change(_VERBS, "if row.phase is Phase.RELEASED:",
               "if row.phase is Phase.RELEASED and not unit.db.row(\"SELECT 1 FROM outbox WHERE kind='release'\"):"),
        seed=2, codes="hub_says_otherwise two_custodians", world="bad",
    ),
    "fetched_is_acked": fault(
        "the hub counts a delivery as fetched when it is acknowledged, not when it is packed",
        Change(_LEDGER, '"SELECT stream_len, offered, reported FROM node WHERE code = ?"',
               '"SELECT stream_len, cursor, reported FROM node WHERE code = ?"'),
        seed=10, codes="two_custodians hub_says_otherwise", world="asking",
    ),
    "no_tombstone": fault(
        "a delivery that was pulled back stays in the recipient's stream",
        Change(_LEDGER, "WHERE node=? AND n=? AND hash IS NULL", "WHERE node=? AND n=? AND 0"),
        Change(_LEDGER, "if heard.believes_to_hold(self, row, row.holder):", "if False:"),
        seed=1, codes="two_custodians hub_says_otherwise",
        world="asking",
    ),
    "pullback_by_file": fault(
        "an ask back names the file, not the hand-over",
        Change(_RULE, 'if row.cause != Cause("release", node, header.term):',
               'if row.cause.kind != "release" or row.holder == node:'),
        seed=3, codes="stale_call stale_ask", world="onward",
    ),
    "stale_call": fault(
        "calls are answered last in a parcel, and obeyed without comparing terms",
        Change(_TAKE, "if row.term != call.term or row.holder", "if row.holder"),
        Change(_TAKE, "    taken = 0\n", "    taken = 0\n    calls = []\n"),
        Change(_TAKE, "                _answer(book, item)\n", "                calls.append(item)\n"),
        Change(_TAKE, '        raise BadBundle(what="stream")\n    return taken\n',
               '        raise BadBundle(what="stream")\n    for call in calls:\n        _answer(book, call)\n    return taken\n'),
        seed=6, codes="stale_call", world="to and fro",
    ),
    "call_opened": fault(
        "a call for an ask back is obeyed though the recipient has worked on the file",
        Change(_TAKE, 'return call.why == "up" or row.fresh', "return True"),
        seed=1, codes="worked_on", world="asking back",
    ),
    "no_term_check": fault(
        "the hub compares the custodian but not the term of an event",
        Change(_RULE, "if row.holder != node or row.term != term:", "if row.holder != node:"),
        Change(_RULE, "if row.fresh != (event.header.after is not None) or (row.fresh and event.header.after != row.log_hash):",
               "if False:"),
        seed=4, codes="different_file foreign_event", world="orders",
    ),
    "force_keeps_term": fault(
        "a forced change of custody keeps the term",
        Change(_LEDGER, "        row.term = next_term(row.term, self.hub.life)\n        row.holder",
               '        row.term = next_term(row.term, self.hub.life) if cause.kind != "force" else row.term\n        row.holder'),
        seed=1, codes="hub_says_otherwise", world="orders",
    ),
    "force_silent": fault(
        "the former custodian is not told",
        Change(_LEDGER, "if former != node and may_believe:", "if former == node and may_believe:"),
        seed=1, codes="unnoticed not_one_custodian", world="orders",
    ),
    "no_dedupe": fault(
        "an event is applied each time that it arrives",
        Change(_INGEST, "        return overlap, False\n    for i", "        return 0, False\n    for i"),
        seed=1, codes="healthy_set_aside different_file", world="bad",
    ),
    "bad_blocks": fault(
        "an event that cannot be applied holds up those behind it",
        Change(_LEDGER, "        self._known_aside.add((event.id, event.e))\n", '        raise ev.BadEvent(what="aside")\n'),
        seed=1, codes="not_at_rest", world="orders",
    ),
    "drop_aside": fault(
        "what cannot be applied is dropped",
        Change(_LEDGER, "        self._known_aside.add((event.id, event.e))\n", "        return\n"),
        seed=1, codes="nowhere event_lost gone_at_hub", world="orders",
    ),
    "cursor_first": fault(
        "the office saves its cursor, then (another transaction) what came",
        Change(_TAKE, "        taken += 1\n        match item:",
               '        taken += 1\n        db.run("UPDATE node SET cursor=?, cursor_hash=?", n, stand)\n'
               '        db.execute_sql("COMMIT")\n        db.execute_sql("BEGIN IMMEDIATE")\n        match item:'),
        seed=8, codes="not_one_custodian other_term", world="dying",
    ),
    "ack_first": fault(
        "the hub stores and acknowledges, then (another transaction) rules",
        Change(_INGEST, "    before = known_events(ledger, up.sender, up.epoch, node.head_seq)\n",
               "    before = known_events(ledger, up.sender, up.epoch, node.head_seq)\n"
               '    ledger.db.run("UPDATE node SET head_seq=?, head_hash=? WHERE code=?", up.base_seq + up.count, heads[-1], up.sender)\n'
               '    ledger.db.execute_sql("COMMIT")\n    ledger.db.execute_sql("BEGIN IMMEDIATE")\n'),
        seed=2, codes="not_one_custodian different_file",
        world="dying",
    ),
    "restored_writes": fault(
        "a restored office writes before it has asked the hub",
        Change(_ACTING, "if book.node.mode == STOPPED:", "if book.node.mode == 'never':"),
        seed=2, codes="stopped_wrote", world="offices",
    ),
    "no_cas": fault(
        "the hub opens a new epoch without comparing (epoch, head)",
        Change(_HUB_EXCHANGE, "        bytes(node.epoch or b\"\"), node.head_seq, bytes(node.head_hash),\n    ):  # fmt: skip\n        return",
               "        bytes(node.epoch or b\"\"), node.head_seq, bytes(node.head_hash),\n    ):  # fmt: skip\n        pass"),
        seed=37, codes="cut_off", world="again",
    ),
    "old_ticket": fault(
        "a ticket that does not name the new epoch as the open one ends the restore",
        Change(_RESTORE, '        if ticket.epoch != chosen:\n            return Happening("open", again=True)\n', ""),
        seed=1, codes="healthy_set_aside healthy_aside stays_stopped event_lost epoch not_at_rest broke gone_at_writer not_at_hub",
        world="offices",
    ),
    "open_without_push": fault(
        "the restored office opens an epoch before it has handed in what its copy has",
        Change(_RESTORE, "if ticket.epoch != chosen and _has_more(unit, book, ticket):", "if _has_more is None:"),
        Change(_SPEAK, "-1 if events else 0", "-1 if events and node.mode != STOPPED else 0"),
        Change(_RESTORE, "ms.OpenPayload((*aside, *own_aside(unit)), have", "ms.OpenPayload((), have"),
        seed=1, codes="event_lost gone_at_hub", world="offices",
    ),
    "accept_closed": fault(
        "the hub applies late events of a closed epoch",
        Change(_INGEST, "        take_aside(ledger, up.sender, chapter, rules.EPOCH_CLOSED)\n",
               "        for i, (header, body) in enumerate(chapter.pairs()):\n"
               "            late = EventId(up.sender, chapter.epoch, chapter.first + i)\n"
               '            if not ledger.db.row("SELECT 1 FROM event WHERE node=? AND epoch=? AND seq=?", *late):\n'
               '                ledger.take(decode(late, header, body, hash_event_id(late, header, body)), b"")\n'),
        seed=29, codes="not_at_writer chain different_file",
        world="closed",
    ),
    "ticket_without_stream": fault(
        "the restored office works before it has its delivery stream",
        Change(_RESTORE, "    _take_stream(book, ticket)\n    node.mode", "    node.mode"),
        seed=6, codes="not_one_custodian different_file", world="offices",
    ),
    "no_rollback_check": fault(
        "the office does not compare the acknowledged head and hash with its own",
        Change(_TAKE, "        why = _set_back(unit, book, down) or (", '        why = (_set_back(unit, book, down) and "") or ('),
        seed=4, codes="not_one_custodian different_file not_at_rest", world="unnoticed",
    ),
    "life_unnoticed": fault(
        "an office only ignores bundles of a life of the hub that it does not know",
        Change(_TAKE, '            restore.stop(unit, book, "life_unknown")\n            return Happening("stopped", again=True)',
               '            return Happening("ignored")'),
        seed=33, codes="not_one_custodian", world="both",
    ),
    "fork_overwrites": fault(
        "the later of two forked events replaces the earlier",
        Change(_INGEST, "    if forked:\n        for event in events:\n            ledger.set_aside(event, rules.FORK)\n        return\n",
               "    if forked:\n"
               '        ledger.db.run("DELETE FROM event WHERE node=? AND epoch=? AND seq>=?", up.sender, up.epoch, events[0].id.seq)\n'),
        seed=1, codes="not_at_rest stays_stopped event_lost gone_at_hub", world="unnoticed",
    ),
    "no_gate": fault(
        "a restored hub rules at once",
        Change(_RECOVER, "    hub.recovering = True\n", "    hub.recovering = False\n"),
        Change(_RECOVER, "recovering=1, epoch=?", "recovering=0, epoch=?"),
        Change(_HUB_EXCHANGE, "    if late or (ledger.hub.recovering and node.reported is None):", "    if False:"),
        seed=7, codes="two_custodians healthy_set_aside", world="hub",
    ),
    "old_hub_life": fault(
        "an office takes bundles of the hub's former life after it has reported",
        Change(_TAKE, "        if down.life < node.life:\n            return Happening", "        if False:\n            return Happening"),
        seed=8, codes="not_one_custodian different_file", world="old life",
    ),
    "trim_journal": fault(
        "an office forgets its journal once it is acknowledged",
        Change(_TAKE, '    unit.db.run("DELETE FROM outbox WHERE epoch=? AND seq<=?", down.epoch, down.ack_seq)\n',
               '    unit.db.run("DELETE FROM outbox WHERE epoch=? AND seq<=?", down.epoch, down.ack_seq)\n'
               '    unit.db.run("DELETE FROM event WHERE node=? AND epoch=? AND seq<?", book.node.code, down.epoch, down.ack_seq)\n'),
        seed=3, codes="rebuild not_at_writer gone_at_writer", world="hub",
    ),
    "no_recovery_tombstones": fault(
        "a restored hub keeps the grants that were not fetched",
        Change(_REPORTS, "hash=NULL WHERE node=? AND n>? AND tag='G'", "hash=NULL WHERE node=? AND n>? AND tag='none'"),
        seed=103, codes="two_custodians", world="hub asking",
    ),
    "no_recovery_notice": fault(
        "after recovery only the custodian is told",
        Change(_RECOVER, "    for node in sorted(having):\n", "    for node in (row.holder,):\n"),
        seed=1, codes="not_one_custodian custodian", world="hub orders",
    ),
    "no_life_in_term": fault(
        "a term does not carry the hub's life",
        Change("protocol.words", "return Term(term.life, term.number + 1) if term.life >= life else Term(life, 1)",
               "return Term(1, term.number + 1)"),
        seed=107, codes="two_holders base order_lost", world="hub silent",
    ),
}  # fmt: skip

# -------------------------------------------------------------------- storage, queue, carrier
OTHERS: dict[str, Fault] = {
    "enqueue_outside": fault(
        "the wake-up is enqueued after the transaction",
        Change(_ACTING, "    book.flush()\n    unit.enqueue_carry()\n",
               '    book.flush()\n    unit.db.execute_sql("COMMIT")\n    unit.db.execute_sql("BEGIN IMMEDIATE")\n    unit.enqueue_carry()\n'),
        seed=3, codes="wake_up_apart", world="dying",
    ),
    "outbox_cleared_early": fault(
        "what was packed is no longer waiting",
        Change(_SPEAK, '    base_hash = own_hash(unit.db, node.code, node.epoch, node.acked_seq)\n',
               '    base_hash = own_hash(unit.db, node.code, node.epoch, node.acked_seq)\n    unit.db.run("DELETE FROM outbox")\n'),
        seed=1, codes="outbox", world="bad",
    ),
    "sweep_forgets": fault(
        "papers whose first try failed are never looked at again",
        Change(_PAPERS, "        try:\n            carrier.send_paper(unit, sha256, size, token)\n",
               '        try:\n            unit.db.run("UPDATE blob SET at_hub=1 WHERE sha256=?", sha256)\n'
               "            carrier.send_paper(unit, sha256, size, token)\n"),
        Change(_TAKE, "        for sha256 in down.payload.wanted:\n", "        for sha256 in ():\n"),
        seed=2, codes="paper_lost paper", world="papers",
    ),
    "paper_unverified": fault(
        "a paper is kept whatever it hashes to",
        Change("commons.papers.store", "if expected_sha256 is not None and paper.sha256 != expected_sha256:", "if expected_sha256 == b'':"),
        seed=75, codes="paper_lost paper", world="papers",
    ),
    "paper_before_durable": fault(
        "a paper is said to be here before it is",
        Change(_PAPERS, "        try:\n            carrier.bring_paper(unit, sha256, size, token)\n",
               "        paper_is_here(unit, sha256, at_hub=True)\n        try:\n            carrier.bring_paper(unit, sha256, size, token)\n"),
        seed=4, codes="paper paper_missing", world="papers",
    ),
    "view_not_rebuilt": fault(
        "views are not made anew after a restore",
        Change(_RESTORE, "        rebuild(unit.db, unit.clock.now_ms())\n", "        rebuild is not None\n"),
        seed=4, codes="two_custodians hub_says_otherwise rebuild not_one_custodian", world="offices",
    ),
    "view_apart": fault(
        "the view is written in a transaction of its own",
        Change(_BOOK, '        """Everything, still inside the transaction."""\n',
               '        """Everything, after the transaction."""\n        self.db.execute_sql("COMMIT")\n'
               '        self.db.execute_sql("BEGIN IMMEDIATE")\n'),
        seed=3, codes="wake_up_apart outbox", world="dying",
    ),
    "head_unchecked": fault(
        "a bundle is believed without its signature",
        Change("protocol.messages", "    verify(stated.sender, bundle.signed_bytes(envelope.kind, envelope.statement), envelope.signature)\n", ""),
        seed=1, codes="spoilt_bundle_taken spoilt_bundle_kept", world="bad",
    ),
    "payload_unchecked": fault(
        "a bundle's payload is not held against its hash",
        Change("protocol.messages", "    bundle.check_payload(envelope, stated.payload_hash)\n", ""),
        Change(_INGEST, "    if heads[-1] != up.head:\n", "    if len(heads[-1]) != len(up.head):\n"),
        seed=6, codes="spoilt_bundle_taken spoilt_bundle_kept broke not_at_rest stays_stopped", world="bad",
    ),
    "items_twice": fault(
        "deliveries that are already here are taken again",
        Change(_TAKE, "    stand = _stream_hash(book, base)\n", "    stand = node.cursor_hash\n"),
        Change(_TAKE, "        if n == node.cursor and stand != node.cursor_hash:\n            raise BadBundle(what=\"stream\")\n"
               "        if n <= node.cursor:\n            continue\n", ""),
        Change(_TAKE, "    if parcel.items and stand != hash_after:", "    if taken and not hash_after:"),
        Change(_TAKE, '            "INSERT INTO item (n, item', '            "INSERT OR REPLACE INTO item (n, item'),
        seed=1, codes="different_file not_at_rest", world="asking",
    ),
    "counter_reused": fault(
        "numbers go on without a gap after a restore",
        Change(_NUMBERS, "max(last + 1, floor + 1, least)", "max(last + 1, least)"),
        seed=3, codes="number_twice", world="numbers",
    ),
    "yellow_lost": fault(
        "a yellow note is removed before its green one is written",
        Change(_VERBS, '        unit.db.run("DELETE FROM yellow WHERE file=? AND post=?", file, actor.post)\n        finish(',
               '        unit.db.run("DELETE FROM yellow WHERE file=? AND post=?", file, actor.post)\n'
               '        unit.db.execute_sql("COMMIT")\n        unit.db.execute_sql("BEGIN IMMEDIATE")\n        finish('),
        seed=1, codes="yellow_lost", world="dying",
    ),
}  # fmt: skip

FAULTS = {**CUSTODY, **PRACTICE, **DECIDED, **DESK, **WEEDING, **BY_HAND, **CARRIED, **VERSIONS, **OTHERS}


def plan_for(name: str) -> Plan:
    """The plan of a fault's world."""
    return WORLDS[FAULTS[name].world]


def install(name: str) -> None:
    """Breaks one rule in this process, before anything of the product is imported."""
    breaking.install(FAULTS[name].changes)
