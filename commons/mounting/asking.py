"""What passes between the helper and the unprivileged programs: a file that they read, a socket on which they ask.

Both lie beside the folder of sticks: `sticks.json`, `sticks.sock`.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from commons import unix_socket
from commons.mounting.values import Owner, Telling

MOST_BYTES: Final = 65_536
MOST_ASKED_BYTES: Final = 512
ASK_SECONDS: Final = 5.0
ROOT_UID: Final = 0
_decoder = msgspec.json.Decoder(Telling)


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one thing that can be asked: let this stick go."""

    out: str


_asked = msgspec.json.Decoder(Asked)


def told_path(root: Path) -> Path:
    """The file that says what is plugged in."""
    return root.with_name(f"{root.name}.json")


def socket_path(root: Path) -> Path:
    """Where the helper is asked."""
    return root.with_name(f"{root.name}.sock")


def tell(root: Path, telling: Telling, owner: Owner) -> None:
    """Put the file in the place of the last one, for the service to read. Raises OSError."""
    path = told_path(root)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    with os.fdopen(fd, "wb") as file:
        os.fchown(fd, os.geteuid(), owner.gid)
        file.write(msgspec.json.encode(telling))
    new.replace(path)


def read_told(root: Path) -> Telling | None:
    """What is plugged in; None where no helper runs."""
    try:
        with told_path(root).open("rb") as file:
            return _decoder.decode(file.read(MOST_BYTES))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def ask_out(root: Path, name: str) -> bool:
    """Ask the helper to let a stick go, whose state then says how far that is; False when nobody heard it."""
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
        asking.settimeout(ASK_SECONDS)
        asking.connect(str(socket_path(root)))
        asking.send(msgspec.json.encode(Asked(name)))
        return asking.recv(MOST_ASKED_BYTES) == b"yes"
    return False


def listen(root: Path, owner: Owner) -> socket.socket:
    """The helper's end, for root and the service alone. Raises OSError."""
    return unix_socket.listen(socket_path(root), gid=owner.gid)


def answer(listening: socket.socket, owner: Owner, heard: Callable[[str], bool]) -> None:
    """One request, answered at once: whoever asks slowly is not waited for."""
    with suppress(OSError):
        asking, _ = listening.accept()
        with asking:
            asking.settimeout(0.5)
            uid = struct.unpack("3i", asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
            if uid not in (ROOT_UID, owner.uid):
                return
            try:
                name = _asked.decode(asking.recv(MOST_ASKED_BYTES)).out
            except (msgspec.DecodeError, UnicodeDecodeError):
                return
            asking.send(b"yes" if heard(name) else b"no")
