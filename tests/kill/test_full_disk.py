"""Disks run full, in earnest: each case has a small one of its own (see full_disk.py)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kill.full_disk import CASES

UNSHARE = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--user", "--map-root-user", "--mount")


def may_mount() -> bool:
    return (
        subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True).returncode
        == 0
    )


@pytest.mark.kill
@pytest.mark.parametrize("case", CASES)
def test_on_a_full_disk(case: str, tmp_path: Path) -> None:
    if not may_mount():
        pytest.skip("this machine lets nobody mount a disk of its own")
    disk, other = tmp_path / "disk", tmp_path / "other"
    disk.mkdir()
    other.mkdir()
    ended = subprocess.run(
        [*UNSHARE, sys.executable, "-m", "tests.kill.full_disk", case, str(disk), str(other)],
        check=False, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr[-6000:]
