"""What the district does with a stick at one press: all bags in, the answers and what waits for offices out."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from central.hub.post import Handled, post
from central.hub.unit import HubUnit
from commons.stick import Stick
from commons.stick.looking import USUAL, Patience
from commons.stick.work import StickWork, Tell


class Round(msgspec.Struct, frozen=True):
    """What was done for each office."""

    handled: tuple[Handled, ...] = ()


class DistrictSticks(StickWork[Round]):
    """The sticks of the district's server."""

    def __init__(self, hub: HubUnit, patience: Patience = USUAL) -> None:
        super().__init__(hub.sticks, hub.node, hub.node, hub.db.give_back, patience)
        self._unit = hub

    def begin_round(self, name: str, offices: Iterable[str]) -> bool:
        """Take in and hand out, also for `offices`; False while another stick is worked on. Raises StickGone."""
        wanted = tuple(offices)

        def do(stick: Stick, tell: Tell[Round]) -> Round:
            return Round(tuple(post(self._unit, stick, wanted, lambda step, office, count: tell(step, count, office))))

        return self.begin(name, do)
