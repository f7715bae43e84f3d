"""What can be said to the helper over its socket, and by its file: anything at all, and it goes on."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from commons.mounting import asking
from commons.mounting.values import Owner, Telling, Told

OWNER = Owner(os.geteuid(), os.getegid())
NO_UTF8 = [b'{"out":"\xff\xfe"}', b"\xff\xfe\x00", b'{"\xc3":1}']
NOT_ASKED = [*NO_UTF8, b"", b"yes", b"[]", b'{"out":1}', b'{"out":"BLUE","more":1}', b'{"out":"BLUE"', b"x" * 5_000]


@contextmanager
def helper(root: Path) -> Iterator[list[str]]:
    """Its end of the socket in a thread, for two requests; the names that it was asked for."""
    heard: list[str] = []

    def let_go(name: str) -> bool:
        heard.append(name)
        return True

    listening = asking.listen(root, OWNER)
    listening.setblocking(True)
    listening.settimeout(10)

    def serve() -> None:
        for _ in range(2):
            asking.answer(listening, OWNER, let_go)

    with ThreadPoolExecutor(1) as threads:
        serving = threads.submit(serve)
        yield heard
        serving.result(30)
    listening.close()


def say(root: Path, words: bytes) -> bytes:
    """What is answered to these words, nothing when the connection ends without a word."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.settimeout(10)
        line.connect(str(asking.socket_path(root)))
        line.send(words)
        return line.recv(64)


@pytest.mark.parametrize("words", NOT_ASKED)
def test_words_that_ask_for_nothing_are_not_answered_and_the_next_are(tmp_path: Path, words: bytes) -> None:
    root = tmp_path / "sticks"
    with helper(root) as heard:
        assert say(root, words) == b""
        assert asking.ask_out(root, "नीली")
    assert heard == ["नीली"]


TOLD = msgspec.json.encode(Telling((Told("BLUE", "here", "", "vfat", 1),)))


@pytest.mark.parametrize("data", [TOLD.replace(b"BLUE", b"\xff\xfe"), b"\xff\xfe", b"", b"{}x", b"[]", TOLD[:-3]])
def test_a_broken_file_is_as_no_helper(tmp_path: Path, data: bytes) -> None:
    root = tmp_path / "sticks"
    asking.told_path(root).write_bytes(TOLD)
    assert asking.read_told(root) is not None
    asking.told_path(root).write_bytes(data)
    assert asking.read_told(root) is None
