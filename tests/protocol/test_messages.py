from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest
from msgspec.structs import replace

from protocol import bundle
from protocol import messages as ms
from protocol.bundle import BadBundle
from protocol.words import ZERO_HASH, Term
from tests.protocol import ends
from tests.protocol.ends import DOWN, EPOCH, GRANT, UP, H, believe, envelope_of, signer

ALL = {message.letter: message for message in (*ends.FROM_NODE, *ends.FROM_HUB)}


def received(data: bytes, allowed: frozenset[str] = ms.FROM_NODE | ms.FROM_HUB) -> ms.Message:
    envelope = envelope_of(data)
    me = "hub" if envelope.kind in ms.FROM_NODE else "moth"
    return ms.decode_message(envelope, believe, me, allowed)


@pytest.mark.parametrize("message", [*ends.FROM_NODE, *ends.FROM_HUB], ids=lambda m: m.letter)
def test_every_message_comes_over_as_it_was(message: ms.Message) -> None:
    assert received(ms.encode_message(message, signer(message.sender))) == message


def test_there_is_a_test_message_for_every_letter() -> None:
    assert set(ALL) == ms.FROM_NODE | ms.FROM_HUB
    assert not ms.FROM_NODE & ms.FROM_HUB


@pytest.mark.parametrize("letter", sorted(ALL))
def test_fields_that_a_newer_release_appends_are_passed_over(letter: str) -> None:
    message = ALL[letter]
    payload = getattr(message, "payload", None)
    squeezed = b""
    if payload is not None and payload != type(payload)():
        squeezed = bundle.squeeze([*(getattr(payload, name) for name in payload.__struct_fields__), "newer"])
    fields = [getattr(message, name) for name in message.__struct_fields__ if name != "payload"]
    statement = msgspec.msgpack.encode([*fields, sha256(squeezed).digest() if squeezed else b"", "newer", 1])
    signature = signer(message.sender)(bundle.signed_bytes(letter, statement))
    me = "hub" if message.sender == "moth" else "moth"
    envelope = bundle.Envelope(letter, signature, statement, squeezed)
    assert ms.decode_message(envelope, believe, me, frozenset(letter)) == message


@pytest.mark.parametrize(
    "message",
    [
        replace(UP, epoch=b"short"), replace(UP, base_hash=b""), replace(UP, count=2), replace(UP, count=0),
        replace(UP, base_seq=-1), replace(UP, cursor=-1), replace(UP, life=1 << 62), replace(UP, flags=-1),
        replace(DOWN, count=2), replace(DOWN, ack_seq=-5), replace(DOWN, life=-1),
    ],
)  # fmt: skip
def test_shapes_that_cannot_be_are_refused(message: ms.Message) -> None:
    with pytest.raises(BadBundle):
        received(ms.encode_message(message, signer(message.sender)))


def test_a_letter_that_is_not_allowed_here_is_refused_before_its_signature_is_looked_at() -> None:
    with pytest.raises(BadBundle) as refused:
        received(ms.encode_message(DOWN, signer("mallory")), ms.FROM_NODE)
    assert refused.value.values["what"] == "kind"


def test_columns_of_a_chapter_are_of_one_length() -> None:
    assert ms.Chapter(EPOCH, 1, H, (b"1",), (b"2",)).pairs() == ((b"1", b"2"),)
    with pytest.raises(BadBundle):
        ms.Chapter(EPOCH, 1, H, (b"1",), ()).pairs()


def test_items_come_over_and_their_chain_is_over_their_bytes() -> None:
    items: tuple[ms.Item, ...] = (
        ms.Call("f", 7, 2, "moth", "moth.da1", "back", "c"), ms.RefusedItem("f", "c", "opened", "n", "p", "e", 5),
        ms.Tombstone(), ms.Status("f", 7, 1, "opened", "n", "p", "e", 5), ms.AsideItem("e", "fork"),
    )  # fmt: skip
    for item in items:
        assert ms.decode_item(ms.encode_item(item)) == item
    grant = ms.decode_item(GRANT)
    assert isinstance(grant, ms.Grant)
    assert grant.term == Term(7, 1)
    assert ms.stream_chain(ZERO_HASH, GRANT) == sha256(b"PV1d" + ZERO_HASH + GRANT).digest()


@pytest.mark.parametrize("value", [["Z", 1, 2], ["newer"], [], ["G", 1], ["G", "f", "x"]])
def test_an_item_that_this_release_does_not_know_is_passed_over(value: object) -> None:
    assert ms.decode_item(msgspec.msgpack.encode(value)) is None


def test_an_item_with_appended_fields_is_known() -> None:
    longer = [*msgspec.msgpack.decode(GRANT), "newer"]
    assert ms.decode_item(msgspec.msgpack.encode(longer)) == ms.decode_item(GRANT)


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91", msgspec.msgpack.encode({"G": 1}), msgspec.msgpack.encode(7)])
def test_bytes_that_are_no_item_are_an_error(data: bytes) -> None:
    with pytest.raises(BadBundle):
        ms.decode_item(data)


def test_a_statement_is_evidence_by_itself() -> None:
    envelope = envelope_of(ms.encode_message(DOWN, signer("hub")))
    assert ms.decode_statement("D", envelope.statement) == replace(DOWN, payload=ms.DownPayload())
    with pytest.raises(BadBundle):
        ms.decode_statement("D", envelope.statement[:-1])
