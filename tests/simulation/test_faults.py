"""The simulation can fail: each rule broken in turn is seen, from its kept seed; unbroken, the same seed is clean."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.simulation.faults import CUSTODY, FAULTS
from tests.simulation.play import play
from tests.simulation.worlds import WORLDS

_FOUND = re.compile(r"^VIOLATION \d (\w+):", re.MULTILINE)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_broken_rule_is_seen(name: str) -> None:
    fault = FAULTS[name]
    told = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--fault", name, "--seed", str(fault.seed)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert told.returncode == 1, told.stderr[-2000:]
    assert set(_FOUND.findall(told.stdout)) & fault.codes, told.stdout[-2000:]


@pytest.mark.parametrize(("world", "seed"), sorted({(fault.world, fault.seed) for fault in FAULTS.values()}))
def test_the_same_seed_is_clean_without_the_fault(world: str, seed: int) -> None:
    assert play(seed, WORLDS[world]).violations == ()


def test_every_rule_that_the_model_breaks_is_broken_here() -> None:
    assert len(CUSTODY) == 31
    assert len(FAULTS) - len(CUSTODY) >= 10
