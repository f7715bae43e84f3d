"""One stick at a time, worked on behind the screens; what it is doing can be asked at any moment.

It lives in a process that stays: a stopped office chooses the name of its next epoch anew whenever its program starts,
so its post by stick must be taken and given by one and the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar

from commons.stick.errors import StickGone
from commons.stick.folder import Stick
from commons.stick.plugged import Present, let_go, names_here, present
from protocol.errors import PatravaliError

Step = Literal["in", "out", "leaving", "done", "failed"]
Result = TypeVar("Result")
Result_contra = TypeVar("Result_contra", contravariant=True)


class Work(NamedTuple, Generic[Result]):
    """What was or is being done with a stick: bytes so far in this step, for whom, what came of it, or why it ended.

    `result` may be there before the end, and stays when a later step fails. `safe` is false when the stick could not
    be taken out: then it is pulled out as it is, with all that was written read back before.
    """

    name: str
    step: Step
    bytes: int = 0
    office: str = ""
    result: Result | None = None
    code: str = ""
    safe: bool = True


class Tell(Protocol[Result_contra]):
    """By which the work says how far it is."""

    def __call__(self, step: Step, count: int = 0, office: str = "", result: Result_contra | None = None) -> None:
        """Bytes so far in a step, for an office; a `result` that is there already is kept."""


class StickWork(Generic[Result]):
    """The sticks under one folder, where each is mounted in a folder of its own.

    `after` is called at the end of each work in its own thread, whatever became of it.
    """

    def __init__(self, root: Path, node: str, hub: str, after: Callable[[], None]) -> None:
        self._root, self._node, self._hub, self._after = root, node, hub, after
        self._guard = threading.Lock()
        self._work: Work[Result] | None = None

    def present(self) -> list[Present]:
        """The sticks that are plugged in, by name."""
        return present(self._root, self._node, self._hub)

    def names(self) -> list[str]:
        """Of those that can be worked on, without a look at what is on them."""
        return names_here(self._root)

    def state(self) -> Work[Result] | None:
        """What is being done, or was done last; None before the first."""
        with self._guard:
            return self._work

    def begin(self, name: str, do: Callable[[Stick, Tell[Result]], Result]) -> bool:
        """Work on a stick in the background, then take it out; False while another is worked on. Raises StickGone."""
        self._check(name)
        with self._guard:
            if self._is_busy():
                return False
            self._work = Work(name, "in")
        threading.Thread(target=self._run, args=(name, do), name="stick").start()
        return True

    def take_out(self, name: str) -> bool:
        """Take a stick out that nothing is done with; False while it is worked on. Raises StickGone."""
        self._check(name)
        if self._is_busy():
            return False
        return let_go(self._root, name)

    def _check(self, name: str) -> None:
        if name not in self.names():
            raise StickGone

    def _is_busy(self) -> bool:
        return self._work is not None and self._work.step not in ("done", "failed")

    def _run(self, name: str, do: Callable[[Stick, Tell[Result]], Result]) -> None:
        try:
            result = do(Stick(self._root / name), self._tell)
            self._tell("leaving", result=result)
            safe = let_go(self._root, name)
            self._end("done", safe=safe)
        except PatravaliError as error:
            self._end("failed", error.code)
        except BaseException:
            self._end("failed", "error")
            raise
        finally:
            self._after()

    def _tell(self, step: Step, count: int = 0, office: str = "", result: Result | None = None) -> None:
        with self._guard:
            assert self._work is not None
            kept = self._work.result if result is None else result
            self._work = Work(self._work.name, step, count, office, kept)

    def _end(self, step: Step, code: str = "", *, safe: bool = True) -> None:
        with self._guard:
            assert self._work is not None
            self._work = self._work._replace(step=step, code=code, safe=safe)
