"""What custody needed in practice (docs/decisions/0006), broken one at a time."""

from __future__ import annotations

from tests.simulation.breaking import Change, Fault, fault

_LEDGER, _INGEST, _RECOVER, _DELIVER = (
    "central.hub.ledger", "central.hub.ingest", "central.hub.recover", "central.hub.deliver",
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
        Change(_RECOVER, "    _leave_branch(ledger, grant.file, {(entry.node, entry.epoch, entry.seq) for entry in log})\n", ""),
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
}  # fmt: skip
