from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import bundle
from protocol import messages as ms
from protocol.bundle import BadBundle, TooLarge
from protocol.dictionary import compress
from protocol.errors import PeerError
from protocol.keys import BadSignature
from protocol.trust import UnknownNode
from tests.protocol.ends import DOWN, UP, believe, envelope_of, signer

HEAD = 3 + 1 + 64 + 2


def packed(payload: bytes = b"payload") -> bytes:
    return bundle.pack("U", ("moth", "hub", 1), payload, signer("moth"))


def test_the_bytes_are_as_written_down() -> None:
    data = packed()
    length = int.from_bytes(data[68:70], "big")
    statement = data[70 : 70 + length]
    assert data[:4] == b"PV\x01U"
    assert msgspec.msgpack.decode(statement)[:3] == ["moth", "hub", 1]
    assert len(msgspec.msgpack.decode(statement)[3]) == 32
    believe("moth", b"PV1sU" + statement, data[4:68])
    assert data[70 + length :] == (7).to_bytes(4, "big") + b"payload"


def test_it_comes_apart_again_with_its_length() -> None:
    data = packed()
    found = bundle.split(data + b"next")
    assert found is not None
    assert found[1] == len(data)
    assert (found[0].kind, found[0].payload) == ("U", b"payload")


def test_cut_anywhere_it_is_not_whole() -> None:
    data = packed()
    assert [bundle.split(data[:cut]) for cut in range(len(data))] == [None] * len(data)


@pytest.mark.parametrize("data", [b"x", b"PVx", b"PV\x02" + bytes(200), b"<html>", b"V"])
def test_other_bytes_are_refused_at_the_first_wrong_one(data: bytes) -> None:
    with pytest.raises(BadBundle):
        bundle.split(data)


def test_an_oversized_one_is_refused_before_it_has_arrived() -> None:
    data = packed(bytes(100))
    head = data[: len(data) - 100]
    assert bundle.split(head, max_payload=100) is None
    with pytest.raises(TooLarge) as refused:
        bundle.split(head, max_payload=99)
    assert refused.value.values == {"limit_bytes": 99}


def test_a_payload_that_unpacks_to_too_much_is_refused() -> None:
    bomb = compress(bytes(bundle.MAX_UNPACKED_BYTES + 1), 1)
    assert len(bomb) < 100_000
    with pytest.raises(PeerError):
        bundle.unsqueeze(bomb, msgspec.msgpack.Decoder(bytes))


def test_a_payload_of_another_statement_is_refused() -> None:
    mine, other = envelope_of(packed(b"mine")), envelope_of(packed(b"other"))
    stated = msgspec.msgpack.decode(mine.statement)[3]
    bundle.check_payload(mine, stated)
    for payload in (other.payload, b"", b"mine "):
        with pytest.raises(BadBundle):
            bundle.check_payload(mine._replace(payload=payload), stated)


def test_a_payload_cannot_be_left_out() -> None:
    data = ms.encode_message(UP, signer("moth"))
    envelope = envelope_of(data)._replace(payload=b"")
    with pytest.raises(BadBundle):
        ms.decode_message(envelope, believe, "hub", ms.FROM_NODE)


def test_it_is_read_only_by_its_addressee() -> None:
    envelope = envelope_of(ms.encode_message(UP, signer("moth")))
    assert ms.decode_message(envelope, believe, "hub", ms.FROM_NODE) == UP
    with pytest.raises(BadBundle) as refused:
        ms.decode_message(envelope, believe, "moth", ms.FROM_NODE)
    assert refused.value.values["what"] == "recipient"


def test_nobody_speaks_for_another() -> None:
    envelope = envelope_of(ms.encode_message(UP, signer("hub")))
    with pytest.raises(BadSignature):
        ms.decode_message(envelope, believe, "hub", ms.FROM_NODE)
    stranger = ms.Up("mallory", *(getattr(UP, name) for name in UP.__struct_fields__[1:]))
    with pytest.raises(UnknownNode):
        ms.decode_message(envelope_of(ms.encode_message(stranger, signer("mallory"))), believe, "hub", ms.FROM_NODE)


def test_a_signature_of_one_letter_is_none_of_another() -> None:
    envelope = envelope_of(ms.encode_message(DOWN, signer("hub")))
    with pytest.raises(PeerError):
        ms.decode_message(envelope._replace(kind="T"), believe, "moth", ms.FROM_HUB)


def test_a_truncated_payload_under_a_right_signature_is_refused() -> None:
    """A signer of the district who sends nonsense gets an error of the peer, nothing else."""
    whole = bundle.squeeze(UP.payload)
    fields = tuple(getattr(UP, name) for name in UP.__struct_fields__ if name != "payload")
    for payload in (whole[:-1], whole[: len(whole) // 2], b"nonsense", bundle.squeeze([1, 2, 3]), bundle.squeeze({})):
        data = bundle.pack("U", fields, payload, signer("moth"))
        with pytest.raises(PeerError):
            ms.decode_message(envelope_of(data), believe, "hub", ms.FROM_NODE)


@given(st.binary(max_size=400))
def test_garbage_is_refused_or_waited_for(data: bytes) -> None:
    try:
        found = bundle.split(b"PV\x01U" + data)
    except PeerError:
        return
    if found is not None:
        with pytest.raises(PeerError):
            ms.decode_message(found[0], believe, "hub", ms.FROM_NODE)


@given(st.recursive(st.none() | st.integers(-(2**63), 2**63 - 1) | st.binary() | st.text(), st.lists, max_leaves=20))
def test_a_signed_statement_of_any_shape_is_refused(value: object) -> None:
    fields = tuple(value) if isinstance(value, list) else (value,)
    envelope = envelope_of(bundle.pack("U", fields, b"", signer("moth")))
    with pytest.raises(PeerError):
        ms.decode_message(envelope, believe, "hub", ms.FROM_NODE)


def test_small_and_large_payloads_come_back() -> None:
    for size in (0, 10, 20_000, 400_000):
        value = bytes(range(256)) * (size // 256)
        assert bundle.unsqueeze(bundle.squeeze(value), msgspec.msgpack.Decoder(bytes)) == value
