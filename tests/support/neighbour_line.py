"""A neighbour without sockets: what it would carry, handed to the hub's own functions and back."""

from __future__ import annotations

from hashlib import sha256

from appliance.link.neighbour_way import NeighbourFailed
from appliance.store.unit import Unit
from central.hub.neighbour import answer_to
from central.hub.unit import HubUnit
from protocol import carried


class DirectNeighbour:
    """Carries for one office; `up` can be switched, `lost_at` names the turn whose answer is lost on the way back."""

    def __init__(self, hub: HubUnit, unit: Unit, *, lost_at: int = 0) -> None:
        self.hub, self.unit, self.lost_at = hub, unit, lost_at
        self.up = True
        self.turns = 0

    def exchange(self, bag: bytes) -> bytes:
        """As by a POST to the neighbour, and by it to the hub."""
        if not self.up:
            raise NeighbourFailed
        self.turns += 1
        answer = answer_to(self.hub, bag)
        if self.turns == self.lost_at:
            raise NeighbourFailed("neighbour.cut")
        when = self.unit.clock.now_ms() // 1000
        trust = self.unit.trust()
        return carried.read_answer(
            answer, sha256(bag).digest(), self.hub.node,
            lambda node, purpose, message, signature: trust.verify(node, purpose, message, signature, when),
        )  # fmt: skip
