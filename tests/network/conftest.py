"""One network a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.network.namespaces import Network, network


@pytest.fixture
def net() -> Iterator[Network]:
    """Made by the test, removed after it."""
    with network() as made:
        yield made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two at a time at most: the slow line beside all others, which would disturb each other."""
    for item in items:
        group = "line" if item.path.name == "test_bad_line.py" else "names"
        item.add_marker(pytest.mark.xdist_group(group))
