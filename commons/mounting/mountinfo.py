"""What is mounted, by the kernel's own list."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from msgspec.structs import replace

from commons.mounting.values import Mounted

MOUNTINFO = Path("/proc/self/mountinfo")
_OCTAL = re.compile(rb"\\([0-7]{3})")


def read(path: Path = MOUNTINFO) -> list[Mounted]:
    """All mounts of this process's own view, by the numbers of their devices where they have one. Raises OSError."""
    return [_with_device(one) for one in parse(path.read_bytes())]


def _with_device(one: Mounted) -> Mounted:
    """Btrfs and the like give a number of their own: the device is known by its path alone."""
    if not one.number.startswith("0:") or not one.source.startswith("/dev/"):
        return one
    try:
        found = Path(one.source).stat()
    except OSError:
        return one
    return replace(one, number=number_of(found.st_rdev)) if stat.S_ISBLK(found.st_mode) else one


def number_of(device: int) -> str:
    """`major:minor`."""
    return f"{os.major(device)}:{os.minor(device)}"


def parse(text: bytes) -> list[Mounted]:
    """The lines of a mountinfo file (proc(5)); places as they are, with their spaces and line ends."""
    found = []
    for fields in _lines(text):
        after = fields.index(b"-", 6)
        options = frozenset(fields[5].decode("ascii", "replace").split(","))
        of_file_system = frozenset(fields[-1].decode("ascii", "replace").split(",")) & {"ro"}
        source = _plain(fields[after + 2]) if len(fields) > after + 2 else ""
        found.append(Mounted(fields[2].decode("ascii"), _plain(fields[4]), options | of_file_system, source))
    return found


def is_shared(text: bytes, place: str) -> bool:
    """Whether what is mounted below `place` is seen by the other programs of this machine (shared propagation)."""
    best, shared = -1, False
    for fields in _lines(text):
        at = _plain(fields[4])
        if (place == at or place.startswith(at.rstrip("/") + "/")) and len(at) >= best:
            best, shared = len(at), any(one.startswith(b"shared:") for one in fields[6 : fields.index(b"-", 6)])
    return shared


def _lines(text: bytes) -> list[list[bytes]]:
    lines = [line.split(b" ") for line in text.split(b"\n")]
    return [fields for fields in lines if len(fields) > 6 and b"-" in fields[6:]]


def _plain(field: bytes) -> str:
    return _OCTAL.sub(lambda octal: bytes([int(octal[1], 8)]), field).decode("utf-8", "surrogateescape")
