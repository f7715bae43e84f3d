from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.copies import meet
from tests.support.district import District, make_district


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path)
    meet(made, "moth", "chirgaon")
    yield made
    made.close()
