"""A document in memory, whole, bounded and unchangeable, so that what was looked at is what is kept.

It lies in a file without a name (memfd): nothing of it touches the disk before it is believed and sealed.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import IO

from commons.documents.kinds import HEAD_BYTES, kind_of, seems
from commons.documents.names import plain_name
from commons.documents.values import MAX_BYTES, NotTaken

CHUNK_BYTES = 1 << 16
AT_ONCE = 4  # documents in memory, each of at most the limit
WAIT_SECONDS = 30
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
_room = threading.BoundedSemaphore(AT_ONCE)

Source = bytes | Path | IO[bytes] | Iterable[bytes]


class Held:
    """One document in memory: its open file, its media type by its first bytes, its size."""

    def __init__(self, fd: int, kind: str, size: int) -> None:
        self.fd = fd
        self.kind = kind
        self.size = size

    def chunks(self) -> Iterator[bytes]:
        """Its bytes from the first on, 64 KiB at a time; as often as wanted."""
        for offset in range(0, self.size, CHUNK_BYTES):
            yield os.pread(self.fd, CHUNK_BYTES, offset)


@contextmanager
def hold(source: Source, name: str = "", limit_bytes: int = MAX_BYTES) -> Iterator[Held]:
    """Takes a document into memory, stopping at the first byte too many; let go at the end of the `with`.

    Raises NotTaken: paper_empty, paper_too_large, paper_not_pdf (`name` is for its sentence), paper_busy.
    """
    with hold_all([source], name, limit_bytes) as held:
        yield held[0]


@contextmanager
def hold_all(sources: Iterable[Source], name: str = "", limit_bytes: int = MAX_BYTES) -> Iterator[list[Held]]:
    """The same for several that belong together; `limit_bytes` is for all of them."""
    if not _room.acquire(timeout=WAIT_SECONDS):
        raise NotTaken("paper_busy")
    try:
        with ExitStack() as stack:
            held: list[Held] = []
            left = limit_bytes
            for source in sources:
                fd = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
                stack.callback(os.close, fd)
                try:
                    held.append(_fill(fd, source, name, left))
                except TooMany as error:
                    raise NotTaken("paper_too_large", limit_bytes=limit_bytes) from error
                left -= held[-1].size
            yield held
    finally:
        _room.release()


class TooMany(Exception):
    """More bytes than are left."""


def _fill(fd: int, source: Source, name: str, limit_bytes: int) -> Held:
    chunks = chunks_of(source)
    head = b""
    while len(head) < HEAD_BYTES and (chunk := next(chunks, b"")):
        head += chunk
    if not head:
        raise NotTaken("paper_empty")
    kind = _believed(head, name)
    size = 0
    for piece in chain([head], chunks):
        size += len(piece)
        if size > limit_bytes:
            raise TooMany
        _write(fd, piece)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
    return Held(fd, kind, size)


def _believed(head: bytes, name: str) -> str:
    kind = kind_of(head)
    if not kind:
        raise NotTaken("paper_not_pdf", name=plain_name(name), seems=seems(head))
    return kind


def _write(fd: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(fd, view) :]


def chunks_of(source: Source) -> Iterator[bytes]:
    """The bytes of a source, a piece at a time: bytes, a file by its path, an open file, or pieces."""
    if isinstance(source, bytes):
        for start in range(0, len(source), CHUNK_BYTES):
            yield source[start : start + CHUNK_BYTES]
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield from chunks_of(file)
    elif hasattr(source, "read"):
        while chunk := source.read(CHUNK_BYTES):
            yield chunk
    else:
        yield from source
