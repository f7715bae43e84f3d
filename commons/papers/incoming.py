"""Uploads that are still arriving: what came is kept, sealed, whatever is cut or killed."""

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from commons.papers.durable import (
    Scratch,
    WriteHook,
    disk_full_is_clear,
    locked,
    no_hook,
    remove_unused,
    sync_folder,
    write_all,
)
from commons.papers.errors import (
    ChunkMismatch,
    OffsetMismatch,
    PaperMismatch,
    PaperTooLarge,
    UploadExists,
    UploadIncomplete,
    UploadMissing,
)
from commons.papers.keys import Keys
from commons.papers.pieces import Opened, Place, open_head, pieces_from, regroup, seal_head, seal_piece
from commons.papers.store import Paper, PaperStore

SYNC_EVERY_BYTES = 1024 * 1024
_REMEMBERED = 256
_SUFFIX = ".upload"
PATCH_ENDING = "-patch"
"""Of the id under which a patch arrives that leads to what is wanted."""


class Upload(Struct, frozen=True):
    """An upload's state: how much of `total_bytes` is here, what was said at its creation, when it last grew."""

    upload_id: str
    offset: int
    total_bytes: int
    meta: bytes
    touched_at: float

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        return self.offset == self.total_bytes


class Digest(Struct, frozen=True):
    """A chunk's digest, by the name that hashlib knows: sha256 or sha1 (the tus checksum extension)."""

    algorithm: str
    value: bytes


def downloads_of(sha256: bytes) -> tuple[str, str]:
    """Ids under which a paper arrives by download: whole, and as a patch."""
    whole = f"paper-{sha256.hex()}"
    return whole, f"{whole}{PATCH_ENDING}"


class Incoming:
    """Resumable uploads in a folder of their own, by upload id; safe for many threads and processes at once.

    The folder holds the truth: an upload's offset is where its last whole piece ends. No lock is held while bytes are
    waited for, so a new connection takes an upload over from one that hangs; the old one then gets OffsetMismatch.
    `key` is 32 bytes; `clock` gives Unix seconds; `on_write` as for PaperStore.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        *,
        on_write: WriteHook = no_hook,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._keys = Keys(key, "incoming")
        self._on_write = on_write
        self._scratch = Scratch(folder / "tmp", on_write, clock)
        self._places: OrderedDict[bytes, Place] = OrderedDict()
        self._places_lock = threading.Lock()
        self.clock = clock

    def create(self, upload_id: str, total_bytes: int, meta: bytes = b"") -> None:
        """Begin an upload of so many bytes, durably. Raises UploadExists, DiskFull."""
        path = self._path(upload_id)
        if path.exists() and not self._readable(upload_id):
            path.unlink(missing_ok=True)
        with self._scratch.new_file() as (fd, scratch_path):
            self._on_write("header")
            write_all(fd, seal_head(self._keys, upload_id, total_bytes, meta), 0)
            self._touch(fd)
            self._on_write("fsync")
            os.fsync(fd)
            self._on_write("rename")
            try:
                path.hardlink_to(scratch_path)
            except FileExistsError:
                raise UploadExists(upload_id) from None
            self._on_write("fsync_folder")
            sync_folder(self._folder)

    def state(self, upload_id: str) -> Upload:
        """Give the upload's state. Raises UploadMissing."""
        with self._open(upload_id) as (fd, opened):
            place = self._end(fd, opened)
            return Upload(upload_id, place.offset, opened.total_bytes, opened.meta, os.fstat(fd).st_mtime)

    def offset(self, upload_id: str) -> int:
        """Say how many bytes are held. Raises UploadMissing."""
        return self.state(upload_id).offset

    def append(self, upload_id: str, offset: int, chunks: Iterable[bytes], digest: Digest | None = None) -> int:
        """Take what comes and give the new offset; once this returns, it survives a power cut.

        If the chunks break off with an error, what came is kept and the error passes. With a digest, chunks that came
        whole and do not have it are taken back: ChunkMismatch. Raises UploadMissing, OffsetMismatch, DiskFull, and
        PaperTooLarge for more than was announced; what came before is kept.
        """
        with self._open(upload_id) as (fd, opened), disk_full_is_clear():
            start = place = self._joint(fd, opened, upload_id, offset)
            hasher = hashlib.new(digest.algorithm, usedforsecurity=False) if digest else None
            synced = place.offset
            try:
                for plain in regroup(chunks):
                    if hasher is not None:
                        hasher.update(plain)
                    place = self._write(fd, opened, upload_id, place, plain)
                    if place.offset - synced >= SYNC_EVERY_BYTES:
                        self._sync(fd)
                        synced = place.offset
            except Exception:
                self._sync(fd)
                raise
            if digest is not None and hasher is not None and hasher.digest() != digest.value:
                self._take_back(fd, opened, upload_id, place, start)
                raise ChunkMismatch(upload_id, offset)
            self._sync(fd)
            return place.offset

    def read(self, upload_id: str) -> Iterator[bytes]:
        """Give the content held, from the start. Raises UploadMissing when the first chunk is asked for."""
        with self._open(upload_id) as (fd, opened):
            for plain, _ in pieces_from(opened, fd, opened.start):
                yield plain

    def discard(self, upload_id: str) -> bool:
        """Forget the upload, durably; say whether there was one."""
        self._on_write("unlink")
        try:
            self._path(upload_id).unlink()
        except FileNotFoundError:
            return False
        self._on_write("fsync_folder")
        sync_folder(self._folder)
        return True

    def finish_into(self, store: PaperStore, upload_id: str, sha256: bytes) -> Paper:
        """Make the whole upload a paper, and forget it. The paper is visible only if it hashes to its name.

        Raises UploadMissing, UploadIncomplete, DiskFull (all is kept), and PaperMismatch, PaperTooLarge (the upload is
        worthless and discarded).
        """
        state = self.state(upload_id)
        if not state.whole:
            raise UploadIncomplete(upload_id, state.offset, state.total_bytes)
        try:
            paper = store.put(self.read(upload_id), expected_sha256=sha256)
        except (PaperMismatch, PaperTooLarge):
            self.discard(upload_id)
            raise
        self.discard(upload_id)
        return paper

    def sweep(self, older_than_seconds: float, now: float) -> int:
        """Remove what has not grown for so long, and what crashes left; `now` in Unix seconds; gives how many."""
        removed = self._scratch.sweep(older_than_seconds, now)
        for path in self._folder.glob(f"*{_SUFFIX}"):
            try:
                expired = now - path.stat().st_mtime >= older_than_seconds
            except FileNotFoundError:
                continue
            removed += expired and remove_unused(path, self._on_write)
        return removed

    def _path(self, upload_id: str) -> Path:
        return self._folder / (self._keys.name_of(upload_id.encode()) + _SUFFIX)

    def _readable(self, upload_id: str) -> bool:
        try:
            with self._open(upload_id):
                return True
        except UploadMissing:
            return False

    @contextmanager
    def _open(self, upload_id: str) -> Iterator[tuple[int, Opened]]:
        try:
            fd = os.open(self._path(upload_id), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            raise UploadMissing(upload_id) from None
        try:
            opened = open_head(self._keys, upload_id, fd)
            if opened is None:
                raise UploadMissing(upload_id)
            yield fd, opened
        finally:
            os.close(fd)

    def _end(self, fd: int, opened: Opened) -> Place:
        """Find where the whole pieces end, starting at the last one known, if it still opens."""
        with self._places_lock:
            known = self._places.get(opened.file_id, opened.start)
        last = end = known
        for _, after in pieces_from(opened, fd, known):
            last, end = end, after
        if end == known != opened.start:
            self._remember(opened, opened.start)
            return self._end(fd, opened)
        self._remember(opened, last)
        return end

    def _remember(self, opened: Opened, place: Place) -> None:
        with self._places_lock:
            self._places[opened.file_id] = place
            self._places.move_to_end(opened.file_id)
            while len(self._places) > _REMEMBERED:
                self._places.popitem(last=False)

    def _joint(self, fd: int, opened: Opened, upload_id: str, offset: int) -> Place:
        """Give the place at which to go on, with a torn tail cut off."""
        with locked(fd):
            place = self._end(fd, opened)
            if place.offset != offset:
                raise OffsetMismatch(upload_id, place.offset)
            if os.fstat(fd).st_size != place.position:
                self._on_write("truncate")
                os.ftruncate(fd, place.position)
        return place

    def _write(self, fd: int, opened: Opened, upload_id: str, place: Place, plain: bytes) -> Place:
        if place.offset + len(plain) > opened.total_bytes:
            raise PaperTooLarge(opened.total_bytes)
        raw, after = seal_piece(opened, place, plain)
        with locked(fd):
            self._hold(fd, opened, upload_id, place)
            self._on_write("segment")
            try:
                write_all(fd, raw, place.position)
            except OSError:
                os.ftruncate(fd, place.position)
                raise
            self._touch(fd)
        self._remember(opened, place)
        return after

    def _take_back(self, fd: int, opened: Opened, upload_id: str, place: Place, start: Place) -> None:
        with locked(fd):
            self._hold(fd, opened, upload_id, place)
            self._on_write("truncate")
            os.ftruncate(fd, start.position)
            self._remember(opened, start)
        self._sync(fd)

    def _hold(self, fd: int, opened: Opened, upload_id: str, place: Place) -> None:
        """Make sure, under the lock, that the upload still is where this request left it."""
        status = os.fstat(fd)
        if status.st_nlink == 0:
            raise UploadMissing(upload_id)
        if status.st_size != place.position:
            raise OffsetMismatch(upload_id, self._end(fd, opened).offset)

    def _touch(self, fd: int) -> None:
        now = self.clock()
        os.utime(fd, (now, now))

    def _sync(self, fd: int) -> None:
        self._on_write("fsync")
        os.fsync(fd)
