"""Writing an authority's files so that a power cut leaves the old one or the new one, whole."""

from __future__ import annotations

import os
from pathlib import Path

SECRET, PUBLIC = 0o600, 0o644


def write_atomic(path: Path, content: bytes, mode: int = PUBLIC) -> None:
    """Replace `path` by `content` with `mode`, durable on return."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as out:
        os.fchmod(out.fileno(), mode)
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
