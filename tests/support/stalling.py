"""A stick that never answers: a FUSE file system whose other end reads no request, in a mount namespace of its own."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOSUID_NODEV_NOEXEC = 0x2 | 0x4 | 0x8
SECONDS = 20


@contextmanager
def stalling(root: Path, name: str) -> Iterator[Path]:
    """The folder of sticks as a process sees it in which `name` stalls; at the end the stick answers with errors."""
    (root / name).mkdir(parents=True, exist_ok=True)
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__, str(root / name)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holding:
        assert holding.stdin is not None
        assert holding.stdout is not None
        try:
            assert holding.stdout.readline() == b"mounted\n"
            yield Path(f"/proc/{holding.pid}/root{root}")
        finally:
            holding.stdin.close()
            holding.wait(SECONDS)


def _hold(place: str) -> None:
    fd = os.open("/dev/fuse", os.O_RDWR)
    said = f"fd={fd},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}".encode()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"stalling", os.fsencode(place), b"fuse", NOSUID_NODEV_NOEXEC, said) != 0:
        raise OSError(ctypes.get_errno(), "mount")
    sys.stdout.write("mounted\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    _hold(sys.argv[1])
