"""The unit that runs the token service: understood by systemd, and closed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.units import ROOT, system_with

UNIT = "patravali-tokens.service"
MOST_EXPOSED = 15
"""Tenths; what is left is USB and the Unix socket."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return system_with(tmp_path, UNIT)


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words, UNIT], capture_output=True, text=True, check=False, timeout=60)


def test_systemd_understands_every_line(root: Path) -> None:
    done = analyze("verify", "--recursive-errors=yes", "--man=no", f"--root={root}")
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_closed(root: Path) -> None:
    done = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", f"--root={root}")
    assert done.returncode == 0, done.stdout


def test_it_has_no_network_and_no_folder_of_a_node() -> None:
    said = (ROOT / "systemd" / UNIT).read_text()
    for line in ("RestrictAddressFamilies=AF_UNIX AF_NETLINK", "CapabilityBoundingSet=\n", "ProtectSystem=strict"):
        assert line in said
