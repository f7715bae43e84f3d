"""One stick at a time, worked on behind the screens; what it is doing can be asked at any moment.

It lives in a process that stays: a stopped office chooses the name of its next epoch anew whenever its program starts,
so its post by stick must be taken and given by one and the same.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, Literal, NamedTuple, Protocol, TypeVar

from commons.stick.errors import StickGone
from commons.stick.folder import Stick
from commons.stick.looking import USUAL, Looking, Patience
from commons.stick.plugged import Present, let_go, look, names_here, names_plugged, plugged_in
from protocol.errors import PatravaliError

ASKED_SECONDS: Final = 2.0
"""So long a page waits for a stick that is only taken out; what comes later is seen on the next look."""

Step = Literal["in", "out", "leaving", "done", "failed"]
Result = TypeVar("Result")
Result_contra = TypeVar("Result_contra", contravariant=True)


class Work(NamedTuple, Generic[Result]):
    """What was or is being done with a stick: bytes so far in this step, for whom, what came of it, or why it ended.

    `result` may be there before the end, and stays when a later step fails. `safe` is false when the stick could not
    be taken out: then it is pulled out as it is, with all that was written read back before. `stalls`: nothing has
    moved for so long that another stick may be begun with.
    """

    name: str
    step: Step
    bytes: int = 0
    office: str = ""
    result: Result | None = None
    code: str = ""
    safe: bool = True
    stalls: bool = False

    @property
    def busy(self) -> bool:
        """Whether it has not ended yet."""
        return self.step not in ("done", "failed")


class Tell(Protocol[Result_contra]):
    """By which the work says how far it is."""

    def __call__(self, step: Step, count: int = 0, office: str = "", result: Result_contra | None = None) -> None:
        """Bytes so far in a step, for an office; a `result` that is there already is kept."""


class StickWork(Generic[Result]):
    """The sticks under one folder, where each is mounted in a folder of its own.

    `after` is called at the end of each work in its own thread, whatever became of it. A stick that never answers
    holds up nobody: work in which nothing moves any more is left to itself as soon as another begins, and ends by its
    next word.
    """

    def __init__(self, root: Path, node: str, hub: str, after: Callable[[], None], patience: Patience = USUAL) -> None:
        self._root, self._after, self._patience = root, after, patience
        self._looking = Looking(lambda one: look(root, one, node, hub), patience)
        self._guard = threading.Lock()
        self._work: Work[Result] | None = None
        self._turn, self._moved = 0, 0.0

    def present(self) -> list[Present]:
        """The sticks that are plugged in, by name, with what is on them as far as they answer."""
        return self._looking.at(plugged_in(self._root))

    def names(self) -> list[str]:
        """Of those that can be worked on, without a look at what is on them."""
        return names_here(self._root)

    def plugged(self) -> list[str]:
        """The same, and those that cannot be used or are not ready yet."""
        return names_plugged(self._root)

    def state(self) -> Work[Result] | None:
        """What is being done, or was done last; None before the first."""
        with self._guard:
            return self._work and self._work._replace(stalls=self._stalls())

    def begin(self, name: str, do: Callable[[Stick, Tell[Result]], Result]) -> bool:
        """Work on a stick in the background, then take it out; False while another is worked on. Raises StickGone."""
        self._check(name)
        with self._guard:
            if self._is_busy() and not self._stalls():
                return False
            self._turn += 1
            self._note(Work(name, "in"))
            turn = self._turn
        threading.Thread(target=self._run, args=(turn, name, do), name="stick", daemon=True).start()
        return True

    def take_out(self, name: str) -> bool:
        """Take a stick out that nothing is done with; False while it is worked on. Raises StickGone."""
        self._check(name)
        with self._guard:
            if self._is_busy() and not self._stalls():
                return False
        return let_go(self._root, name, ASKED_SECONDS)

    def _check(self, name: str) -> None:
        if name not in self.names():
            raise StickGone

    def _is_busy(self) -> bool:
        return self._work is not None and self._work.busy

    def _stalls(self) -> bool:
        return self._is_busy() and time.monotonic() - self._moved >= self._patience.work_seconds

    def _note(self, work: Work[Result]) -> None:
        self._work, self._moved = work, time.monotonic()

    def _run(self, turn: int, name: str, do: Callable[[Stick, Tell[Result]], Result]) -> None:
        def tell(step: Step, count: int = 0, office: str = "", result: Result | None = None) -> None:
            with self._guard:
                if turn != self._turn or self._work is None:
                    raise StickGone
                kept = self._work.result if result is None else result
                self._note(Work(name, step, count, office, kept))

        try:
            result = do(Stick(self._root / name), tell)
            tell("leaving", result=result)
            self._end(turn, "done", safe=let_go(self._root, name))
        except PatravaliError as error:
            self._end(turn, "failed", error.code)
        except BaseException:
            self._end(turn, "failed", "error")
            raise
        finally:
            self._after()

    def _end(self, turn: int, step: Step, code: str = "", *, safe: bool = True) -> None:
        with self._guard:
            if turn == self._turn and self._work is not None:
                self._note(self._work._replace(step=step, code=code, safe=safe))
