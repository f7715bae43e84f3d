"""Weeding by order (docs/decisions/0018), broken one at a time."""

from __future__ import annotations

from tests.simulation.breaking import Change, Fault, fault

_STORE, _HUB, _CARRY = "appliance.store.weeding", "central.hub.weeding", "appliance.link.carry"

WEEDING: dict[str, Fault] = {
    "weeded_unread": fault(
        "a holder destroys what the district has not acknowledged",
        Change(_STORE, "return node != own.code or epoch != own.epoch or seq <= own.acked_seq", "return True"),
        Change(_CARRY, "        wants_token = with_papers", "        destroy(unit)\n        wants_token = with_papers"),
        seed=1, codes="not_at_rest", world="weeding unread",
    ),
    "copies_stay": fault(
        "a former holder is not told that its copy is to be destroyed",
        Change(_HUB, "for node in sorted({node for (node,) in rows} - {event.id.node, ledger.hub.node}):", "for node in ():"),
        seed=9, codes="body_stays paper_stays", world="weeding",
    ),
    "hub_keeps": fault(
        "the district keeps the bodies of a weeded file",
        Change(_HUB, "            for event in events:\n                _shed(db, event)\n", ""),
        seed=2, codes="body_stays paper_stays", world="weeding",
    ),
    "late_opinion": fault(
        "an opinion that ends after its file was weeded is weeded only when the views are made anew",
        Change(_STORE, "    _look_again(db)\n    if", "    if"),
        seed=3, codes="not_at_hub differs not_acknowledged", world="weeding",
    ),
}  # fmt: skip
