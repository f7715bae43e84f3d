"""What custody needed in practice (docs/decisions/0006), broken one at a time."""

from __future__ import annotations

from tests.simulation.breaking import Change, Fault, fault

_LEDGER, _INGEST, _REPORTS, _DELIVER = (
    "central.hub.ledger", "central.hub.ingest", "central.hub.reports", "central.hub.deliver",
)  # fmt: skip
_TAKE, _BOOK, _UNIT = "appliance.link.take", "appliance.store.book", "appliance.store.unit"

PRACTICE: dict[str, Fault] = {
    "ahead_unnoticed": fault(
        "an office works on though the district shows an event of its epoch that it did not write",
        Change(_BOOK, "if mine and not self._has_written(entry):", "if mine and not entry.header:"),
        Change(_TAKE, 'return "" if down.payload.beyond is None else restore.parted(unit, *down.payload.beyond)', 'return ""'),
        seed=6, codes="not_at_rest broke not_acknowledged not_taken", world="both",
    ),
    "branch_stays": fault(
        "what the copy's log has and the truer log has not stays in the log",
        Change(_REPORTS, "    branches.leave_branch(ledger, grant.file, {(entry.node, entry.epoch, entry.seq) for entry in log})\n", ""),
        seed=579, codes="not_at_rest places different_file log_hash", world="seed 579",
    ),
    "log_forks": fault(
        "an event of a journal takes the number of another that a log has",
        Change(_INGEST, "        if here is not None and here.other_than(event):\n            break\n", ""),
        seed=6, codes="not_at_rest stays_stopped chain", world="both",
    ),
    "ticket_short": fault(
        "a ticket's logs count on what the hub has lost since",
        Change(_DELIVER, "_joining(ledger, node.code, run.parcel)", "run.parcel"),
        seed=445, codes="not_at_rest stays_stopped broke", world="seed 445",
    ),
    "writer_unoffered": fault(
        "a grant that its holder has lost counts as never offered, though it wrote on the file",
        Change(_LEDGER, "return not row.fresh or not self._load_node(row.holder)", "return not self._load_node(row.holder)"),
        seed=39, codes="stale_ask", world="both",
    ),
    "choice_kept": fault(
        "a stopped office that is started again keeps the epoch that it chose",
        Change(_UNIT, "        self._choose_anew()\n", ""),
        seed=14, codes="number_twice", world="unnoticed",
    ),
    "clone_stays": fault(
        "the hub keeps a copy's branch of a journal whose numbers a truer log gives to other events",
        Change(_REPORTS, "        branches.leave_chain(ledger, entry)\n", "        pass\n"),
        seed=1, codes="not_one_custodian places base", world="twins and hub",
    ),
    "clone_stays_at_office": fault(
        "an office keeps what it wrote under numbers that a clone had used before it",
        Change(_BOOK, "            self._give_way(entry)\n", "            pass\n"),
        seed=109, codes="broke chain differs not_at_rest", world="seed 109",
    ),
    "other_twin": fault(
        "a stopped machine waits for its own deliveries though the district follows the other one of its name",
        Change("appliance.link.take", "            return _part(unit, book, down)\n", '            return Happening("ignored")\n'),
        seed=349, codes="stays_stopped", world="seed 349",
    ),
    "twin_believed": fault(
        "an office goes on waiting for deliveries that join on, though the report of its twin was believed",
        Change(_TAKE, "restore.PARTED if _is_parted(book, down) else", "restore.PARTED if False else"),
        seed=1709, codes="not_at_rest", world="seed 1709",
    ),
    "beyond_the_end": fault(
        "a recovered hub keeps in the logs what a twin wrote beyond the end of an epoch",
        Change(_REPORTS, "            branches.leave_beyond(ledger, node.code, bytes(known), told.get(bytes(known), 0))\n",
               "            pass\n"),
        seed=9025, codes="different_file not_one_custodian custodian not_at_writer differs shorter", world="seed 9025",
    ),
    "carried_leaves": fault(
        "what a ruling has carried on leaves the logs with the twin that wrote it",
        Change("central.hub.branches", "if row is not None and event.header.term < row.term:\n            ledger.db.run",
               "if row is None and event.header.term < event.header.term:\n            ledger.db.run"),
        seed=1319, codes="order_lost cause", world="seed 1319",
    ),
    "later_word": fault(
        "of two words about one ruling a recovered hub believes the first, and takes the one with more in it for another",
        Change(_REPORTS, "and not _goes_on(row, grant, log)", "and _goes_on(row, grant, log) is not None"),
        seed=5323, codes="healthy_set_aside healthy_aside base cause", world="seed 5323",
    ),
    "requests_beside": fault(
        "a recovered hub keeps requests of a log that it leaves beside, as if a person had to decide about them",
        Change("central.hub.branches", "body))\n    if event.header.kind not in ev.BESIDE_THE_CHAIN:\n", "body))\n    if event:\n"),
        seed=6407, codes="healthy_set_aside healthy_aside", world="seed 6407",
    ),
    "past_report": fault(
        "a recovered hub believes a report of an epoch that its copy knows as closed",
        Change(_REPORTS, "    if _is_past(ledger, report):\n", "    if False:\n"),
        seed=929, codes="healthy_set_aside not_acknowledged not_taken chain differs", world="seed 929",
    ),
    "former_untold": fault(
        "an order tells a former holder only of a grant that was offered to it",
        Change(_LEDGER, "not had_delivery or former == row.opener or heard.last_heard(self, row.file, former) is not None",
               "not had_delivery"),
        seed=38, codes="not_one_custodian custodian", world="ordered again",
    ),
    "other_stream": fault(
        "a report that goes on from a stream that is not the copy's is refused for ever",
        Change(_REPORTS, "    if after != report.stream_hash and report.stream_base:\n", "    if False:\n"),
        seed=32, codes="not_at_rest hub_stays_recovering", world="ordered again",
    ),
}  # fmt: skip
