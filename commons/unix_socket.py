"""A Unix socket on which messages are kept apart (SOCK_SEQPACKET), for a service and those of its group."""

from __future__ import annotations

import os
import socket
from pathlib import Path

_CLOSED_TO_OTHERS = 0o117


def listen(path: Path, *, gid: int | None = None, backlog: int = 16) -> socket.socket:
    """Take the place over and listen, open to owner and group (`gid`: that group, for root). Raises OSError."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    before = os.umask(_CLOSED_TO_OTHERS)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    if gid is not None:
        os.chown(path, os.geteuid(), gid, follow_symlinks=False)
    listening.listen(backlog)
    return listening
