"""The folder of papers: put, open, delete, verify."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from msgspec import Struct

from commons.papers.durable import Scratch, WriteHook, disk_full_is_clear, make_folder, no_hook, sync_folder, write_all
from commons.papers.errors import PaperDamaged, PaperMismatch, PaperMissing, PaperTooLarge
from commons.papers.keys import FILE_ID_BYTES, Keys
from commons.papers.reader import PaperReader
from commons.papers.sealed import HEAD_BYTES, Content, Opener, Sealer, segment_position, segments_of, sha256_of

MAX_PAPER_BYTES = 64 * 1024 * 1024


class Paper(Struct, frozen=True):
    """A stored paper: its name, which is the SHA-256 of its content (32 bytes), and its size in bytes."""

    sha256: bytes
    size: int


class PaperStore:
    """Content-addressed, immutable papers, sealed at rest; safe for many threads and processes at once.

    `folder` is made if absent; `key` is 32 bytes. A paper lies in a two-letter folder under the keyed hash of
    its SHA-256. `on_write` is called before each durable step (see `WriteHook`); `clock` gives Unix seconds.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        *,
        max_bytes: int = MAX_PAPER_BYTES,
        on_write: WriteHook = no_hook,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._keys = Keys(key, "papers")
        self._on_write = on_write
        self._scratch = Scratch(folder / "tmp", on_write, clock)
        self.max_bytes = max_bytes

    def put(self, content: Content, expected_sha256: bytes | None = None) -> Paper:
        """Store a paper; once this returns it survives a power cut. Putting it again changes nothing (it mends damage).

        `content` is bytes, an open file, or an iterable of bytes. Raises PaperTooLarge, DiskFull, and PaperMismatch if
        the content does not hash to `expected_sha256`; then, as after a crash, nothing of it is visible.
        """
        with self._scratch.new_file() as (fd, scratch_path):
            paper = self._fill(fd, content)
            if expected_sha256 is not None and paper.sha256 != expected_sha256:
                raise PaperMismatch(expected_sha256, paper.sha256)
            self._on_write("fsync")
            os.fsync(fd)
            path = self._path(paper.sha256)
            make_folder(path.parent)
            self._on_write("rename")
            scratch_path.replace(path)
            self._on_write("fsync_folder")
            sync_folder(path.parent)
        return paper

    def _fill(self, fd: int, content: Content) -> Paper:
        sealer = Sealer(self._keys, os.urandom(FILE_ID_BYTES))
        digest, size = hashlib.sha256(), 0
        for number, (plain, last) in enumerate(segments_of(content)):
            digest.update(plain)
            size += len(plain)
            if size > self.max_bytes:
                raise PaperTooLarge(self.max_bytes)
            self._on_write("segment")
            write_all(fd, sealer.segment(number, plain, last=last), segment_position(number))
        self._on_write("header")
        write_all(fd, sealer.head(digest.digest(), size), 0)
        return Paper(digest.digest(), size)

    def open(self, sha256: bytes, offset: int = 0) -> PaperReader:
        """Give the paper's bytes from the offset on.

        Raises PaperMissing, PaperDamaged (at once for the head, on the way for a segment), and ValueError for an offset
        past the end.
        """
        file, opener = self._head(sha256)
        if not 0 <= offset <= opener.head.size:
            file.close()
            raise ValueError(offset)
        return PaperReader(file, opener, offset)

    def size(self, sha256: bytes) -> int:
        """Give the paper's size in bytes. Raises PaperMissing, PaperDamaged."""
        with self.open(sha256) as reader:
            return reader.size

    def has(self, sha256: bytes) -> bool:
        """Say whether the paper is here with a sound head; `verify` reads it whole."""
        try:
            self.size(sha256)
        except (PaperMissing, PaperDamaged):
            return False
        return True

    def verify(self, sha256: bytes) -> bool:
        """Read the paper whole and say whether it hashes to its name. Raises PaperMissing."""
        try:
            with self.open(sha256) as reader:
                return sha256_of(reader) == sha256
        except PaperDamaged:
            return False

    def delete(self, sha256: bytes) -> bool:
        """Remove the paper, durably; say whether it was here."""
        path = self._path(sha256)
        self._on_write("unlink")
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        self._on_write("fsync_folder")
        with disk_full_is_clear():
            sync_folder(path.parent)
        return True

    def sweep(self, older_than_seconds: float, now: float) -> int:
        """Remove what crashes left half-written longer ago than that; `now` in Unix seconds; gives how many."""
        return self._scratch.sweep(older_than_seconds, now)

    def _path(self, sha256: bytes) -> Path:
        name = self._keys.name_of(sha256)
        return self._folder / name[:2] / name

    def _head(self, sha256: bytes) -> tuple[IO[bytes], Opener]:
        try:
            file = self._path(sha256).open("rb", buffering=0)
        except FileNotFoundError:
            raise PaperMissing(sha256) from None
        opener = Opener.of(self._keys, os.pread(file.fileno(), HEAD_BYTES, 0), os.fstat(file.fileno()).st_size)
        if opener is None or opener.head.sha256 != sha256:
            file.close()
            raise PaperDamaged(sha256, "head")
        return file, opener
