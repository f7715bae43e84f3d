"""Looks at sticks behind the screens: one that never answers holds up its own thread, and no page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from commons.stick.plugged import Present


class Patience(NamedTuple):
    """How long a stick is waited for.

    `wait_seconds` by whoever asks what is on it: then he is given what is known. A look that takes longer than
    `look_seconds`, or work in which nothing moves for `work_seconds`: the stick does not answer.
    """

    wait_seconds: float = 1.0
    look_seconds: float = 12.0
    work_seconds: float = 60.0


USUAL: Final = Patience()


@dataclass
class _Look:
    begun: float
    last: Present | None
    done: threading.Event = field(default_factory=threading.Event)


class Looking:
    """What is on each stick; at most one look at each is under way, however often is asked."""

    def __init__(self, look: Callable[[Present], Present], patience: Patience) -> None:
        self._look, self._patience = look, patience
        self._guard = threading.Lock()
        self._looks: dict[str, _Look] = {}

    def at(self, sticks: list[Present]) -> list[Present]:
        """The same with what is on those that are here.

        One whose look takes longer is given as it was last seen, or as `coming`; when it does not answer its fault is
        `stick.stalls`, until it does or is gone.
        """
        end = time.monotonic() + self._patience.wait_seconds
        with self._guard:
            self._looks = {one.name: self._at(one) for one in sticks if one.state == "here"}
            looks = self._looks
        for look in looks.values():
            look.done.wait(max(0.0, end - time.monotonic()))
        return [self._known(one, looks[one.name]) if one.name in looks else one for one in sticks]

    def _at(self, one: Present) -> _Look:
        before = self._looks.get(one.name)
        if before is not None and not before.done.is_set():
            return before
        look = _Look(time.monotonic(), before.last if before is not None else None)

        def run() -> None:
            found = None
            try:
                found = self._look(one)
            finally:
                look.last = found
                look.done.set()

        threading.Thread(target=run, name="look", daemon=True).start()
        return look

    def _known(self, one: Present, look: _Look) -> Present:
        change = msgspec.structs.replace
        if look.done.is_set():
            return look.last or change(one, fault="stick.unfit")
        if time.monotonic() - look.begun >= self._patience.look_seconds:
            return change(one, fault="stick.stalls")
        return look.last or change(one, state="coming")
