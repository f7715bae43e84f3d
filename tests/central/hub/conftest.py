from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.hub.unit import HubUnit
from tests.central.hub.pen import OFFICES, Pen
from tests.support.district import TestClock, open_hub, papers_of


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def hub(tmp_path: Path, clock: TestClock) -> Iterator[HubUnit]:
    opened = open_hub(tmp_path, papers_of(OFFICES), clock)
    yield opened
    opened.db.close()


@pytest.fixture
def moth(hub: HubUnit) -> Pen:
    return Pen(hub, "moth")


@pytest.fixture
def chirgaon(hub: HubUnit) -> Pen:
    return Pen(hub, "chirgaon")


@pytest.fixture
def eraj(hub: HubUnit) -> Pen:
    return Pen(hub, "eraj")
