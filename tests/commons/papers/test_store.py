import errno
import hashlib
import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commons.papers import DiskFull, PaperDamaged, PaperMismatch, PaperMissing, PaperStore, PaperTooLarge
from commons.papers.sealed import HEAD_BYTES, SEALED_SEGMENT_BYTES, SEGMENT_BYTES

KEY = bytes(range(32))
SIZES = [0, 1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 3 * SEGMENT_BYTES, 200_000]


class Crash(BaseException):
    pass


class CrashAt:
    """Lets so many steps pass, then crashes as a kill does."""

    def __init__(self, step_number: int) -> None:
        self.left = step_number
        self.steps: list[str] = []

    def __call__(self, step: str) -> None:
        self.steps.append(step)
        if self.left == 0:
            raise Crash
        self.left -= 1


def content_of(size: int, seed: bytes = b"paper") -> bytes:
    return hashlib.shake_256(seed).digest(size)


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def file_of(folder: Path) -> Path:
    (path,) = (path for path in folder.glob("??/*") if path.is_file())
    return path


@pytest.fixture
def store(tmp_path: Path) -> PaperStore:
    return PaperStore(tmp_path / "papers", KEY)


@pytest.mark.parametrize("size", SIZES)
def test_a_paper_comes_back_from_any_offset(store: PaperStore, size: int) -> None:
    content = content_of(size)
    paper = store.put(io.BytesIO(content))
    assert (paper.sha256, paper.size) == (sha(content), size)
    assert store.size(paper.sha256) == size
    assert store.verify(paper.sha256)
    for offset in {0, min(1, size), size // 2, min(SEGMENT_BYTES, size), max(0, size - 1), size}:
        assert b"".join(store.open(paper.sha256, offset)) == content[offset:]


@pytest.mark.parametrize("offset", [-1, 11])
def test_an_offset_outside_is_refused(store: PaperStore, offset: int) -> None:
    paper = store.put(b"ten bytes.")
    with pytest.raises(ValueError, match=str(offset)):
        store.open(paper.sha256, offset)


def test_bytes_a_stream_and_chunks_are_the_same_paper_and_putting_again_changes_nothing(
    store: PaperStore, tmp_path: Path
) -> None:
    content = content_of(150_000)
    chunks = (content[start : start + 7777] for start in range(0, len(content), 7777))
    assert store.put(content) == store.put(io.BytesIO(content)) == store.put(chunks)
    assert len(list((tmp_path / "papers").glob("??/*"))) == 1
    assert list((tmp_path / "papers/tmp").iterdir()) == []


def test_nothing_readable_is_at_rest(store: PaperStore, tmp_path: Path) -> None:
    content = "मनरेगा भुगतान की पत्रावली ".encode() * 5000
    paper = store.put(content)
    path = file_of(tmp_path / "papers")
    raw = path.read_bytes()
    assert content[:40] not in raw
    assert paper.sha256 not in raw
    assert paper.sha256.hex() not in path.name
    assert path.stat().st_mode & 0o777 == 0o600


def test_another_key_finds_nothing(store: PaperStore, tmp_path: Path) -> None:
    paper = store.put(b"x")
    assert not PaperStore(tmp_path / "papers", bytes(32)).has(paper.sha256)


def test_a_deleted_paper_is_missing_but_goes_on_being_read(store: PaperStore) -> None:
    content = content_of(150_000)
    paper = store.put(content)
    reader = store.open(paper.sha256)
    first = next(reader)
    assert store.delete(paper.sha256)
    assert not store.delete(paper.sha256)
    assert first + b"".join(reader) == content
    assert not store.has(paper.sha256)
    for ask in (store.open, store.size, store.verify):
        with pytest.raises(PaperMissing):
            ask(paper.sha256)


def test_too_large_leaves_nothing(tmp_path: Path) -> None:
    store = PaperStore(tmp_path, KEY, max_bytes=100_000)
    store.put(content_of(100_000))
    with pytest.raises(PaperTooLarge) as caught:
        store.put(content_of(100_001))
    assert caught.value.limit_bytes == 100_000
    assert len(list(tmp_path.glob("??/*"))) == 1
    assert list((tmp_path / "tmp").iterdir()) == []


def test_content_that_is_not_what_was_promised_never_becomes_visible(store: PaperStore, tmp_path: Path) -> None:
    with pytest.raises(PaperMismatch):
        store.put(b"other", expected_sha256=sha(b"promised"))
    assert not store.has(sha(b"other"))
    assert not store.has(sha(b"promised"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_source_that_breaks_leaves_nothing(store: PaperStore, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(70_000)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put(broken())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_crash_at_any_step_leaves_all_or_nothing(tmp_path: Path) -> None:
    content = content_of(150_000)
    every = CrashAt(1000)
    PaperStore(tmp_path / "whole", KEY, on_write=every).put(content)
    assert every.steps == ["create", *["segment"] * 3, "header", "fsync", "rename", "fsync_folder"]
    for number, step in enumerate(every.steps):
        folder = tmp_path / str(number)
        with pytest.raises(Crash):
            PaperStore(folder, KEY, on_write=CrashAt(number), clock=lambda: 1000.0).put(content)
        store = PaperStore(folder, KEY)
        assert store.has(sha(content)) == (step == "fsync_folder")
        left = len(list((folder / "tmp").iterdir()))
        assert left == (step not in {"create", "fsync_folder"})
        assert store.sweep(60, now=1059) == 0
        assert store.sweep(60, now=1060) == left
        store.put(content)
        assert store.verify(sha(content))


def test_sweep_leaves_a_paper_that_is_being_written(store: PaperStore) -> None:
    swept: list[int] = []

    def slow() -> Iterator[bytes]:
        yield bytes(70_000)
        swept.append(store.sweep(0, now=2e9))
        yield bytes(70_000)

    assert store.verify(store.put(slow()).sha256)
    assert swept == [0]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("step", ["create", "segment", "header", "fsync", "rename"])
def test_an_error_for_lack_of_room_is_clear_at_every_step(tmp_path: Path, step: str, code: int) -> None:
    def full(at: str) -> None:
        if at == step:
            raise OSError(code, "full")

    with pytest.raises(DiskFull):
        PaperStore(tmp_path, KEY, on_write=full).put(content_of(100_000))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


FULL = """
import sys, subprocess
from pathlib import Path
from commons.papers import DiskFull, Incoming, PaperStore
root = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", root], check=True)
store, incoming = PaperStore(root / "papers", bytes(32)), Incoming(root / "incoming", bytes(32))
small = store.put(bytes(100_000))
try:
    store.put(b"x" * 2_000_000)
except DiskFull:
    print("full")
print(len([path for path in root.rglob("*") if path.is_file()]), store.verify(small.sha256))
incoming.create("a", 2_000_000)
try:
    incoming.append("a", 0, [b"y" * 2_000_000])
except DiskFull:
    print("full")
held = incoming.offset("a")
print(held > 500_000, b"".join(incoming.read("a")) == b"y" * held)
store.delete(small.sha256)
print(incoming.append("a", held, [b"z" * 60_000]) == held + 60_000)
incoming.discard("a")
print(store.verify(store.put(bytes(500_000)).sha256))
"""


def test_a_really_full_disk(tmp_path: Path) -> None:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("this kernel lets nobody make a mount namespace")
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", FULL, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.split() == ["full", "1", "True", "full", "True", "True", "True", "True"]


def read_all(store: PaperStore, sha256: bytes) -> bytes | None:
    try:
        return b"".join(store.open(sha256))
    except PaperDamaged:
        return None


CONTENT = content_of(150_000)
LENGTH = HEAD_BYTES + 150_000 + 3 * 16


@given(change=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_change_of_the_file_is_found(store: PaperStore, tmp_path: Path, change: st.DataObject) -> None:
    store.put(CONTENT)
    path = file_of(tmp_path / "papers")
    whole = path.read_bytes()
    assert len(whole) == LENGTH
    raw = bytearray(whole)
    start = HEAD_BYTES + change.draw(st.integers(0, 2)) * SEALED_SEGMENT_BYTES
    other = HEAD_BYTES + change.draw(st.integers(0, 2)) * SEALED_SEGMENT_BYTES
    match change.draw(st.sampled_from(["flip", "cut", "grow", "copy", "swap"])):
        case "flip":
            raw[change.draw(st.integers(0, len(raw) - 1))] ^= change.draw(st.integers(1, 255))
        case "cut":
            del raw[change.draw(st.integers(0, len(raw) - 1) | st.sampled_from([start, other])) :]
        case "grow":
            raw += change.draw(st.binary(min_size=1, max_size=50)) or raw[start:]
        case "copy":
            raw[start : start + SEALED_SEGMENT_BYTES] = raw[other : other + SEALED_SEGMENT_BYTES]
        case "swap":
            one, two = raw[start : start + SEALED_SEGMENT_BYTES], raw[other : other + SEALED_SEGMENT_BYTES]
            raw[start : start + len(two)], raw[other : other + len(one)] = two, one
    path.write_bytes(raw)
    same = bytes(raw) == whole
    assert read_all(store, sha(CONTENT)) == (CONTENT if same else None)
    assert store.verify(sha(CONTENT)) == same


def test_a_segment_of_another_paper_and_another_paper_whole_are_found(store: PaperStore, tmp_path: Path) -> None:
    mine = store.put(CONTENT)
    path = file_of(tmp_path / "papers")
    raw = path.read_bytes()
    path.unlink()
    other = store.put(content_of(150_000, b"other"))
    foreign = file_of(tmp_path / "papers").read_bytes()
    second = HEAD_BYTES + SEALED_SEGMENT_BYTES
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        raw[:second] + foreign[second : second + SEALED_SEGMENT_BYTES] + raw[second + SEALED_SEGMENT_BYTES :]
    )
    assert store.has(mine.sha256)
    reader = store.open(mine.sha256)
    assert next(reader) == CONTENT[:SEGMENT_BYTES]
    with pytest.raises(PaperDamaged, match="segment 1"):
        next(reader)
    path.write_bytes(foreign)
    with pytest.raises(PaperDamaged, match="head"):
        store.open(mine.sha256)
    assert not store.has(mine.sha256)
    store.put(CONTENT)
    assert store.verify(mine.sha256)
    assert store.verify(other.sha256)
