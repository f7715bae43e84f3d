"""Post bags: what is put in comes out, for the addressee alone; anything else is refused in bounded memory."""

from __future__ import annotations

import io
import random
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.bag import BadBag, BagOfOther, Bundle, Head, Item, PaperPart, open_bag, pack_bag, paper_parts, read_head
from protocol.errors import PeerError
from protocol.keys import CannotOpen, NodeKeys, seal

KEYS = NodeKeys.from_bytes(random.Random("bag").randbytes(64))
OTHER = NodeKeys.from_bytes(random.Random("other").randbytes(64))
DISTRICT = sha256(b"root").digest()
HEAD = Head(DISTRICT, "moth", "jhansi-hub", 7, 1_795_000_000_000)
PAPER = random.Random("paper").randbytes(2_500_000)
SHA = sha256(PAPER).digest()


def packed(*items: Item, head: Head = HEAD) -> bytes:
    return b"".join(pack_bag(head, items, lambda info, plain: seal(KEYS.sealing_public, info, plain)))


def opened(data: bytes, keys: NodeKeys = KEYS, me: str = "jhansi-hub", district: bytes = DISTRICT) -> list[Item]:
    return list(open_bag(io.BytesIO(data).read, district, me, keys.open_sealed))


def records(data: bytes) -> tuple[bytes, list[bytes]]:
    begin = 6 + int.from_bytes(data[4:6], "big")
    head, rest, found = data[:begin], data[begin:], []
    while rest:
        end = 4 + int.from_bytes(rest[:4], "big")
        found.append(rest[:end])
        rest = rest[end:]
    return head, found


WHOLE = packed(Bundle(b"PV one"), *paper_parts(SHA, len(PAPER), [PAPER]), Bundle(b"PV two"))


def test_what_is_put_in_comes_out_in_order() -> None:
    items = opened(WHOLE)
    assert [item.data for item in items if isinstance(item, Bundle)] == [b"PV one", b"PV two"]
    parts = [item for item in items if isinstance(item, PaperPart)]
    assert b"".join(part.data for part in parts) == PAPER
    assert {(part.sha256, part.size) for part in parts} == {(SHA, len(PAPER))}
    assert read_head(io.BytesIO(WHOLE).read, DISTRICT) == HEAD


def test_an_empty_bag_is_a_bag() -> None:
    assert opened(packed()) == []


def test_nobody_else_opens_it() -> None:
    with pytest.raises(CannotOpen):
        opened(WHOLE, OTHER)
    with pytest.raises(BadBag):
        opened(WHOLE, me="chirgaon")


def test_a_bag_of_another_district_is_told_as_such() -> None:
    with pytest.raises(BagOfOther):
        opened(WHOLE, district=sha256(b"other").digest())


def test_nothing_of_the_text_can_be_read_from_outside() -> None:
    assert b"PV one" not in WHOLE
    assert SHA not in WHOLE


@pytest.mark.parametrize("left", [0, 1, 2, 3, 4, 5])
def test_a_record_left_out_is_noticed(left: int) -> None:
    head, found = records(WHOLE)
    with pytest.raises(PeerError):
        opened(head + b"".join(one for n, one in enumerate(found) if n != left))


def test_records_in_another_order_are_noticed() -> None:
    head, found = records(packed(Bundle(b"one"), Bundle(b"two")))
    with pytest.raises(CannotOpen):
        opened(head + found[1] + found[0] + found[2])


def test_records_of_another_bag_are_noticed() -> None:
    head, _ = records(packed(Bundle(b"one")))
    _, other = records(packed(Bundle(b"two"), head=Head(DISTRICT, "moth", "jhansi-hub", 8, 1)))
    with pytest.raises(CannotOpen):
        opened(head + b"".join(other))


def test_what_came_before_a_cut_is_given_and_the_cut_is_told() -> None:
    source = random.Random(3)
    for cut in (0, 3, 20, *(source.randrange(len(WHOLE)) for _ in range(30)), len(WHOLE) - 1):
        with pytest.raises(BadBag):
            opened(WHOLE[:cut])


def test_more_than_the_bag_is_not_taken_for_it() -> None:
    with pytest.raises(BadBag):
        opened(WHOLE + b"\0")


@pytest.mark.parametrize(
    "items",
    [
        (PaperPart(SHA, 10, 0, b"x"),),
        (PaperPart(SHA, 3, 0, b""), PaperPart(SHA, 3, 0, b"four")),
        (PaperPart(SHA, 3, 0, b""), Bundle(b"PV")),
        (PaperPart(SHA, 3, 0, b""),),
        (PaperPart(SHA, 0, 0, b""),),
        (PaperPart(SHA, 1 << 50, 0, b""),),
    ],
)
def test_papers_that_do_not_add_up_are_refused(items: tuple[Item, ...]) -> None:
    with pytest.raises(BadBag):
        opened(packed(*items))


def test_a_record_that_claims_four_gigabytes_is_refused_before_it_is_read() -> None:
    head, _ = records(packed())
    asked: list[int] = []
    stream = io.BytesIO(head + b"\xff\xff\xff\xff")

    def read(count: int) -> bytes:
        asked.append(count)
        return stream.read(count)

    with pytest.raises(BadBag):
        list(open_bag(read, DISTRICT, "jhansi-hub", KEYS.open_sealed))
    assert max(asked) < 1000


@settings(max_examples=2000, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_our_own_error(data: bytes) -> None:
    with pytest.raises(PeerError):
        opened(data)


SMALL = packed(Bundle(b"PV"), *paper_parts(SHA, 4, [b"abcd"]))


@settings(max_examples=2000, deadline=None)
@given(st.integers(0, len(SMALL) - 1), st.integers(1, 255), st.integers(0, 4))
def test_any_change_of_a_bag_is_noticed(at: int, change: int, cut: int) -> None:
    data = SMALL[:at] + bytes([SMALL[at] ^ change]) + SMALL[at + 1 + cut :]
    with pytest.raises(PeerError):
        opened(data)
