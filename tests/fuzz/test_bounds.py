"""What is small outside and endless inside: looked at before it is made room for."""

from __future__ import annotations

import itertools
import struct
import time
import tracemalloc
from collections.abc import Callable, Iterator

import msgspec
import pytest

from protocol import bag, bundle
from protocol import messages as ms
from protocol.dictionary import compress
from protocol.errors import PeerError
from tests.fuzz.targets import HEAD, SEAL_BYTES, held, specimen
from tests.support.district import HUB_CODE

MOST_MIB = 400


def peak_of(run: Callable[[], object]) -> float:
    """MiB that it needed at once."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / (1 << 20)
    finally:
        tracemalloc.stop()


def up_with(headers: bytes) -> bytes:
    """A rightly signed bundle whose column of headers is what is given, in MessagePack."""
    made = held()
    unit = made.district.units["moth"]
    data = specimen(made.ups[-2])
    size = int.from_bytes(data[1:3], "big")
    fields = msgspec.msgpack.decode(data[3 : 3 + size])
    payload = b"\x95" + headers + b"\x90" + b"\x90" + b"\xc4\x00" + b"\x90"
    return bundle.pack("U", tuple(fields), compress(payload, 3), unit.sign)


def refused(data: bytes) -> None:
    hub = held().district.hub
    found = bundle.split(data)
    assert found is not None
    with pytest.raises(PeerError):
        ms.decode_message(found[0], hub.verify, HUB_CODE, ms.FROM_NODE)


@pytest.mark.parametrize("count", [ms.MAX_EVENTS, ms.MAX_EVENTS + 1, 40_000_000])
def test_tiny_events_without_end_are_refused_within_bounds(count: int) -> None:
    """A million may be unpacked, and fail by their count; one more, and nothing is unpacked."""
    data = up_with(b"\xdd" + struct.pack(">I", count) + b"\xc4\x00" * count)
    assert len(data) < 200_000
    started = time.monotonic()
    peak = peak_of(lambda: refused(data))
    assert peak < MOST_MIB
    assert time.monotonic() - started < 30


def test_a_bundle_that_unpacks_to_gigabytes_is_refused_within_bounds() -> None:
    hollow = up_with(b"\x91\xc6" + struct.pack(">I", 250 << 20) + bytes(250 << 20))
    assert len(hollow) < 100_000
    assert peak_of(lambda: refused(hollow)) < MOST_MIB


def records() -> Iterator[bytes]:
    """A bag of papers of one byte each, without end."""
    said = msgspec.msgpack.encode(HEAD)
    yield bag.MAGIC + struct.pack(">H", len(said)) + said
    for number in itertools.count():
        for plain in (b"P" + number.to_bytes(32, "big") + struct.pack(">Q", 1), b"C!"):
            sealed = bytes(SEAL_BYTES) + plain
            yield struct.pack(">I", len(sealed)) + sealed


def test_a_million_tiny_records_in_a_bag_are_given_up_within_bounds() -> None:
    given, held_back = records(), bytearray()

    def read(count: int) -> bytes:
        while len(held_back) < count:
            held_back.extend(next(given))
        data = bytes(held_back[:count])
        del held_back[:count]
        return data

    taken = 0

    def open_all() -> None:
        nonlocal taken
        for _ in bag.open_bag(read, HEAD.district, HUB_CODE, lambda _, data: data[SEAL_BYTES:]):
            taken += 1

    def run() -> None:
        with pytest.raises(bag.BadBag) as caught:
            open_all()
        assert caught.value.values["what"] == "records"

    assert peak_of(run) < 20
    assert taken == bag.MAX_SMALL


def test_a_bundle_that_says_four_gigabytes_is_refused_before_they_are_waited_for() -> None:
    data = held().ups[-1]
    found = bundle.split(data)
    assert found is not None
    at = len(data) - len(found[0].payload) - 4
    with pytest.raises(bundle.TooLarge):
        bundle.split(data[:at] + b"\xff\xff\xff\xff")
