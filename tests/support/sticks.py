"""The fixture of sticks that are really plugged in, for conftest files of several folders."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.support.plugging import Rig, rig


@pytest.fixture(name="sticks")
def plugged_sticks() -> Iterator[Rig]:
    """The helper, with nothing plugged in."""
    if os.geteuid() != 0 or shutil.which("umockdev-wrapper") is None:
        pytest.skip("mounts sticks: needs root, and Debian's umockdev")
    with rig() as made:
        yield made
