from __future__ import annotations

import typing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from protocol import events as ev
from protocol.errors import PeerError
from protocol.events import BODIES, BadEvent, Body, Header
from protocol.words import BadWord

EPOCH = bytes.fromhex("00112233aabbccdd")
texts, numbers, counts = st.text(max_size=30), st.integers(-1, 2**62 - 1), st.integers(0, 2**62 - 1)
headers = st.builds(
    Header,
    st.integers(1, 9),
    texts,
    counts | texts,
    counts,
    counts,
    counts,
    texts,
    texts,
    counts,
    st.none() | st.binary(min_size=32, max_size=32),
)
BY_TYPE: dict[object, st.SearchStrategy[object]] = {
    str: texts,
    int: numbers,
    bool: st.booleans(),
    bytes: st.binary(max_size=32),
    tuple[str, ...]: st.lists(texts, max_size=3).map(tuple),
    tuple[bytes, ...]: st.lists(st.binary(max_size=32), max_size=3).map(tuple),
    tuple[tuple[str, bytes], ...]: st.lists(st.tuples(texts, st.binary(max_size=32)), max_size=3).map(tuple),
}


def body_of(kind: str) -> st.SearchStrategy[Body]:
    hints = typing.get_type_hints(BODIES[kind])
    return st.builds(BODIES[kind], *(BY_TYPE[hints[name]] for name in BODIES[kind].__struct_fields__))


bodies = st.sampled_from(sorted(BODIES)).flatmap(body_of)


@given(headers)
def test_a_header_comes_back(header: Header) -> None:
    assert ev.decode_header(ev.encode_header(header)) == header


@given(bodies)
def test_a_body_comes_back(body: Body) -> None:
    assert ev.decode_body(body.kind, ev.encode_body(body)) == body


@given(headers, st.lists(st.integers() | st.binary() | st.none(), min_size=1, max_size=3))
def test_fields_that_a_newer_release_appends_to_a_header_are_passed_over(header: Header, more: list[object]) -> None:
    whole = replace(header, after=bytes(32))
    longer = msgspec.msgpack.encode([*msgspec.msgpack.decode(ev.encode_header(whole)), *(str(each) for each in more)])
    assert ev.decode_header(longer) == whole


@given(bodies, st.lists(st.text() | st.none(), min_size=1, max_size=3))
def test_fields_that_a_newer_release_appends_to_a_body_are_passed_over(body: Body, more: list[object]) -> None:
    longer = msgspec.msgpack.encode([*msgspec.structs.astuple(body), *more])
    assert ev.decode_body(body.kind, longer) == body


def test_fields_that_an_older_release_left_out_have_their_defaults() -> None:
    assert ev.decode_body("send", msgspec.msgpack.encode(["a.b", "a"])) == ev.Send("a.b", "a")
    assert ev.decode_body("receive", b"\x90") == ev.Receive()


def test_without_after_a_header_has_nine_fields_and_with_it_ten() -> None:
    header = Header(1, "note", 3, 7, 2, 99, "moth.da1", "E1", 4)
    assert msgspec.msgpack.decode(ev.encode_header(header)) == [1, "note", 3, 7, 2, 99, "moth.da1", "E1", 4]
    fresh = replace(header, after=bytes(32))
    assert msgspec.msgpack.decode(ev.encode_header(fresh))[9:] == [bytes(32)]


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"\x90", msgspec.msgpack.encode({"x": 1})])
def test_an_unknown_kind_has_no_body_whatever_its_bytes(data: bytes) -> None:
    assert ev.decode_body("stamp", data) is None


@pytest.mark.parametrize("kind", sorted(kind for kind in BODIES if BODIES[kind].__struct_fields__))
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        b"\x91",
        b"\xa1\xff",
        msgspec.msgpack.encode(7),
        msgspec.msgpack.encode({}),
        msgspec.msgpack.encode([{}] * 9),
        b"\x99" + b"\xa1\xff" * 9,
    ],
)
def test_absurd_bodies_are_bad_events(kind: str, data: bytes) -> None:
    with pytest.raises(BadEvent):
        ev.decode_body(kind, data)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [1],
        ["1", "note", 1, 0, 0, 1, "p", "e", 1],
        [1, 2, 1, 0, 0, 1, "p", "e", 1],
        [1, "note", 1.5, 0, 0, 1, "p", "e", 1],
        [1, "note", None, 0, 0, 1, "p", "e", 1],
        [1, "note", 1, "0", 0, 1, "p", "e", 1],
        [1, "note", 1, 0, 0, 1, "p", "e", 1, "not bytes"],
        [1, "note", 1, 0, 0, 1, b"\xff", "e", 1],
    ],
)
def test_absurd_headers_are_bad_events(fields: list[object]) -> None:
    with pytest.raises(BadEvent):
        ev.decode_header(msgspec.msgpack.encode(fields))


@given(st.binary(max_size=200), st.sampled_from(sorted(BODIES)))
def test_any_bytes_are_read_or_are_a_bad_event(data: bytes, kind: str) -> None:
    for read in (lambda: ev.decode_header(data), lambda: ev.decode_body(kind, data)):
        try:
            read()
        except BadEvent:
            continue


@pytest.mark.parametrize(
    "shaken",
    [
        {"life": -1},
        {"number": -5},
        {"hlc": -1},
        {"charge": -1},
        {"life": 1 << 63},
        {"hlc": 1 << 63},
        {"number": 1 << 63},
        {"charge": 1 << 63},
        {"subject": 1 << 63},
        {"after": b"short"},
        {"after": b""},
    ],
)
def test_values_that_no_node_can_mean_are_bad_events(shaken: dict[str, object]) -> None:
    """Numbers beyond what the database holds, hashes that are none: refused when read, not when they are stored."""
    header = replace(Header(1, "note", 3, 7, 2, 99, "moth.da1", "E1", 4), **shaken)
    with pytest.raises(PeerError):
        ev.decode_header(ev.encode_header(header))


def test_numbers_of_a_body_that_no_node_can_mean_are_bad_events() -> None:
    for value in (-2, 1 << 62, 1 << 63, -(1 << 63)):
        for body in (
            ev.Answer("c", "w", at_hlc=value),
            ev.Attach(bytes(32), value, "n", "m", 1, 1),
            ev.Note(value, 1, "x"),
        ):
            with pytest.raises(BadEvent):
                ev.decode_body(body.kind, ev.encode_body(body))


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        (0, "moth.00112233aabbccdd.9"),
        (3, "moth.00112233aabbccdd.3"),
        (8, "moth.00112233aabbccdd.8"),
        ("chirgaon.0000000000000001.5", "chirgaon.0000000000000001.5"),
    ],
)
def test_a_subject_is_named_short_or_whole(subject: int | str, found: str) -> None:
    assert ev.subject_of("moth", EPOCH, 9, subject) == found


@pytest.mark.parametrize("subject", [9, 10, -1, 1 << 70])
def test_a_subject_that_is_not_there_yet_is_a_bad_event(subject: int) -> None:
    with pytest.raises(BadEvent):
        ev.subject_of("moth", EPOCH, 9, subject)


@pytest.mark.parametrize(
    "subject", ["", "moth", "moth.00112233aabbccdd", "moth.00112233aabbccdd.x", "MOTH.00112233aabbccdd.1"]
)
def test_a_subject_that_is_no_id_is_a_bad_word(subject: str) -> None:
    with pytest.raises(BadWord):
        ev.subject_of("moth", EPOCH, 9, subject)


def test_the_short_form_is_used_where_there_is_one() -> None:
    here = ("moth", EPOCH)
    assert ev.subject_field(None, here) == 0
    assert ev.subject_field("moth.00112233aabbccdd.4", here) == 4
    assert ev.subject_field("moth.0000000000000001.4", here) == "moth.0000000000000001.4"
    assert ev.subject_field("chirgaon.00112233aabbccdd.4", here) == "chirgaon.00112233aabbccdd.4"
