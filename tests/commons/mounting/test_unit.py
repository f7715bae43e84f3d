"""The unit that runs the helper: understood by systemd, as closed as one can be that mounts for the others."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.plugging import UNIT
from tests.support.units import system_with

MAKE_A_NAMESPACE = {
    "BindPaths", "DynamicUser", "InaccessiblePaths", "MountFlags", "PrivateDevices", "PrivateNetwork", "PrivateTmp",
    "PrivateUsers", "ProcSubset", "ProtectControlGroups", "ProtectHome", "ProtectKernelLogs", "ProtectKernelModules",
    "ProtectKernelTunables", "ProtectProc", "ProtectSystem", "ReadOnlyPaths", "ReadWritePaths", "RootDirectory",
    "TemporaryFileSystem",
}  # fmt: skip
"""With any of these, what the helper mounts is seen by nobody else."""

MOST_EXPOSED = 45
"""Tenths; what is left is the mounting itself, and the walls that would make a namespace."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return system_with(tmp_path, UNIT.name)


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *words, UNIT.name], capture_output=True, text=True, check=False, timeout=60
    )


def test_systemd_understands_every_line(root: Path) -> None:
    done = analyze("verify", "--recursive-errors=yes", "--man=no", f"--root={root}")
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_as_closed_as_can_be(root: Path) -> None:
    done = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", f"--root={root}")
    assert done.returncode == 0, done.stdout


def test_what_it_mounts_is_seen_by_the_others() -> None:
    said = {line.partition("=")[0] for line in UNIT.read_text().splitlines() if "=" in line}
    assert not said & MAKE_A_NAMESPACE
    assert "PrivateMounts=no" in UNIT.read_text()
