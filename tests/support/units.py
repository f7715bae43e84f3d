"""A made-up system into which a unit of ours is put, for systemd-analyze."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
_WANTED = ("sysinit.target", "basic.target", "shutdown.target", "multi-user.target")


def system_with(folder: Path, unit: str) -> Path:
    """The folder as a root with the unit in it."""
    units = folder / "etc/systemd/system"
    units.mkdir(parents=True)
    shutil.copy(ROOT / "systemd" / unit, units)
    for name in _WANTED:
        (units / name).write_text(f"[Unit]\nDescription={name}\n")
    program = folder / "opt/patravali/bin/patravali"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    return folder
