"""A stick as a thing: how much room it has, whether it answers, and what befalls it while it is written or read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from commons.stick import FOLDER, Stick, StickFull, StickGone
from tests.simulation.world import Crash

ROOM_BYTES = 64 << 20
MISHAPS = ("no answer", "no room", "full", "gone", "lies", "dies")
"""Before anything is written: `no answer`, `no room`. In the midst of it: the others."""


class Device(Stick):
    """A folder that behaves like a stick that has little room or was not plugged in; a neighbour's ear likewise."""

    def __init__(self, root: Path, mishap: Mishap) -> None:
        super().__init__(root)
        self._mishap = mishap

    def free_bytes(self) -> int:
        """Room for bags."""
        return 0 if self._mishap.what == "no room" else ROOM_BYTES

    def prepare(self) -> None:
        """Raises StickGone where nobody answers."""
        if self._mishap.what == "no answer":
            raise StickGone
        super().prepare()


@dataclass
class Mishap:
    """Told of the bytes written or read so far; from the byte `at` on it happens, once. `who` is at work."""

    what: str
    at: int
    root: Path
    who: str
    happened: bool = False

    def __call__(self, count: int) -> None:
        """As progress."""
        if self.happened or count < self.at:
            return
        match self.what:
            case "lies":
                self.happened = self._change_what_was_written()
            case "full" | "gone" | "dies":
                self.happened = True
                raise StickFull if self.what == "full" else StickGone if self.what == "gone" else Crash(self.who)

    def of_office(self, _office: str, count: int) -> None:
        """As the district's progress."""
        self(count)

    def _change_what_was_written(self) -> bool:
        for part in (self.root / FOLDER).glob("*.bag.part"):
            data = part.read_bytes()
            if data:
                with part.open("r+b") as file:
                    file.seek(len(data) // 2)
                    file.write(bytes([data[len(data) // 2] ^ 1]))
                return True
        return False
