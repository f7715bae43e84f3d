"""Steps that make bytes durable, each announced to a hook so that a crash can be played at it."""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from commons.papers.errors import DiskFull

WriteHook = Callable[[str], None]
"""Called with the step's name before it is done.

The steps: create, segment, header, fsync, rename, fsync_folder, truncate, unlink.

To play a crash it raises something that is no `Exception` (a `BaseException` of its own): then nothing is cleaned up,
as after `kill -9`. An `OSError` that it raises is treated as the disk's own.
"""


def no_hook(_step: str) -> None:
    """Let every step pass."""


@contextmanager
def disk_full_is_clear() -> Iterator[None]:
    """Turn "no space left" and "quota exceeded" into DiskFull; other errors of the disk pass as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull from error
        raise


def write_all(fd: int, data: bytes, position: int) -> None:
    """Write all of the data at the position, however many calls it takes."""
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, position)
        view = view[written:]
        position += written


def make_folder(folder: Path) -> None:
    """Make the folder, readable by its owner alone, and its entry in its parent durable."""
    if folder.is_dir():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in the folder durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def locked(fd: int) -> Iterator[None]:
    """Hold the file against other threads and processes; the lock goes with the process."""
    fcntl.flock(fd, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(fd, fcntl.LOCK_UN)


class Scratch:
    """A folder of files that are being made and are not yet visible under their name."""

    def __init__(self, folder: Path, on_write: WriteHook, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._on_write = on_write
        self._clock = clock

    @contextmanager
    def new_file(self) -> Iterator[tuple[int, Path]]:
        """Give the descriptor and path of a new file; an error removes it, a crash leaves it to `sweep`.

        The caller renames or links it; what is left at the end is removed. A full disk raises DiskFull.
        """
        with disk_full_is_clear():
            make_folder(self._folder.parent)
            make_folder(self._folder)
            self._on_write("create")
            path = self._folder / f"{int(self._clock())}-{os.urandom(8).hex()}"
            fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX)
                yield fd, path
                path.unlink(missing_ok=True)
            except Exception:
                path.unlink(missing_ok=True)
                raise
            finally:
                os.close(fd)

    def sweep(self, older_than_seconds: float, now: float) -> int:
        """Remove files that a crash left behind, never one in use; the answer is how many."""
        if not self._folder.is_dir():
            return 0
        removed = 0
        for path in self._folder.iterdir():
            made_at = path.name.partition("-")[0]
            if made_at.isdecimal() and now - int(made_at) < older_than_seconds:
                continue
            removed += remove_unused(path, self._on_write)
        return removed


def remove_unused(path: Path, on_write: WriteHook) -> bool:
    """Remove a file unless somebody holds it locked at this moment."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        on_write("unlink")
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    finally:
        os.close(fd)
    return True
