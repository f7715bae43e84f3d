"""One folder on a stick that is ours; everything else there is neither read nor changed.

A bag is written under a temporary name, made durable, read back from the device and only then given its name, so that
a stick pulled out half-way has the old bag or the new one. Names say what a bag is for; only its inside is believed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from commons.stick.errors import StickFull, StickGone, StickLies, StickUnfit, stick_is_clear
from commons.stick.read_me import NAME as READ_ME_NAME
from commons.stick.read_me import READ_ME
from protocol.words import MAX_INT

FOLDER: Final = "PATRAVALI"
MARGIN_BYTES: Final = 1 << 20
"""Stays free on the stick: its own book-keeping needs some."""

MOST_BAGS: Final = 1_000
"""So many bags are looked at; more are not of our making."""

MOST_ENTRIES: Final = 20_000
"""So many entries of our folder are looked at."""

_READ_BYTES = 1 << 20
_HIGHEST = MAX_INT - 2
"""A bag's number at most; it is a time in milliseconds, so only a false name says so much."""
_SYNC_BYTES = 8 << 20
"""So often what is written is made durable, so that progress is the stick's and not that of this machine's memory."""

_NAME = re.compile(r"([a-z0-9-]{2,20})--([a-z0-9-]{2,20})--([0-9]{1,19})\.bag")

Progress = Callable[[int], None]
"""Told of the bytes written or read back so far."""


class Waiting(NamedTuple):
    """A bag on the stick, by its name alone."""

    path: Path
    sender: str
    recipient: str
    number: int
    size: int


def silent(_bytes: int) -> None:
    """Tell nobody."""


class Stick:
    """A mounted stick. Raises the errors of this package; each leaves what was there before."""

    def __init__(self, root: Path) -> None:
        with stick_is_clear():
            found = root.lstat()
            if not stat.S_ISDIR(found.st_mode):
                raise StickUnfit(what="no_folder")
        self._root, self._device = root, found.st_dev
        self._folder = root / FOLDER

    def free_bytes(self) -> int:
        """Room for bags."""
        with stick_is_clear():
            return max(0, shutil.disk_usage(self._folder.parent).free - MARGIN_BYTES)

    def prepare(self) -> None:
        """Make our folder and the page that says what it is: shows that the stick takes writes."""
        with stick_is_clear():
            with suppress(FileExistsError):
                self._check_root()
                self._folder.mkdir()
            self._check_folder()
            with os.scandir(self._folder) as entries:
                left = [one.path for one in islice(entries, MOST_ENTRIES) if one.name.endswith(".part")]
            for path in left:
                Path(path).unlink(missing_ok=True)
            page = self._folder / READ_ME_NAME
            if not self._says(page, READ_ME):
                self._put(page, [READ_ME], silent)
            else:
                self._try()

    def bags(self, recipient: str) -> list[Waiting]:
        """Bags for a node, oldest number first; whatever is no plain file of a fitting name is passed over."""
        found = [one for one in self.all_bags() if one.recipient == recipient]
        return sorted(found, key=lambda one: (one.sender, one.number))

    def all_bags(self) -> list[Waiting]:
        """Bags for anyone, by their names alone."""
        with stick_is_clear():
            self._check_root()
            try:
                return list(self._listed())
            except FileNotFoundError:
                return []

    def senders(self) -> frozenset[str]:
        """Whose bags are on the stick, by their names."""
        return frozenset(one.sender for one in self.all_bags())

    def next_number(self, sender: str, recipient: str, now_ms: int) -> int:
        """Above every number between these two that is on the stick, also when a clock was set back.

        The highest that is read counts for nothing: a bag above it would be passed over.
        """
        with stick_is_clear():
            known = [one.number for one in self._listed() if (one.sender, one.recipient) == (sender, recipient)]
        return max([now_ms, *(number + 1 for number in known if number < _HIGHEST)])

    def write(
        self, sender: str, recipient: str, number: int, chunks: Iterable[bytes], progress: Progress = silent
    ) -> Waiting:
        """Put a bag on the stick, read back and checked; then older ones between the same two are removed."""
        path = self._folder / f"{sender}--{recipient}--{number}.bag"
        with stick_is_clear():
            self._check_folder()
            size = self._put(path, chunks, progress)
            for old in self._listed():
                if (old.sender, old.recipient) == (sender, recipient) and old.number < number:
                    old.path.unlink(missing_ok=True)
        return Waiting(path, sender, recipient, number, size)

    @contextmanager
    def open(self, bag: Waiting) -> Iterator[Callable[[int], bytes]]:
        """A bag's bytes; no link is followed."""
        with stick_is_clear():
            fd = _open_file(bag.path)
        with os.fdopen(fd, "rb") as file:

            def read(count: int) -> bytes:
                with stick_is_clear():
                    return file.read(count)

            yield read

    def remove(self, bag: Waiting) -> None:
        """A bag that was taken in."""
        with stick_is_clear():
            bag.path.unlink(missing_ok=True)
            self._sync()

    def _listed(self) -> Iterator[Waiting]:
        self._check_folder()
        with os.scandir(self._folder) as entries:
            yield from islice(filter(None, map(_as_bag, islice(entries, MOST_ENTRIES))), MOST_BAGS)

    def _check_root(self) -> None:
        """A stick that was pulled out leaves an empty folder, or another stick, under its name."""
        if self._root.lstat().st_dev != self._device:
            raise StickGone

    def _check_folder(self) -> None:
        self._check_root()
        if not stat.S_ISDIR(self._folder.lstat().st_mode):
            raise StickUnfit(what="no_folder")

    def _says(self, path: Path, text: bytes) -> bool:
        try:
            fd = _open_file(path)
        except (OSError, StickUnfit):
            return False
        with os.fdopen(fd, "rb") as file:
            return file.read(len(text) + 1) == text

    def _put(self, path: Path, chunks: Iterable[bytes], progress: Progress) -> int:
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        try:
            size = _write_and_check(part, chunks, progress)
            part.replace(path)
            self._sync()
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        return size

    def _try(self) -> None:
        """Write something that is taken away again: a page from last time shows nothing about today."""
        tried = self._folder / "try.part"
        try:
            _write_and_check(tried, [READ_ME], silent)
        finally:
            with suppress(OSError):
                tried.unlink(missing_ok=True)

    def _sync(self) -> None:
        fd = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _as_bag(entry: os.DirEntry[str]) -> Waiting | None:
    named = _NAME.fullmatch(entry.name)
    if named is None or int(named[3]) > _HIGHEST or not entry.is_file(follow_symlinks=False):
        return None
    return Waiting(Path(entry.path), named[1], named[2], int(named[3]), entry.stat(follow_symlinks=False).st_size)


def _open_file(path: Path) -> int:
    """A descriptor of a plain file: no link is followed, no pipe or device waited for. Raises OSError, StickUnfit."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return fd
    os.close(fd)
    raise StickUnfit(what="no_file")


def _write_and_check(path: Path, chunks: Iterable[bytes], progress: Progress) -> int:
    size, digest = _write(path, chunks, progress)
    if _read_back(path, progress) != digest:
        raise StickLies
    return size


def _write(path: Path, chunks: Iterable[bytes], progress: Progress) -> tuple[int, bytes]:
    """Size and SHA-256 of what is durable now and in no cache any more."""
    digest, size, synced = hashlib.sha256(), 0, 0
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        for chunk in chunks:
            view = memoryview(chunk)
            while view:
                written = os.write(fd, view)
                if not written:
                    raise StickFull
                view = view[written:]
            digest.update(chunk)
            size += len(chunk)
            if size - synced >= _SYNC_BYTES:
                os.fdatasync(fd)
                synced = size
            progress(size)
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError as error:
        if error.errno == errno.EROFS:
            raise OSError(errno.EIO, "it took writes until now") from error
        raise
    finally:
        os.close(fd)
    return size, digest.digest()


def _read_back(path: Path, progress: Progress) -> bytes:
    digest, size = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while data := file.read(_READ_BYTES):
            digest.update(data)
            size += len(data)
            progress(size)
    return digest.digest()
