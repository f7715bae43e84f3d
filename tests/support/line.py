"""A line without a socket: a node's carrier that hands its bundles to the hub's own functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from appliance.link.https import LineDown
from appliance.store.unit import Unit
from central.hub.exchange import exchange, may_fetch
from central.hub.papers import paper_arrived
from central.hub.unit import HubUnit


class DirectLine:
    """Carries bundles and papers at once; `up` can be switched."""

    name = "direct"

    def __init__(self, hub: HubUnit, node: str) -> None:
        self.hub = hub
        self.node = node
        self.up = True
        self.bundles = 0

    def exchange(self, words: Callable[[], bytes]) -> bytes:
        """As a POST."""
        if not self.up:
            raise LineDown
        self.bundles += 1
        return exchange(self.hub, words(), self.name).data

    def is_proven(self) -> bool:
        """It was up when it was asked."""
        return True

    def fetch(self, sha256: bytes, size: int, token: str) -> bytes:
        """As GET with Range."""
        assert self.hub.node_of_token(token) == self.node
        return b"".join(self.hub.bundles.open(sha256))

    def upload(self, sha256: bytes, size: int, read: Callable[[int], Iterable[bytes]], token: str) -> None:
        """As tus."""
        assert self.hub.node_of_token(token) == self.node
        exchange(self.hub, b"".join(read(0)), self.name)

    def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As tus."""
        assert self.hub.node_of_token(token) == self.node
        self.hub.papers.put(unit.papers.open(sha256), expected_sha256=sha256)
        paper_arrived(self.hub, sha256)

    def bring_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As GET with Range."""
        assert may_fetch(self.hub, self.node, sha256)
        unit.papers.put(self.hub.papers.open(sha256), expected_sha256=sha256)
