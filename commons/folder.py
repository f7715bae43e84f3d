"""The folder of one node: config.toml, keys/{node.key, storage.key, root.der}, the database, the papers.

The folder has mode 0700, every key 0600. A program that serves the folder holds its lock.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from commons.settings import dump
from protocol.errors import LocalError
from protocol.keys import KEY_BYTES, NodeKeys
from protocol.trust import TrustStore

CONFIG = "config.toml"
NODE_KEY_BYTES = 2 * KEY_BYTES
STORAGE_KEY_BYTES = 32
SECRET, PRIVATE = 0o600, 0o700


class BadFolder(LocalError):
    """A folder that is no node's, or whose keys are not as they must be.

    Codes: folder.absent, folder.exists, folder.key_absent, folder.key_length, folder.key_open, folder.in_use.
    Values: `path`.
    """

    code = "folder.absent"


class Secrets(msgspec.Struct, frozen=True):
    """What the keys folder holds, read."""

    keys: NodeKeys
    storage_key: bytes
    root: TrustStore


def make(folder: Path, settings: msgspec.Struct, root: bytes, random: Callable[[int], bytes] = os.urandom) -> NodeKeys:
    """Make a node's folder with its settings, with keys of its own and the DER root that it will believe; its keys.

    Raises BadFolder if there is a node in it already.
    """
    if (folder / CONFIG).exists():
        raise BadFolder("folder.exists", path=str(folder))
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    for place in (folder, folder / "keys"):
        place.chmod(PRIVATE)
    raw = random(NODE_KEY_BYTES)
    _write(folder / "keys" / "node.key", raw)
    _write(folder / "keys" / "storage.key", random(STORAGE_KEY_BYTES))
    _write(folder / "keys" / "root.der", root)
    _write(folder / CONFIG, dump(settings))
    return NodeKeys.from_bytes(raw)


def read_secrets(folder: Path, node_key: str, storage_key: str, root: str) -> Secrets:
    """The three files, each named from the folder or by a whole path. Raises BadFolder, BadCertificate."""
    return Secrets(
        NodeKeys.from_bytes(_read_key(folder / node_key, NODE_KEY_BYTES)),
        _read_key(folder / storage_key, STORAGE_KEY_BYTES),
        TrustStore.assemble(_read(folder / root)),
    )


@contextmanager
def held(folder: Path, name: str = "serve.lock") -> Iterator[None]:
    """Hold the folder alone until the end of the block; the system lets go of it when the process dies.

    Raises BadFolder (folder.in_use) if another process holds it.
    """
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, SECRET)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadFolder("folder.in_use", path=str(folder)) from None
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, SECRET)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFolder("folder.key_absent", path=str(path)) from error


def _read_key(path: Path, length: int) -> bytes:
    raw = _read(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadFolder("folder.key_open", path=str(path))
    if len(raw) != length:
        raise BadFolder("folder.key_length", path=str(path), needed=length, found=len(raw))
    return raw
