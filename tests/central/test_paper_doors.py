"""Papers at the hub's doors: whoever comes with a patch, and public clients."""

from __future__ import annotations

import hashlib
import io
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import zstandard
from tusclient.client import TusClient

from appliance.desk import verbs
from appliance.link.carry import exchange_all
from appliance.link.converse import converse
from appliance.link.https import HttpsCarrier
from commons.tus.wire import CHUNK_TYPE, encode_available, encode_metadata
from protocol.patch import MAGIC, MOST_BYTES, apply_patch, make_patch
from tests.support.district import District, actor, make_district
from tests.support.line import DirectLine
from tests.support.paper import pdf
from tests.support.server import serve_hub

SCAN = random.Random(1).randbytes(120_000)
FIRST = pdf(filling=SCAN)
FOREIGN = pdf(filling=SCAN[:-9])


@dataclass
class Doors:
    """A hub that has the paper FIRST of moth and FOREIGN of chirgaon, and moth's token."""

    district: District
    url: str
    file: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0"}

    def announce(self, content: bytes) -> str:
        """Moth tells of a paper that has not gone up yet; its SHA-256 in hex."""
        moth = self.district.units["moth"]
        named = _attach(self.district, "moth", self.file, content)
        converse(moth, DirectLine(self.district.hub, "moth"))
        return named

    def put(self, patch: bytes, sha256: str, patch_of: str) -> requests.Response:
        """An upload in one request."""
        metadata = encode_metadata({"sha256": sha256, "patch-of": patch_of})
        headers = {"Upload-Length": str(len(patch)), "Upload-Metadata": metadata, "Content-Type": CHUNK_TYPE}
        return requests.post(f"{self.url}/papers/upload", headers=self.headers | headers, data=patch, timeout=20)

    def here(self, sha256: str) -> bool:
        hub = self.district.hub
        known = bool(hub.db.value("SELECT here FROM paper WHERE sha256=?", bytes.fromhex(sha256)))
        assert known == hub.papers.has(bytes.fromhex(sha256))
        return known


def hexed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _attach(district: District, office: str, file: str, content: bytes) -> str:
    stream, media_type = io.BytesIO(content), "application/pdf"
    return verbs.attach(
        district.units[office], actor(f"{office}.da1"), file, name="a.pdf", media_type=media_type, stream=stream
    )


def _exchange(district: District, office: str) -> None:
    line = DirectLine(district.hub, office)
    exchange_all(district.units[office], line, line)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    district = make_district(tmp_path_factory.mktemp("doors"))
    files = {}
    for office, paper in (("chirgaon", FOREIGN), ("moth", FIRST)):
        unit, da = district.units[office], actor(f"{office}.da1")
        files[office] = verbs.open_file(unit, da, subject="सड़क", section=f"{office}.dev", language="hi")
        _attach(district, office, files[office], paper)
        _exchange(district, office)
    moth = district.units["moth"]
    with serve_hub(district.folder) as server:
        token = converse(moth, HttpsCarrier(server.url, moth.incoming), wants_token=True).token
        yield Doors(district, server.url, files["moth"], token)
    district.close()


@pytest.fixture
def new(request: pytest.FixtureRequest) -> bytes:
    """A new version of FIRST that is this test's own."""
    return pdf(filling=SCAN[:50_000] + request.node.nodeid.encode() + SCAN[50_010:])


def test_a_patch_becomes_the_paper(doors: Doors, new: bytes) -> None:
    sha256 = doors.announce(new)
    assert not doors.here(sha256)
    assert doors.put(make_patch(FIRST, new), sha256, hexed(FIRST)).status_code == 201
    assert doors.here(sha256)
    again = doors.put(make_patch(FIRST, new), sha256, hexed(FIRST))
    assert again.status_code == 201


def test_what_is_no_patch_of_it_is_refused_and_nothing_is_kept(doors: Doors, new: bytes) -> None:
    sha256 = doors.announce(new)
    patch = make_patch(FIRST, new)
    bomb = zstandard.ZstdCompressor().compressobj(size=4 << 30)
    frame = b"".join([bomb.compress(bytes(1 << 24)) for _ in range(4)])[: len(new)]
    head = MAGIC + hashlib.sha256(FIRST).digest()
    refused = [
        (422, "bad_patch", b"garbage" * 20, hexed(FIRST)),
        (422, "bad_patch", patch[:-7], hexed(FIRST)),
        (409, "no_earlier_version", make_patch(FOREIGN, new), hexed(FIRST)),
        (409, "no_earlier_version", make_patch(FOREIGN, new), ""),
        (422, "bad_patch", b"garbage" * 20, ""),
        (422, "bad_patch", make_patch(FIRST, new + b"x"), hexed(FIRST)),
        (422, "bad_patch", head + frame, hexed(FIRST)),
        (460, "paper_mismatch", make_patch(FIRST, b"x" + new[1:]), hexed(FIRST)),
        (413, "too_large", patch + bytes(len(new)), hexed(FIRST)),
        (400, "patch_of", patch, "FF" * 32),
        (400, "patch_of", patch, "../first"),
        (409, "no_earlier_version", patch, "00" * 32),
        (409, "no_earlier_version", make_patch(FOREIGN, new), hexed(FOREIGN)),
    ]  # fmt: skip
    for status, code, sent, patch_of in refused:
        reply = doors.put(sent, sha256, patch_of)
        assert (reply.status_code, reply.text) == (status, code), (status, code)
        assert not doors.here(sha256)
    assert doors.put(patch, hexed(b"unknown"), hexed(FIRST)).status_code == 404
    assert doors.put(patch, sha256, "").status_code == 201
    assert doors.here(sha256)


def test_nobody_is_measured_against_a_paper_that_he_may_not_have(doors: Doors) -> None:
    """FOREIGN is chirgaon's: moth gets the same answer whether the hub has it or not."""
    asked = {"Accept-Encoding": "dcz"}
    for earlier in (FOREIGN, b"unknown"):
        said = asked | {"Available-Dictionary": encode_available(hashlib.sha256(earlier).digest())}
        reply = requests.get(f"{doors.url}/papers/{hexed(FIRST)}", headers=doors.headers | said, timeout=10)
        assert (reply.status_code, reply.content) == (200, FIRST)
        assert "Content-Encoding" not in reply.headers


def test_a_patch_is_given_to_whoever_accepts_one(doors: Doors, new: bytes) -> None:
    sha256 = doors.announce(new)
    doors.put(make_patch(FIRST, new), sha256, hexed(FIRST))
    url = f"{doors.url}/papers/{sha256}"
    available = {"Available-Dictionary": encode_available(hashlib.sha256(FIRST).digest())}
    asked = doors.headers | available | {"Accept-Encoding": "gzip, dcz;q=1"}

    def get(**more: str) -> tuple[int, bytes]:
        with requests.get(url, headers=asked | more, timeout=10, stream=True) as reply:
            data: bytes = reply.raw.read(decode_content=False)
            assert reply.headers["Content-Encoding"] == "dcz"
            assert reply.headers["ETag"] == f'"{hexed(make_patch(FIRST, new))}"'
            return reply.status_code, data

    status, patch = get()
    assert status == 200
    assert apply_patch(FIRST, patch, len(new)) == new
    assert get(Range="bytes=60-") == (206, patch[60:])
    for refused in (
        {"Accept-Encoding": "gzip"},
        {"Available-Dictionary": "x"},
        {"Available-Dictionary": ":" + "A" * 43 + "!:"},
        {"Available-Dictionary": encode_available(bytes(32))},
    ):
        whole = requests.get(url, headers=asked | refused, timeout=10)
        assert whole.content == new
        assert whole.headers["ETag"] == f'"{sha256}"'


def test_a_paper_that_is_too_large_is_never_patched(doors: Doors) -> None:
    large = pdf(filling=SCAN + bytes(MOST_BYTES))
    sha256 = doors.announce(large)
    reply = doors.put(MAGIC + hashlib.sha256(FIRST).digest() + bytes(100), sha256, hexed(FIRST))
    assert (reply.status_code, reply.text) == (413, "too_large")


def test_tuspy_uploads_a_paper_unchanged(doors: Doors, new: bytes) -> None:
    sha256 = doors.announce(new)
    client = TusClient(f"{doors.url}/papers/upload", headers={"Authorization": f"Bearer {doors.token}"})
    client.uploader(file_stream=io.BytesIO(new), chunk_size=50_000, metadata={"sha256": sha256}).upload()
    assert doors.here(sha256)


def test_curl_goes_on_with_a_paper(doors: Doors, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    assert curl, "apt install curl"
    target = tmp_path / "a.pdf"
    target.write_bytes(FIRST[:70_000])
    who = ["-H", f"Authorization: Bearer {doors.token}", "-H", f'If-Range: "{hexed(FIRST)}"']
    command = [curl, "-sS", "--fail", "-C", "-", "-o", str(target), "-w", "%{http_code} %{size_download}", *who]
    done = subprocess.run([*command, f"{doors.url}/papers/{hexed(FIRST)}"], check=True, capture_output=True, text=True)
    assert done.stdout == f"206 {len(FIRST) - 70_000}"
    assert target.read_bytes() == FIRST
