"""Parcels, greetings and answers: every byte of them is under a signature, and lengths are looked at first."""

from __future__ import annotations

import io
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import carried
from protocol.bundle import TooLarge
from protocol.errors import PeerError
from protocol.keys import BadSignature, NodeKeys, verify
from protocol.trust import UnknownNode

MOTH, CHIRGAON, HUB = (NodeKeys.from_bytes(bytes([number]) * 64) for number in (1, 2, 3))
KEYS = {"moth": MOTH, "chirgaon": CHIRGAON, "hub": HUB}
BAG, WORD, CHALLENGE = b"a sealed bag", bytes(16), bytes(range(24))


def believes(node: str, purpose: str, message: bytes, signature: bytes) -> None:
    if node not in KEYS:
        raise UnknownNode(node=node)
    verify(KEYS[node].signing_public, purpose, message, signature)


def parcel(bag: bytes = BAG) -> bytes:
    return carried.pack_parcel(bag, "moth", "chirgaon", CHALLENGE, MOTH.sign)


def opened(data: bytes, me: str = "chirgaon") -> tuple[carried.Label, bytes]:
    read = io.BytesIO(data).read
    label = carried.read_label(read, me, believes)
    return label, carried.read_bag(read, label)


def test_a_parcel_says_who_hands_it_on() -> None:
    label, bag = opened(parcel())
    assert (label.sender, label.to, label.challenge, bag) == ("moth", "chirgaon", CHALLENGE, BAG)


@given(st.integers(0, len(parcel()) - 1), st.integers(1, 255))
def test_a_parcel_with_any_byte_changed_is_refused(place: int, other: int) -> None:
    data = bytearray(parcel())
    data[place] ^= other
    with pytest.raises(PeerError):
        opened(bytes(data))


@given(st.integers(0, len(parcel()) - 1))
def test_a_parcel_that_was_cut_is_refused(length: int) -> None:
    with pytest.raises(PeerError):
        opened(parcel()[:length])


@given(st.binary(max_size=400))
def test_garbage_is_refused_and_nothing_else_happens(data: bytes) -> None:
    for begin in (b"", carried.PARCEL_MAGIC, carried.PARCEL_MAGIC + b"\x00\x10"):
        with pytest.raises(PeerError):
            opened(begin + data)
    for begin in (b"", carried.ANSWER_MAGIC):
        with pytest.raises(PeerError):
            carried.read_answer(begin + data, bytes(32), "hub", believes)
    with pytest.raises(PeerError):
        carried.read_greeting(data, WORD, "chirgaon", believes)


def test_a_parcel_for_another_more_behind_it_and_strangers_are_refused() -> None:
    with pytest.raises(carried.BadParcel):
        opened(parcel(), me="bamaur")
    with pytest.raises(carried.BadParcel):
        opened(parcel() + b"x")
    with pytest.raises(UnknownNode):
        opened(carried.pack_parcel(BAG, "stranger", "chirgaon", CHALLENGE, MOTH.sign))
    with pytest.raises(BadSignature):
        opened(carried.pack_parcel(BAG, "hub", "chirgaon", CHALLENGE, MOTH.sign))


def test_a_size_beyond_the_bound_is_refused_before_anything_is_read() -> None:
    said = msgspec.msgpack.encode(carried.Label("moth", "chirgaon", CHALLENGE, bytes(32), 1 << 32))
    data = carried.PARCEL_MAGIC + len(said).to_bytes(2, "big") + said + MOTH.sign(carried.CARRY, said)
    with pytest.raises(TooLarge):
        carried.read_label(io.BytesIO(data).read, "chirgaon", believes)
    with pytest.raises(TooLarge):
        parcel(bytes(carried.MAX_BAG_BYTES + 1))
    assert len(parcel(bytes(carried.MAX_BAG_BYTES))) <= carried.MAX_PARCEL_BYTES


def test_a_greeting_is_of_the_office_and_of_this_moment() -> None:
    said = carried.pack_greeting(WORD, CHALLENGE, "chirgaon", CHIRGAON.sign)
    assert carried.read_greeting(said, WORD, "chirgaon", believes) == CHALLENGE
    for word, office in ((bytes([1]) * 16, "chirgaon"), (WORD, "moth")):
        with pytest.raises(BadSignature):
            carried.read_greeting(said, word, office, believes)


def test_an_answer_is_the_hubs_and_to_this_bag() -> None:
    asked = sha256(BAG).digest()
    said = carried.pack_answer(asked, b"back", HUB.sign)
    assert carried.read_answer(said, asked, "hub", believes) == b"back"
    with pytest.raises(BadSignature):
        carried.read_answer(said, sha256(b"another bag").digest(), "hub", believes)
    with pytest.raises(BadSignature):
        carried.read_answer(said + b"x", asked, "hub", believes)
    with pytest.raises(BadSignature):
        carried.read_answer(carried.pack_answer(asked, b"back", CHIRGAON.sign), asked, "hub", believes)
