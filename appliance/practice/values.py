"""What the screens know of a practice office."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Role(msgspec.Struct, frozen=True):
    """A made-up person whom anybody may be: his post, and what there is to practise there."""

    employee: str
    post: str
    post_hi: str
    post_en: str
    task_hi: str
    task_en: str


class Progress(msgspec.Struct, frozen=True):
    """How far the sample is: `step` is keys, people, letters, files, papers or ready; `done` of `total` steps."""

    step: str
    done: int
    total: int


class Practice(Protocol):
    """A practice office as its own screens see it."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """Whom one can be."""

    @property
    def password(self) -> str:
        """Of all roles: it keeps nobody out."""

    @property
    def made_ms(self) -> int:
        """When the sample that is shown was made."""

    def begin_reset(self) -> None:
        """Begin to make the sample anew; nothing if that goes on already."""

    def progress(self) -> Progress | None:
        """How far a reset is; None while none goes on."""

    def has_failed(self) -> bool:
        """Whether the last reset ended without a new sample."""
