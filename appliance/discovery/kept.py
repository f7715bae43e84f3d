"""`discovery.json` in the office's folder: written by the discovery process, read by the others."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from appliance.discovery.values import Presence

FILE = "discovery.json"
MOST_BYTES = 262_144
_decoder = msgspec.json.Decoder(Presence)
_read: dict[Path, tuple[tuple[int, int, int], Presence]] = {}


def keep(folder: Path, presence: Presence) -> None:
    """Put it in the place of the last one, whole or not at all. Raises OSError."""
    path, new = folder / FILE, folder / f"{FILE}.new"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(presence))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def kept(folder: Path) -> Presence | None:
    """What was kept last; None when the office was never announced, or the file is not ours. Read once a change."""
    path = folder / FILE
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        before = _read.get(path)
        if before is not None and before[0] == stamp:
            return before[1]
        if status.st_size > MOST_BYTES:
            return None
        presence = _decoder.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
    _read[path] = (stamp, presence)
    return presence
