from __future__ import annotations

import socket

import pytest

from commons.serve import BadAddress, check_listening, parse


def code_of(address: str) -> str:
    try:
        check_listening(address)
    except BadAddress as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("address", ["0.0.0.0:8800", "192.0.2.1:8800", "[::]:8800", "moth.example:8800"])
def test_plain_http_is_for_this_machine_alone(address: str) -> None:
    assert code_of(address) == "address.not_loopback"


@pytest.mark.parametrize("address", ["8800", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000", ":8800"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert code_of(address) == "address.malformed"


def test_a_taken_port_is_refused_and_a_free_one_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert code_of(f"127.0.0.1:{port}") == "address.taken"
    assert code_of(f"127.0.0.1:{port}") == ""


def test_parse_gives_host_and_port() -> None:
    assert parse("[::1]:8801") == ("::1", 8801)
