"""A thread of the product's own, for as long as a test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar


class Stoppable(Protocol):
    """A thread that ends when it is asked."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """Ask it to end."""

    def join(self, timeout: float | None = None) -> None:
        """Wait for it."""

    def is_alive(self) -> bool:
        """Whether it still runs."""


T = TypeVar("T", bound=Stoppable)


@contextmanager
def running(made: T) -> Iterator[T]:
    """Started, and ended in time."""
    made.start()
    try:
        yield made
    finally:
        made.stop()
        made.join(20)
        assert not made.is_alive()
