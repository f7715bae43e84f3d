"""The chain's vectors, computed here from the written rule and not from the code."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from protocol import journal
from protocol.words import ZERO_HASH, EventId

EPOCH = bytes.fromhex("0102030405060708")


def by_hand(node: bytes, seq: int, header: bytes, body: bytes) -> bytes:
    parts = b"PV1e" + bytes([0, len(node)]) + node + EPOCH + seq.to_bytes(8, "big")
    return sha256(parts + len(header).to_bytes(2, "big") + header + sha256(body).digest()).digest()


def test_an_event_has_the_hash_that_is_written_down() -> None:
    e = journal.hash_event_id(EventId("moth", EPOCH, 1), b"header", b"body")
    assert e == by_hand(b"moth", 1, b"header", b"body")
    assert e.hex() == "037b58047cdd117de7b0bc756f745797115f06d100515270eee6726f0972ed57"
    h = journal.chain(ZERO_HASH, e)
    assert h == sha256(b"PV1h" + bytes(32) + e).digest()
    assert h.hex() == "30feac9674d53ccb56a0959a3261e28068aac63d6ad45ba0793ed59b89b7360f"
    f = journal.file_chain(ZERO_HASH, e)
    assert f == sha256(b"PV1f" + bytes(32) + e).digest()
    assert f.hex() == "056ff34a9ca0647b3650d8a13fa867c40d55deee1906b0ab43bc63ebf7b2b158"


events = st.lists(st.tuples(st.binary(max_size=40), st.binary(max_size=40)), max_size=6)


@given(events, st.integers(1, 2**60))
def test_many_at_once_are_as_one_by_one(pairs: list[tuple[bytes, bytes]], first: int) -> None:
    own, heads = journal.chain_hashes("moth", EPOCH, first, ZERO_HASH, pairs)
    before = ZERO_HASH
    for i, (header, body) in enumerate(pairs):
        assert own[i] == by_hand(b"moth", first + i, header, body)
        before = journal.chain(before, own[i])
        assert heads[i] == before
    assert journal.file_hash(own) == journal.file_hash(own[1:], journal.file_hash(own[:1]))


@given(events.filter(lambda pairs: len(pairs) > 0), st.data())
def test_a_changed_event_changes_the_head(pairs: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    _, heads = journal.chain_hashes("moth", EPOCH, 1, ZERO_HASH, pairs)
    at = data.draw(st.integers(0, len(pairs) - 1))
    header, body = pairs[at]
    for other in ((header + b"x", body), (header, body + b"x"), (body + b"y", header)):
        changed = [*pairs[:at], other, *pairs[at + 1 :]]
        assert journal.chain_hashes("moth", EPOCH, 1, ZERO_HASH, changed)[1][-1] != heads[-1]
    for node, epoch, first in (("moti", EPOCH, 1), ("moth", bytes(8), 1), ("moth", EPOCH, 2)):
        assert journal.chain_hashes(node, epoch, first, ZERO_HASH, pairs)[1][-1] != heads[-1]


def test_no_byte_can_wander_between_header_and_body_or_name_and_epoch() -> None:
    seen = {
        journal.hash_event_id(EventId(node, EPOCH, 1), header, body)
        for node in ("mot", "moth")
        for header, body in ((b"ab", b"c"), (b"a", b"bc"), (b"abc", b""), (b"", b"abc"))
    }
    assert len(seen) == 8


@given(events, st.data())
def test_a_destroyed_body_changes_no_hash(pairs: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    shed = [(header, journal.stub_of(body) if data.draw(st.booleans()) else body) for header, body in pairs]
    assert journal.chain_hashes("moth", EPOCH, 1, ZERO_HASH, shed) == journal.chain_hashes(
        "moth", EPOCH, 1, ZERO_HASH, pairs
    )
    for (header, body), (_, stub) in zip(pairs, shed, strict=True):
        one = EventId("moth", EPOCH, 9)
        assert journal.hash_event_id(one, header, stub) == journal.hash_event_id(one, header, body)
        assert journal.is_same(header, stub, header, body)
        assert not journal.is_same(header, stub, header, body + b"x")
        assert not journal.is_same(header + b"x", stub, header, body)


def test_a_stub_is_the_mark_and_the_hash_and_is_not_destroyed_twice() -> None:
    stub = journal.stub_of(b"body")
    assert stub == b"\xc1" + sha256(b"body").digest()
    assert journal.is_stub(stub)
    assert journal.stub_of(stub) == stub
    assert journal.body_digest(stub) == journal.body_digest(b"body") == sha256(b"body").digest()
    for other in (b"", b"\xc1", stub + b"x", stub[:-1], b"\xc0" + stub[1:]):
        assert not journal.is_stub(other)
