"""20,000 inputs in every run; `PATRAVALI_FUZZ=1000000` for more (docs/operations.md)."""

from __future__ import annotations

import os
import resource
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.store.check import check_hub
from tests.fuzz.mutate import EDITS, Edit, mutated
from tests.fuzz.targets import ALLOWED, held, targets

INPUTS = int(os.environ.get("PATRAVALI_FUZZ", "20000"))
MOST_SECONDS = 10.0
MOST_GROWTH_KIB = 400 << 10


@pytest.mark.xdist_group("fuzz")
@pytest.mark.parametrize("name", sorted(targets()))
def test_whatever_comes_only_our_own_errors_come_out(name: str) -> None:
    target = targets()[name]
    slowest = 0.0

    @settings(
        max_examples=INPUTS // len(targets()),
        deadline=None,
        database=None,
        derandomize="PATRAVALI_FUZZ" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(target.specimens), EDITS)
    def try_it(specimen: bytes, edits: list[Edit]) -> None:
        nonlocal slowest
        data = mutated(specimen, edits)
        started = time.monotonic()
        with suppress(*ALLOWED):
            target.run(data)
        slowest = max(slowest, time.monotonic() - started)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try_it()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH_KIB
    assert slowest < MOST_SECONDS


@pytest.mark.xdist_group("fuzz")
def test_after_all_that_the_hub_still_holds_together() -> None:
    assert list(check_hub(held().district.hub)) == []
