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
