"""A seed is a run: the same decisions, the same events, in this process and in a fresh one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.simulation.play import play


@pytest.mark.parametrize("seed", [4, 8, 15])
def test_the_same_seed_gives_the_same_trace(seed: int) -> None:
    first, second = play(seed), play(seed)
    assert first.trace == second.trace
    assert first.digest == second.digest
    assert first.record.events > 5


def test_another_seed_gives_another_trace() -> None:
    assert play(4).digest != play(14).digest


def test_a_fresh_process_replays_it() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seed", "15"],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONHASHSEED": "77"},
    )  # fmt: skip
    here = play(15)
    lines = told.stdout.splitlines()
    assert lines[-1] == f"trace {here.digest}"
    assert tuple(lines[: len(here.trace)]) == here.trace
