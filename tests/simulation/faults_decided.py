"""Decisions about what was set aside (custody section 7; docs/decisions/0020), and what their worlds showed, broken."""

from __future__ import annotations

from tests.simulation.breaking import Change, Fault, fault

_DECIDING, _DECISIONS, _EXCHANGE, _LEDGER = (
    "central.hub.deciding", "central.hub.decisions", "central.hub.exchange", "central.hub.ledger",
)  # fmt: skip
_DECIDED, _AGAIN, _TAKE = "appliance.store.decided", "appliance.desk.say_again", "appliance.link.take"

DECIDED: dict[str, Fault] = {
    "decided_by_the_later": fault(
        "of two decisions about one entry the later stands at an office",
        Change(_DECIDED, "hlc=excluded.hlc WHERE (excluded.hlc, excluded.event)<(hlc, event)", "hlc=excluded.hlc"),
        Change(_DECIDING, '        raise NotDone("already_decided")', "        pass"),
        seed=2, codes="decided_otherwise", world="decisions",
    ),
    "decision_untold": fault(
        "who wrote an entry does not hear what was decided about it",
        Change(_DECISIONS, "({node for (node,) in rows} | writers) - {ledger.hub.node}",
               "{node for (node,) in rows if node not in writers} - {ledger.hub.node}"),
        seed=2, codes="decision_untold", world="decisions",
    ),
    "said_twice": fault(
        "what was written again can be written again once more",
        Change(_AGAIN, "[one for one in originals if one.e not in again]", "list(originals)"),
        seed=9, codes="said_twice", world="decisions",
    ),
    "originals_lost": fault(
        "a district that was set back does not make the paper of the originals anew",
        Change(_EXCHANGE, "    originals.remake(hub)\n", ""),
        seed=60, codes="papers_wait paper", world="decisions and hub",
    ),
    "originals_for_all": fault(
        "who was told of a decision while the file was on its way asks for the originals for ever",
        Change(_DECIDED, '        "AND EXISTS (SELECT 1 FROM efile f WHERE f.file=d.file AND f.holder=(SELECT code FROM node)) "\n', ""),
        seed=74, codes="papers_wait", world="decisions and hub",
    ),
    "withdrawn_untold": fault(
        "a grant is withdrawn that was the only word against an earlier one",
        Change(_LEDGER, "if heard.believes_to_hold(self, row, row.holder):", "if False:"),
        seed=1929, codes="not_one_custodian custodian", world="seed 1929",
    ),
    "views_of_what_left": fault(
        "files whose events gave way to a clone's stay on the screens",
        Change(_TAKE, "            if book.gave_way:\n", "            if False:\n"),
        seed=1495, codes="file_unknown_to_hub rebuild", world="seed 1495",
    ),
}  # fmt: skip
