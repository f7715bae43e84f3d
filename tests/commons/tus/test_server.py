"""The server against plain requests, raw sockets, and tuspy."""

import base64
import hashlib
import io
import os
import socket
import struct
import time
from collections.abc import Mapping

import pytest
import requests
from tusclient.client import TusClient

from commons.tus.wire import CHUNK_TYPE, encode_metadata
from tests.commons.tus.conftest import Server
from tests.commons.tus.served import MAX_BYTES
from tests.support.waiting import until

MOTH = {"Authorization": "Bearer moth", "Tus-Resumable": "1.0.0"}
CHIRGAON = MOTH | {"Authorization": "Bearer chirgaon"}
CHUNK = {"Content-Type": CHUNK_TYPE}


def create(server: Server, length: int, headers: Mapping[str, str] = MOTH, **metadata: str) -> requests.Response:
    said = {"Upload-Length": str(length)} | ({"Upload-Metadata": encode_metadata(metadata)} if metadata else {})
    return requests.post(server.uploads, headers={**headers, **said}, timeout=10)


def begun(server: Server, length: int, **metadata: str) -> str:
    response = create(server, length, MOTH, **metadata)
    assert response.status_code == 201
    return server.url + response.headers["Location"]


def patch(url: str, offset: int, data: bytes, **headers: str) -> requests.Response:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    said = MOTH | CHUNK | {"Upload-Offset": str(offset)} | headers
    return requests.patch(url, headers=said, data=data, timeout=10)


def offset_of(url: str, headers: dict[str, str] = MOTH) -> int:
    return int(requests.head(url, headers=headers, timeout=10).headers["Upload-Offset"])


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_options_says_what_there_is(server: Server) -> None:
    response = requests.options(server.uploads, timeout=10)
    assert response.status_code == 204
    assert response.headers["Tus-Version"] == "1.0.0"
    assert response.headers["Tus-Extension"] == "creation,creation-with-upload,checksum,expiration"
    assert response.headers["Tus-Max-Size"] == str(MAX_BYTES)
    assert response.headers["Tus-Checksum-Algorithm"] == "sha256,sha1"


def test_an_upload_in_parts(server: Server, content: bytes) -> None:
    url = begun(server, len(content), sha256=sha(content), name="पत्र.pdf")
    assert patch(url, 0, content[:100_000]).headers["Upload-Offset"] == "100000"
    head = requests.head(url, headers=MOTH, timeout=10)
    assert head.status_code == 200
    assert head.headers["Upload-Length"] == "300000"
    assert head.headers["Cache-Control"] == "no-store"
    assert head.headers["Upload-Metadata"] == encode_metadata({"sha256": sha(content), "name": "पत्र.pdf"})
    assert head.headers["Upload-Expires"].endswith(" GMT")
    last = patch(url, 100_000, content[100_000:])
    assert last.status_code == 204
    assert last.headers["Upload-Answer"] == f"{sha(content)} moth"
    assert server.store.verify(bytes.fromhex(sha(content)))
    assert requests.head(url, headers=MOTH, timeout=10).status_code == 404


def test_answers_carry_few_bytes(server: Server, content: bytes) -> None:
    created = create(server, len(content), sha256=sha(content))
    patched = patch(server.url + created.headers["Location"], 0, content[:1000])
    for response in (created, patched):
        assert "Content-Type" not in response.headers
        size = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
        assert size < 300


def test_the_same_content_of_the_same_office_is_found_again(server: Server, content: bytes) -> None:
    first = create(server, len(content), sha256=sha(content))
    patch(server.url + first.headers["Location"], 0, content[:70_000])
    again = create(server, len(content), sha256=sha(content))
    assert again.status_code == 201
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Upload-Offset"] == "70000"
    other = create(server, len(content), CHIRGAON, sha256=sha(content))
    assert other.headers["Location"] != first.headers["Location"]
    assert other.headers["Upload-Offset"] == "0"


def test_no_office_sees_anothers_upload(server: Server, content: bytes) -> None:
    url = begun(server, len(content))
    assert requests.head(url, headers=CHIRGAON, timeout=10).status_code == 404
    assert patch(url, 0, content, Authorization="Bearer chirgaon").status_code == 404
    assert offset_of(url) == 0
    for headers in ({}, {"Authorization": "Bearer stranger"}):
        assert requests.head(url, headers={"Tus-Resumable": "1.0.0"} | headers, timeout=10).status_code == 401
        assert create(server, 10, {"Tus-Resumable": "1.0.0"} | headers).status_code == 401


def test_what_is_here_already_is_not_sent_again(server: Server, content: bytes) -> None:
    server.store.put(content)
    response = create(server, len(content), sha256=sha(content))
    assert (response.status_code, response.headers["Upload-Offset"]) == (201, "300000")
    assert response.headers["Upload-Answer"] == "here before"
    assert offset_of(server.url + response.headers["Location"]) == 300_000
    assert patch(server.url + response.headers["Location"], 0, b"x").status_code == 409


def test_creation_with_all_of_it(server: Server, content: bytes) -> None:
    said = MOTH | CHUNK | {"Upload-Length": "300000", "Upload-Metadata": encode_metadata({"sha256": sha(content)})}
    response = requests.post(server.uploads, headers=said, data=content, timeout=10)
    assert (response.status_code, response.headers["Upload-Offset"]) == (201, "300000")
    assert server.store.verify(bytes.fromhex(sha(content)))


def test_an_empty_paper_is_whole_at_once(server: Server) -> None:
    assert create(server, 0, sha256=sha(b"")).status_code == 201
    assert server.store.has(bytes.fromhex(sha(b"")))


def test_a_chunked_body_and_a_method_in_disguise(server: Server, content: bytes) -> None:
    url = begun(server, len(content))
    said = MOTH | CHUNK | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    parts = iter([content[:50_000], content[50_000:90_000]])
    response = requests.post(url, headers=said, data=parts, timeout=10)
    assert (response.status_code, response.headers["Upload-Offset"]) == (204, "90000")
    said["Upload-Offset"] = "90000"
    assert requests.post(url, headers=said, data=iter([content]), timeout=10).status_code == 413


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload_Offset": "5"}, 409, "offset_mismatch"),
        ({"Upload_Offset": "x"}, 400, "upload_offset"),
        ({"Content_Type": "text/plain"}, 415, "content_type"),
        ({"Tus_Resumable": "0.2.2"}, 412, "tus_version"),
        ({"Upload_Checksum": "md5 YQ=="}, 400, "checksum_algorithm"),
        ({"Upload_Checksum": "sha256 YQ=="}, 460, "chunk_mismatch"),
    ],
)
def test_patches_that_are_refused(server: Server, headers: dict[str, str], status: int, code: str) -> None:
    url = begun(server, 10)
    response = patch(url, 0, b"12345", **headers)
    assert (response.status_code, response.text) == (status, code)
    assert offset_of(url) == 0


def test_checksums_that_hold(server: Server) -> None:
    url = begun(server, 10)
    for offset, algorithm in ((0, "sha1"), (5, "sha256")):
        value = base64.b64encode(hashlib.new(algorithm, b"12345").digest()).decode()
        assert patch(url, offset, b"12345", Upload_Checksum=f"{algorithm} {value}").status_code == 204


def test_what_is_too_large(server: Server) -> None:
    assert create(server, MAX_BYTES + 1).status_code == 413
    url = begun(server, 10)
    assert patch(url, 0, b"12345678901").status_code == 413
    assert offset_of(url) == 0


def test_creations_that_are_refused(server: Server) -> None:
    assert requests.post(server.uploads, headers=MOTH, timeout=10).text == "upload_length"
    assert create(server, 10, kind="unwanted").status_code == 403
    assert create(server, 10, sha256="A" * 64).text == "metadata_sha256"


def test_a_refusal_or_a_wrong_hash_at_completion_discards_the_upload(server: Server) -> None:
    url = begun(server, 5, kind="refused")
    response = patch(url, 0, b"12345")
    assert (response.status_code, response.text) == (422, "not_understood")
    assert requests.head(url, headers=MOTH, timeout=10).status_code == 404
    url = begun(server, 5, sha256=sha(b"other"))
    response = patch(url, 0, b"12345")
    assert (response.status_code, response.text) == (460, "paper_mismatch")
    assert requests.head(url, headers=MOTH, timeout=10).status_code == 404


def test_unknown_and_expired(server: Server, content: bytes) -> None:
    assert requests.head(f"{server.uploads}/unknown", headers=MOTH, timeout=10).status_code == 404
    url = begun(server, len(content), sha256=sha(content))
    patch(url, 0, content[:5000])
    for path in (server.folder / "incoming").glob("*.upload"):
        if time.time() - path.stat().st_mtime < 60:
            os.utime(path, (0, 0))
    assert requests.head(url, headers=MOTH, timeout=10).status_code == 410
    assert patch(url, 5000, b"x").status_code == 410
    assert begun(server, len(content), sha256=sha(content)) == url
    assert offset_of(url) == 0


def raw_patch(server: Server, url: str, offset: int, length: int, more: str = "") -> socket.socket:
    connection = server.connect()
    path = url.removeprefix(server.url)
    connection.sendall(
        f"PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer moth\r\nTus-Resumable: 1.0.0\r\n"
        f"Content-Type: {CHUNK_TYPE}\r\nUpload-Offset: {offset}\r\nContent-Length: {length}\r\n{more}\r\n".encode()
    )
    return connection


@pytest.mark.parametrize("came", [1, 4096, 50_000, 123_457])
def test_what_came_before_the_line_was_closed_is_kept_to_the_last_byte(
    server: Server, content: bytes, came: int
) -> None:
    url = begun(server, len(content), sha256=sha(content))
    with raw_patch(server, url, 0, len(content)) as connection:
        connection.sendall(content[:came])
    until(lambda: offset_of(url) == came)
    assert patch(url, came, content[came:]).status_code == 204
    assert server.store.verify(bytes.fromhex(sha(content)))


def test_a_checksum_does_not_cost_what_came_before_a_cut(server: Server, content: bytes) -> None:
    url = begun(server, len(content))
    value = base64.b64encode(hashlib.sha256(content).digest()).decode()
    with raw_patch(server, url, 0, len(content), f"Upload-Checksum: sha256 {value}\r\n") as connection:
        connection.sendall(content[:50_000])
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(4096).splitlines()[0].startswith(b"HTTP/1.1 400 ")
    assert offset_of(url) == 50_000


def test_what_came_before_the_line_was_reset_is_kept(server: Server, content: bytes) -> None:
    url = begun(server, len(content), sha256=sha(content))
    connection = raw_patch(server, url, 0, len(content))
    connection.sendall(content[:50_000])
    until(lambda: offset_of(url) == 49_152)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    offset = offset_of(url)
    assert patch(url, offset, content[offset:]).status_code == 204
    assert server.store.verify(bytes.fromhex(sha(content)))


def test_a_new_connection_takes_over_from_one_that_hangs(server: Server, content: bytes) -> None:
    url = begun(server, len(content), sha256=sha(content))
    with raw_patch(server, url, 0, len(content)) as hanging:
        hanging.sendall(content[:50_000])
        until(lambda: offset_of(url) == 49_152)
        assert patch(url, 49_152, content[49_152:100_000]).status_code == 204
        hanging.sendall(content[50_000:80_000])
        assert patch(url, 100_000, content[100_000:]).status_code == 204
        hanging.shutdown(socket.SHUT_WR)
        assert b" 409 " in hanging.recv(4096).splitlines()[0]
    assert server.store.verify(bytes.fromhex(sha(content)))


def test_a_silent_connection_is_let_go_with_what_it_brought(server: Server, content: bytes) -> None:
    url = begun(server, len(content))
    with raw_patch(server, url, 0, len(content)) as silent:
        silent.sendall(content[:9000])
        assert b" 400 " in silent.recv(4096).splitlines()[0]
    assert offset_of(url) == 8192


@pytest.mark.parametrize("checksum", [False, True])
def test_tuspy_uploads_unchanged(server: Server, content: bytes, checksum: bool) -> None:
    client = TusClient(server.uploads, headers={"Authorization": "Bearer moth"})
    uploader = client.uploader(
        file_stream=io.BytesIO(content), chunk_size=70_000, metadata={"filename": "a.pdf"}, upload_checksum=checksum
    )
    uploader.upload()
    assert server.store.verify(bytes.fromhex(sha(content)))


def test_tuspy_goes_on_after_a_cut(server: Server, content: bytes) -> None:
    client = TusClient(server.uploads, headers={"Authorization": "Bearer moth"})
    begins = client.uploader(file_stream=io.BytesIO(content), chunk_size=70_000, metadata={"sha256": sha(content)})
    begins.upload(stop_at=70_000)
    goes_on = client.uploader(file_stream=io.BytesIO(content), url=begins.url, chunk_size=70_000)
    assert goes_on.offset == 70_000
    goes_on.upload()
    assert server.store.verify(bytes.fromhex(sha(content)))
