"""A made-up udev (`testbed.py`, run by umockdev) as a test holds it: what is added and removed, and how to join it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

SECONDS = 20
TESTBED = Path(__file__).with_name("testbed.py")


class MadeUpUdev:
    """`folder` is its root, `environment` what makes another process see its devices and no others."""

    def __init__(self) -> None:
        self._bed = subprocess.Popen(
            ["umockdev-wrapper", sys.executable, str(TESTBED)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.folder = Path(self._line())
        self.environment = {"LD_PRELOAD": "libumockdev-preload.so.0", "UMOCKDEV_DIR": str(self.folder)}

    def add(self, *lines: str) -> None:
        """A device, in the lines of umockdev(7)."""
        self._say(add="\n".join(lines) + "\n\n")

    def remove(self, path: str) -> None:
        """A device, by its place below the root folder."""
        self._say(remove=path)

    def close(self) -> None:
        """End it."""
        self._bed.kill()
        self._bed.wait(SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _say(self, **said: str) -> None:
        assert self._bed.stdin is not None
        self._bed.stdin.write(json.dumps(said) + "\n")
        self._bed.stdin.flush()
        assert self._line() == "1"

    def _line(self) -> str:
        assert self._bed.stdout is not None
        return self._bed.stdout.readline().strip()
