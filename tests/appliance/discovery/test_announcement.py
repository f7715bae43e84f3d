"""What an appliance says of itself, and what is believed of what others say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.discovery.announcement import (
    addresses_of,
    host_of,
    is_near,
    office_in,
    read,
    service_of,
    text_of,
)
from appliance.discovery.values import Own

OWN = Own("moth", "0.1.0", "ab" * 32, 443, "0123456789abcdef")
NAME = service_of(OWN)
TEXT: dict[bytes, bytes | None] = {
    key.encode(): value.encode() for key, value in text_of(OWN, ("10.0.0.2", "fd00::2")).items()
}


def test_what_one_says_the_other_reads() -> None:
    seen = read(NAME, "block-moth.local.", 443, ["10.0.0.9"], TEXT)
    assert seen is not None
    assert (seen.office, seen.version, seen.fingerprint, seen.port) == ("moth", "0.1.0", OWN.fingerprint, 443)
    assert seen.addresses == ("10.0.0.2", "fd00::2")
    assert (host_of("moth"), office_in(NAME)) == ("block-moth.local", "moth")


def test_a_pair_stays_below_what_a_record_can_hold() -> None:
    long = Own("a" * 20, "9" * 32, "ab" * 32, 65_535, "f" * 16)
    addresses = tuple(f"fd00:1111:2222:3333:4444:5555:6666:{n:04x}" for n in range(16))
    assert max(len(key) + 1 + len(value) for key, value in text_of(long, addresses).items()) <= 255
    assert len(service_of(long).partition(".")[0]) <= 63


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("no office", {b"office": None}),
        ("another office than its name", {b"office": b"chirgaon"}),
        ("an office in capitals", {b"office": b"MOTH"}),
        ("a short fingerprint", {b"fingerprint": b"ab"}),
        ("markup for a fingerprint", {b"fingerprint": b"<script>alert(1)</script>"}),
        ("a version that rings the terminal's bell", {b"version": b"1\x07\x1b[2J"}),
        ("a version without end", {b"version": b"1" * 33}),
        ("a version that is not ASCII", {b"version": "१".encode()}),
    ],
)
def test_what_no_appliance_would_say_is_not_read(what: str, change: dict[bytes, bytes | None]) -> None:
    assert read(NAME, "block-moth.local.", 443, [], TEXT | change) is None, what


@pytest.mark.parametrize(
    ("name", "host", "port"),
    [
        ("block-moth-0123456789abcdeg._patravali._tcp.local.", "block-moth.local.", 443),
        ("moth._patravali._tcp.local.", "block-moth.local.", 443),
        ("block-moth-0123456789abcdef._http._tcp.local.", "block-moth.local.", 443),
        (NAME, "printer.local.", 443),
        (NAME, "block-moth.local.", 0),
        (NAME, "block-moth.local.", 65_536),
    ],
)
def test_names_and_ports_must_be_ours(name: str, host: str, port: int) -> None:
    assert read(name, host, port, [], TEXT) is None


def test_addresses_are_checked_ordered_and_bounded() -> None:
    hostile = ["fe80::1%eth0", "10.0.0.2", "127.0.0.1", "::1", "224.0.0.1", "::", "x", "fe80::1%<b>", "fd00::2"]
    assert addresses_of(hostile) == ("10.0.0.2", "fd00::2", "fe80::1%eth0")
    assert len(addresses_of(f"10.0.0.{n}" for n in range(100))) == 16


def test_a_link_local_address_keeps_the_interface_on_which_it_was_heard() -> None:
    seen = read(NAME, "block-moth.local.", 443, ["fe80::5%eth1"], TEXT | {b"at": b"fe80::5"})
    assert seen is not None
    assert seen.addresses == ("fe80::5%eth1",)


def test_only_addresses_of_a_local_network_are_near() -> None:
    assert [is_near(one) for one in ("10.1.1.1", "192.168.0.5", "fe80::1%eth0", "fd00::1")] == [True] * 4
    assert not is_near("8.8.8.8")
    assert not is_near("2a00:1450::1")


@given(
    st.text(max_size=300),
    st.text(max_size=80),
    st.integers(),
    st.lists(st.text(max_size=60)),
    st.dictionaries(st.sampled_from([b"office", b"version", b"fingerprint", b"at", b"x"]), st.none() | st.binary()),
)
def test_nothing_that_anybody_says_is_an_error(
    name: str, host: str, port: int, addresses: list[str], text: dict[bytes, bytes | None]
) -> None:
    read(name, host, port, addresses, text)
    seen = read(NAME, "block-moth.local.", 443, addresses, TEXT | {b"at": text.get(b"at")})
    assert seen is None or all(len(one) <= 64 for one in seen.addresses)
