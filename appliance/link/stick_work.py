"""One stick at a time, worked on behind the screens; what it is doing can be asked at any moment.

It lives in a process that stays: a stopped office chooses the name of its next epoch anew whenever its program starts,
so its post by stick must be taken and given by one and the same.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from appliance.link.stick import BroughtIn, TakenOut, bring_in, take_out
from appliance.store.unit import Unit
from commons.stick import Stick, StickGone
from protocol.errors import PatravaliError

MOST_STICKS = 20
Step = Literal["in", "out", "done", "failed"]


class Present(msgspec.Struct, frozen=True):
    """A stick that is plugged in. `fault`: why it cannot be used, a code. `bags` are for this office."""

    name: str
    free_bytes: int = 0
    bags: int = 0
    bag_bytes: int = 0
    fault: str = ""


class Work(msgspec.Struct, frozen=True):
    """What was or is being done with a stick: bytes so far in this step, what came of it, or why it ended."""

    name: str
    step: Step
    bytes: int = 0
    came: BroughtIn | None = None
    out: TakenOut | None = None
    code: str = ""


class StickWork:
    """The sticks under one folder, where each is mounted in a folder of its own."""

    def __init__(self, unit: Unit, root: Path) -> None:
        self._unit, self._root = unit, root
        self._guard = threading.Lock()
        self._work: Work | None = None

    def present(self) -> list[Present]:
        """The sticks that are plugged in, by name."""
        try:
            names = sorted(one.name for one in self._root.iterdir() if one.is_dir() and not one.is_symlink())
        except OSError:
            return []
        return [self._look(name) for name in names[:MOST_STICKS]]

    def _look(self, name: str) -> Present:
        try:
            stick = Stick(self._root / name)
            bags = stick.bags(self._unit.node)
            return Present(name, stick.free_bytes(), len(bags), sum(bag.size for bag in bags))
        except PatravaliError as error:
            return Present(name, fault=error.code)

    def state(self) -> Work | None:
        """What is being done, or was done last; None before the first."""
        with self._guard:
            return self._work

    def begin(self, name: str) -> bool:
        """Take in and put out in the background; False while another stick is worked on. Raises StickGone."""
        if name not in {one.name for one in self.present()}:
            raise StickGone
        with self._guard:
            if self._work is not None and self._work.step in ("in", "out"):
                return False
            self._work = Work(name, "in")
        threading.Thread(target=self._run, args=(Stick(self._root / name),), name="stick").start()
        return True

    def _run(self, stick: Stick) -> None:
        try:
            came = bring_in(self._unit, stick, lambda count: self._now(bytes=count))
            self._now(step="out", bytes=0, came=came)
            out = take_out(self._unit, stick, lambda count: self._now(bytes=count))
            self._now(step="done", out=out)
        except PatravaliError as error:
            self._now(step="failed", code=error.code)
        except BaseException:
            self._now(step="failed", code="error")
            raise
        finally:
            self._unit.db.give_back()

    def _now(self, **changed: object) -> None:
        with self._guard:
            if self._work is not None:
                self._work = replace(self._work, **changed)
