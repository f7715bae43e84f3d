"""A paper that is on its way while its file is weeded: what arrives after the order is not kept, at either end."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest

from appliance.link.carry import exchange_all
from appliance.store.unit import Unit
from central.hub.papers import paper_arrived
from central.store.check import check_hub
from tests.support.copies import meet
from tests.support.district import District
from tests.support.line import DirectLine
from tests.support.weeding import LETTER, Recorded, recorded_there, weed_there

SHA = sha256(LETTER).digest()


class SlowLine(DirectLine):
    """A line on which something happens after a paper has left one end, before it is all at the other."""

    def __init__(self, district: District, meanwhile: Callable[[], None]) -> None:
        super().__init__(district.hub, "chirgaon")
        self._meanwhile = meanwhile
        self.carried: list[bytes] = []

    def _on_its_way(self, sha: bytes) -> None:
        self.carried.append(sha)
        if sha == SHA:
            self._meanwhile()

    def _as_said(self, content: bytes, size: int, token: str) -> None:
        assert self.hub.node_of_token(token) == self.node
        assert len(content) == size

    def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As tus."""
        content = b"".join(unit.papers.open(sha256))
        self._as_said(content, size, token)
        self._on_its_way(sha256)
        self.hub.papers.put(iter([content]), expected_sha256=sha256)
        paper_arrived(self.hub, sha256)

    def bring_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As GET with Range."""
        content = b"".join(self.hub.papers.open(sha256))
        self._as_said(content, size, token)
        self._on_its_way(sha256)
        unit.papers.put(iter([content]), expected_sha256=sha256)


@pytest.fixture
def found(district: District) -> Recorded:
    return recorded_there(district)


def carried_while_weeded(district: District, found: Recorded) -> None:
    """The order is given and read by the district while the letter is on its way."""

    def weed() -> None:
        weed_there(district, found)
        meet(district, "chirgaon")

    line = SlowLine(district, weed)
    exchange_all(district.units["chirgaon"], line, line)
    assert SHA in line.carried
    for _ in range(3):
        meet(district, "moth", "chirgaon")


def test_on_its_way_down_it_is_not_kept_at_the_office(district: District, found: Recorded) -> None:
    chirgaon = district.units["chirgaon"]
    chirgaon.papers.delete(SHA)  # a disk that lost it: it is to come again
    chirgaon.db.run("UPDATE blob SET here=0 WHERE sha256=?", SHA)
    carried_while_weeded(district, found)
    assert not chirgaon.papers.has(SHA)


def test_on_its_way_up_it_is_not_kept_at_the_district(district: District, found: Recorded) -> None:
    district.hub.papers.delete(SHA)  # the same at the district
    district.hub.db.run("UPDATE paper SET here=0 WHERE sha256=?", SHA)
    district.units["chirgaon"].db.run("UPDATE blob SET at_hub=0 WHERE sha256=?", SHA)
    carried_while_weeded(district, found)
    assert not district.hub.papers.has(SHA)
    assert check_hub(district.hub) == []
