"""Papers down by Range: plain requests, curl, and our client with the line cut."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from commons.papers import Incoming, PaperMismatch, PaperStore
from commons.tus import Line, PeerMisbehaved, TransferCut, TransferRefused, Wanted, range_download
from tests.commons.tus.conftest import Cutter, Server


class Office:
    """The end that downloads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = PaperStore(folder / "papers", bytes(range(32)))

    @property
    def incoming(self) -> Incoming:
        return Incoming(self.folder / "incoming", bytes(range(32)))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def wanted(content: bytes) -> Wanted:
    return Wanted("down " + sha(content).hex(), sha(content), len(content))


def get(server: Server, content: bytes, **headers: str) -> requests.Response:
    headers = {name.replace("_", "-"): value for name, value in headers.items()} | {"Accept-Encoding": "identity"}
    return requests.get(server.paper_url(content), headers=headers, timeout=10)


def test_whole_and_in_ranges(server: Server, content: bytes) -> None:
    server.store.put(content)
    whole = get(server, content)
    assert (whole.status_code, whole.content) == (200, content)
    etag = f'"{sha(content).hex()}"'
    assert (whole.headers["ETag"], whole.headers["Accept-Ranges"]) == (etag, "bytes")
    for text, start, end in [("0-0", 0, 1), ("65535-65536", 65_535, 65_537), ("299999-", 299_999, 300_000)]:
        part = get(server, content, Range=f"bytes={text}", If_Range=etag)
        assert (part.status_code, part.content) == (206, content[start:end])
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/300000"
    assert get(server, content, Range="bytes=-10").content == content[-10:]
    for other in ('"other"', f"W/{etag}", "Sun, 06 Nov 1994 08:49:37 GMT"):
        assert get(server, content, Range="bytes=5-", If_Range=other).status_code == 200
    past = get(server, content, Range="bytes=300000-")
    assert (past.status_code, past.headers["Content-Range"]) == (416, "bytes */300000")
    assert get(server, content, If_None_Match=etag).status_code == 304
    head = requests.head(server.paper_url(content), headers={"Range": "bytes=5-"}, timeout=10)
    assert (head.status_code, head.headers["Content-Length"]) == (200, "300000")
    assert get(server, b"unknown").status_code == 404


def test_curl_goes_on(server: Server, content: bytes, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    server.store.put(content)
    target = tmp_path / "paper.pdf"
    target.write_bytes(content[:123_456])
    command = [curl, "-sS", "--fail", "-C", "-", "-o", str(target), "-w", "%{http_code} %{size_download}"]
    done = subprocess.run([*command, server.paper_url(content)], check=True, capture_output=True, text=True)
    assert done.stdout == f"206 {300_000 - 123_456}"
    assert target.read_bytes() == content


@pytest.mark.parametrize("size", [0, 1, 300_000])
def test_a_download(server: Server, line: Line, office: Office, content: bytes, size: int) -> None:
    content = content[:size]
    server.store.put(content)
    progress: list[int] = []
    url = server.paper_url(content)
    paper = range_download(line, url, office.incoming, office.store, wanted(content), progress.append)
    assert (paper.sha256, paper.size) == (sha(content), size)
    assert office.store.verify(paper.sha256)
    assert progress == sorted(progress)
    assert office.incoming.sweep(0, now=1e12) == 0


def test_a_new_process_goes_on_where_the_line_was_cut(
    server: Server, line: Line, office: Office, content: bytes, cutter: Callable[[int, int], Cutter]
) -> None:
    server.store.put(content)
    path = server.paper_url(content).removeprefix(server.url)
    came = cuts = 0
    while not office.store.has(sha(content)):
        broken = cutter(10**9, 50_000)
        with requests.Session() as session:
            try:
                one = Line(session, line.headers, 10)
                range_download(one, broken.url(path), office.incoming, office.store, wanted(content))
            except TransferCut:
                cuts += 1
                assert not office.store.has(sha(content))
            came += 50_000 - broken.left["down"]
        assert cuts < 8
    assert cuts == 6
    assert came < len(content) * 1.01
    assert office.store.verify(sha(content))


def test_another_paper_under_that_address_is_not_taken(
    server: Server, line: Line, office: Office, content: bytes
) -> None:
    """The peer's bytes hash to something else: with and without a part of the right ones here."""
    other = bytes(reversed(content))
    server.store.put(other)
    for held in (0, 100_000):
        if held:
            office.incoming.create(wanted(content).download_id, len(content), sha(content))
            office.incoming.append(wanted(content).download_id, 0, [content[:held]])
        with pytest.raises(PaperMismatch):
            range_download(line, server.paper_url(other), office.incoming, office.store, wanted(content))
        assert not office.store.has(sha(content))
        assert not office.store.has(sha(other))
        assert office.incoming.sweep(0, now=1e12) == 0


def test_a_size_that_is_not_the_announced_one(server: Server, line: Line, office: Office, content: bytes) -> None:
    server.store.put(content)
    url = server.paper_url(content)
    for size in (1000, 300_001):
        with pytest.raises(PeerMisbehaved):
            range_download(line, url, office.incoming, office.store, Wanted("a", sha(content), size))
        office.incoming.append("a", 0, [content[:500]])
        with pytest.raises(PeerMisbehaved):
            range_download(line, url, office.incoming, office.store, Wanted("a", sha(content), size))


def test_a_missing_paper_is_refused(server: Server, line: Line, office: Office) -> None:
    with pytest.raises(TransferRefused) as caught:
        range_download(line, server.paper_url(b"none"), office.incoming, office.store, wanted(b"none"))
    assert caught.value.status == 404


def test_damage_at_the_sender_ends_the_answer_short(server: Server, line: Line, office: Office, content: bytes) -> None:
    before = set((server.folder / "papers").glob("??/*"))
    server.store.put(content)
    (path,) = set((server.folder / "papers").glob("??/*")) - before
    raw = bytearray(path.read_bytes())
    raw[200_000] ^= 1
    path.write_bytes(raw)
    with pytest.raises(TransferCut):
        range_download(line, server.paper_url(content), office.incoming, office.store, wanted(content))
    assert office.incoming.offset(wanted(content).download_id) == 3 * 65_536
    server.store.put(content)
    range_download(line, server.paper_url(content), office.incoming, office.store, wanted(content))
    assert office.store.verify(sha(content))
