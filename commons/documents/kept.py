"""Pictures of pages that were drawn before: sealed like the papers themselves, bounded, and never missed.

    folder/<keyed name of the paper>/<keyed name of page and width>: file id 16 | AES-256-GCM of the picture

A picture shows what its paper says, so it is as secret. It can be drawn again at any time, so nothing here is made
durable and whatever cannot be read is as if it were not there.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag

from commons.papers.keys import FILE_ID_BYTES, Keys

LIMIT_BYTES = 64 << 20
_NONCE = bytes(12)  # each file has a key of its own


class KeptPictures:
    """A bounded folder of pictures; safe for many threads and processes at once.

    `key` is 32 bytes. Past `limit_bytes` those go that were not asked for the longest; `has_room` says whether the disk
    still takes what can be done without.
    """

    def __init__(
        self, folder: Path, key: bytes, *, limit_bytes: int = LIMIT_BYTES, has_room: Callable[[], bool] = lambda: True
    ) -> None:
        self._folder = folder
        self._keys = Keys(key, "pictures")
        self._limit_bytes = limit_bytes
        self._has_room = has_room
        self._lock = threading.Lock()
        self._bytes: int | None = None

    def get(self, sha256: bytes, page: int, width: int) -> bytes | None:
        """The picture of a paper's page, if it is here."""
        path = self._path(sha256, page, width)
        try:
            raw = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        try:
            return self._keys.cipher_of(raw[:FILE_ID_BYTES]).decrypt(
                _NONCE, raw[FILE_ID_BYTES:], _identity(sha256, page, width)
            )
        except InvalidTag:
            return None

    def put(self, sha256: bytes, page: int, width: int, picture: bytes) -> None:
        """Keep a picture, if there is room for it; an error of the disk leaves it unkept."""
        if not self._has_room():
            return
        file_id = os.urandom(FILE_ID_BYTES)
        sealed = file_id + self._keys.cipher_of(file_id).encrypt(_NONCE, picture, _identity(sha256, page, width))
        path = self._path(sha256, page, width)
        scratch = path.with_name(f"{path.name[:16]}.{file_id.hex()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            scratch.write_bytes(sealed)
            scratch.replace(path)
        except OSError:
            with suppress(OSError):
                scratch.unlink()
            return
        self._make_room(len(sealed))

    def forget(self, sha256: bytes) -> None:
        """Remove all pictures of a paper, when the paper itself goes."""
        shutil.rmtree(self._folder / self._keys.name_of(sha256), ignore_errors=True)

    def _path(self, sha256: bytes, page: int, width: int) -> Path:
        return self._folder / self._keys.name_of(sha256) / self._keys.name_of(_identity(sha256, page, width))

    def _make_room(self, added: int) -> None:
        with self._lock:
            if self._bytes is not None and self._bytes + added <= self._limit_bytes:
                self._bytes += added
                return
            files = sorted(self._files())
            total = sum(size for _used, size, _path in files)
            if total > self._limit_bytes:
                for _used, size, path in files:
                    if total <= self._limit_bytes * 9 // 10:
                        break
                    with suppress(OSError):
                        path.unlink()
                        total -= size
                    with suppress(OSError):
                        path.parent.rmdir()
            self._bytes = total

    def _files(self) -> list[tuple[int, int, Path]]:
        found = []
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                state = path.stat()
                found.append((state.st_mtime_ns, state.st_size, path))
        return found


def _identity(sha256: bytes, page: int, width: int) -> bytes:
    return b"%s %d %d" % (sha256, page, width)
