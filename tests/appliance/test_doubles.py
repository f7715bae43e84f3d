"""A second bearer of the office's name is told: in its status, and to the district with the exchange."""

from __future__ import annotations

from pathlib import Path

import msgspec

from appliance.discovery.kept import keep
from appliance.discovery.values import Presence, Seen, Sighting
from appliance.link.carry import exchange_all
from appliance.status import status_of, words
from central.hub import reading
from tests.support.district import START_MS, make_district
from tests.support.line import DirectLine

KEY = "ab" * 32
COPY = Sighting(Seen("x", "moth", "0.1.0", KEY, 443, ("10.77.0.3",)), START_MS, START_MS)
NAMESAKE = Sighting(Seen("y", "moth", "0.1.0", "cd" * 32, 443, ("10.77.0.4",)), START_MS, START_MS, here=False)


def presence(*others: Sighting) -> Presence:
    return Presence("moth", "block-moth.local", 443, KEY, ("10.77.0.2",), "", START_MS, others)


def test_the_district_is_told_with_the_next_exchange_and_when_it_is_over(tmp_path: Path) -> None:
    district = make_district(tmp_path)
    unit, hub = district.units["moth"], district.hub
    line = DirectLine(hub, "moth")

    def told() -> tuple[int, int]:
        district.clock.ms += 1000
        exchange_all(unit, line, line)
        row = next(row for row in reading.offices(hub) if row.node == "moth")
        return row.clones, row.namesakes

    assert told() == (0, 0)
    keep(unit.folder, presence(COPY, NAMESAKE))
    assert told() == (1, 1)
    keep(unit.folder, presence())
    assert told() == (0, 0)
    district.close()


def test_what_an_older_or_a_mad_office_reports_is_read_as_far_as_it_goes() -> None:
    assert reading.report_of(msgspec.msgpack.encode([5, 3, 1, 7])) == (3, 0, 0)
    assert reading.report_of(msgspec.msgpack.encode([5, 3, 1, 7, 2, 1, 9])) == (3, 2, 1)
    for mad in (b"", b"\xc1", msgspec.msgpack.encode(["x"]), msgspec.msgpack.encode([])):
        assert reading.report_of(mad) == (0, 0, 0)


def test_status_shows_name_addresses_and_doubles(tmp_path: Path) -> None:
    district = make_district(tmp_path)
    unit = district.units["moth"]
    assert status_of(unit).network is None
    keep(unit.folder, presence(COPY, NAMESAKE))
    network = status_of(unit).network
    assert network is not None
    assert (network.host, network.addresses) == ("block-moth.local", ("10.77.0.2",))
    assert [(one.kind, one.here) for one in network.doubles] == [("clone", True), ("namesake", False)]
    said = "network  block-moth.local, 10.77.0.2; clone at 10.77.0.3; namesake at 10.77.0.4 (gone)"
    assert said in words(status_of(unit))
    district.close()
