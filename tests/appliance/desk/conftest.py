from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.store.unit import Unit
from tests.support.district import TestClock, open_unit, papers_of


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def unit(tmp_path: Path, clock: TestClock) -> Iterator[Unit]:
    opened = open_unit(tmp_path, "moth", papers_of(("moth", "chirgaon")), clock)
    yield opened
    opened.db.close()
