"""Both ends of ours, with the line cut, the server killed, the peer wrong."""

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from commons.tus import Line, PeerMisbehaved, TransferCut, TransferRefused, tus_upload
from tests.commons.tus.conftest import Cutter, Server, outgoing
from tests.support.waiting import until

HEADERS_BYTES = 1000
UPLOADS = "/papers/upload"


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


@pytest.mark.parametrize("size", [0, 1, 5000, 16_384, 16_385, 300_000])
@pytest.mark.parametrize("piece_bytes", [None, 4096, 100_000])
def test_an_upload(server: Server, line: Line, content: bytes, size: int, piece_bytes: int | None) -> None:
    content = content[:size]
    progress: list[int] = []
    done = tus_upload(line, server.uploads, outgoing(content, kind="scan"), piece_bytes, progress.append)
    assert server.store.verify(sha(content))
    assert progress == sorted(progress)
    assert progress[-1] == size
    if size:
        assert (done.answer, done.sent_bytes) == (f"{sha(content).hex()} moth", size)
    again = tus_upload(line, server.uploads, outgoing(content), piece_bytes)
    assert again.answer == "here before"


def test_few_bytes_travel(line: Line) -> None:
    """What the client sends beside the content, read off the socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen: list[bytes] = []

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                seen.append(connection.recv(65_536))
                connection.sendall(
                    b"HTTP/1.1 201 Created\r\nTus-Resumable: 1.0.0\r\nLocation: /u/1\r\nUpload-Offset: 0\r\n"
                    b"Content-Length: 0\r\n\r\n"
                )
                seen.append(connection.recv(65_536))

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(TransferCut):
            tus_upload(line, f"http://127.0.0.1:{listener.getsockname()[1]}/u", outgoing(bytes(20_000)))
        thread.join(10)
    creation, patch = (request.partition(b"\r\n\r\n")[0] for request in seen)
    for request in (creation, patch):
        for name in (b"user-agent", b"accept", b"connection", b"transfer-encoding"):
            assert name not in request.lower()
    assert len(creation) < 300
    assert len(patch) < 210


@pytest.mark.parametrize("cut_at", [10_000, 123_456, 299_000])
def test_a_new_process_goes_on_where_the_line_was_cut(
    server: Server, line: Line, content: bytes, cutter: Callable[[int, int], Cutter], cut_at: int
) -> None:
    broken = cutter(cut_at, 10**9)
    with requests.Session() as session, pytest.raises(TransferCut):
        tus_upload(Line(session, line.headers, 10), broken.url(UPLOADS), outgoing(content))
    broken.settle()
    assert not server.store.has(sha(content))
    done = tus_upload(line, server.uploads, outgoing(content))
    assert server.store.verify(sha(content))
    assert done.sent_bytes <= len(content) - cut_at + HEADERS_BYTES


def test_every_line_that_breaks_again_comes_to_its_end(
    server: Server, line: Line, content: bytes, cutter: Callable[[int, int], Cutter]
) -> None:
    cuts = sent = 0
    while not server.store.has(sha(content)):
        broken = cutter(40_000, 10**9)
        with requests.Session() as session:
            try:
                tus_upload(Line(session, line.headers, 10), broken.url(UPLOADS), outgoing(content), 25_000)
            except TransferCut:
                cuts += 1
        broken.settle()
        sent += 40_000 - broken.left["up"]
        assert cuts < 12
    assert cuts >= 7
    assert sent < len(content) * 1.05


def test_an_answer_lost_at_the_very_end_is_found_again(
    server: Server, line: Line, content: bytes, cutter: Callable[[int, int], Cutter]
) -> None:
    created = requests.post(
        server.uploads,
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": "1", **line.headers},
        timeout=10,
    )
    answer_bytes = len("HTTP/1.1 201 CREATED\r\n") + sum(len(k) + len(v) + 4 for k, v in created.headers.items()) + 2
    deaf = cutter(10**9, answer_bytes + 5)
    with requests.Session() as session, pytest.raises(TransferCut):
        tus_upload(Line(session, line.headers, 10), deaf.url(UPLOADS), outgoing(content))
    until(lambda: server.store.has(sha(content)))
    assert tus_upload(line, server.uploads, outgoing(content)).sent_bytes == 0


def test_kill_9_of_the_server_in_an_upload(tmp_path: Path, line: Line, content: bytes) -> None:
    server = Server(tmp_path)
    try:
        come, killed = threading.Event(), threading.Event()

        def until_killed(offset: int) -> Iterator[bytes]:
            yield content[offset : offset + 150_000]
            come.set()
            killed.wait(10)
            yield content[offset + 150_000 :]

        def kill() -> None:
            come.wait(10)
            until(lambda: sum(path.stat().st_size for path in (tmp_path / "incoming").glob("*.upload")) > 145_000)
            server.kill()
            killed.set()

        thread = threading.Thread(target=kill)
        thread.start()
        wanted = outgoing(content)
        slow = type(wanted)(wanted.sha256_hex, wanted.size, until_killed)
        with requests.Session() as session, pytest.raises(TransferCut):
            tus_upload(Line(session, line.headers, 10), server.uploads, slow)
        thread.join(10)
        server.start()
        done = tus_upload(line, server.uploads, wanted)
        assert done.sent_bytes <= 150_000 + 4096
        assert server.store.verify(sha(content))
    finally:
        server.kill()


def test_an_upload_whole_but_not_completed_when_the_server_was_killed_is_completed(
    server: Server, line: Line, content: bytes
) -> None:
    create = {"Tus-Resumable": "1.0.0", "Upload-Length": "300000"} | dict(line.headers)
    url = server.url + requests.post(server.uploads, headers=create, timeout=10).headers["Location"]
    server.incoming.append(url.rpartition("/")[2], 0, [content])
    head = requests.head(url, headers={"Tus-Resumable": "1.0.0"} | dict(line.headers), timeout=10)
    assert head.headers["Upload-Offset"] == "300000"
    assert head.headers["Upload-Answer"] == f"{sha(content).hex()} moth"
    assert server.store.verify(sha(content))


def test_refusals_come_with_their_code(server: Server, line: Line) -> None:
    with pytest.raises(TransferRefused) as caught:
        tus_upload(line, server.uploads, outgoing(b"x", kind="unwanted"))
    assert (caught.value.status, caught.value.reason) == (403, "unwanted")
    with requests.Session() as session, pytest.raises(TransferRefused) as caught:
        tus_upload(Line(session, {}), server.uploads, outgoing(b"x"))
    assert caught.value.status == 401


def test_nobody_there(line: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(TransferCut):
        tus_upload(line, f"http://127.0.0.1:{port}/", outgoing(b"x"))


@pytest.mark.parametrize(
    "headers",
    ["Location: http://elsewhere.example/u/1", "Upload-Offset: 0", "Location: /u/1\r\nUpload-Offset: -3"],
)
def test_a_peer_that_would_lead_us_astray(line: Line, headers: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(
                    f"HTTP/1.1 201 Created\r\nTus-Resumable: 1.0.0\r\n{headers}\r\nContent-Length: 0\r\n\r\n".encode()
                )

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(PeerMisbehaved):
            tus_upload(line, f"http://127.0.0.1:{listener.getsockname()[1]}/u", outgoing(bytes(20_000)))
        thread.join(10)


def test_content_that_is_not_what_it_was_called_never_arrives(server: Server, line: Line, content: bytes) -> None:
    wrong = outgoing(content)
    lying = type(wrong)(sha(b"another").hex(), wrong.size, wrong.read)
    with pytest.raises(TransferRefused, match="paper_mismatch"):
        tus_upload(line, server.uploads, lying)
    assert not server.store.has(sha(content))
    assert not server.store.has(sha(b"another"))
