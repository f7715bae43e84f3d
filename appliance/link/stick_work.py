"""What an office does with a stick at one press: takes the district's post in, then puts its own on it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from appliance.link.stick import BroughtIn, TakenOut, bring_in, take_out
from appliance.store.unit import Unit
from commons.stick import Stick
from commons.stick.looking import USUAL, Patience
from commons.stick.work import StickWork, Tell


class Round(msgspec.Struct, frozen=True):
    """What came in, and, once that is done, what went out."""

    came: BroughtIn
    out: TakenOut | None = None


class OfficeSticks(StickWork[Round]):
    """The sticks of one office."""

    def __init__(self, unit: Unit, root: Path, patience: Patience = USUAL) -> None:
        super().__init__(root, unit.node, unit.settings.hub, unit.db.give_back, patience)
        self._unit = unit

    def begin_round(self, name: str) -> bool:
        """Take in and put out in the background; False while another stick is worked on. Raises StickGone."""
        return self.begin(name, self._round)

    def _round(self, stick: Stick, tell: Tell[Round]) -> Round:
        came = bring_in(self._unit, stick, lambda count: tell("in", count))
        tell("out", result=Round(came))
        return Round(came, take_out(self._unit, stick, lambda count: tell("out", count)))
