import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commons.papers import (
    ChunkMismatch,
    Digest,
    Incoming,
    OffsetMismatch,
    PaperMismatch,
    PaperStore,
    PaperTooLarge,
    UploadExists,
    UploadIncomplete,
    UploadMissing,
)

KEY = bytes(range(32))
CONTENT = hashlib.shake_256(b"upload").digest(300_000)
SHA = hashlib.sha256(CONTENT).digest()


class Crash(BaseException):
    pass


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    return Incoming(tmp_path / "incoming", KEY)


@pytest.fixture
def store(tmp_path: Path) -> PaperStore:
    return PaperStore(tmp_path / "papers", KEY)


def file_of(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "incoming").glob("*.upload")
    return path


def held(incoming: Incoming, upload_id: str = "a") -> bytes:
    return b"".join(incoming.read(upload_id))


def cut_after(content: bytes, step: int = 1000) -> Iterator[bytes]:
    for start in range(0, len(content), step):
        yield content[start : start + step]
    raise ConnectionResetError


def test_an_upload_in_parts_becomes_a_paper(incoming: Incoming, store: PaperStore, tmp_path: Path) -> None:
    incoming.create("a", len(CONTENT), b"meta")
    assert incoming.append("a", 0, [CONTENT[:100_000]]) == 100_000
    assert incoming.append("a", 100_000, [CONTENT[100_000:100_001], b"", CONTENT[100_001:]]) == 300_000
    state = Incoming(tmp_path / "incoming", KEY).state("a")
    assert (state.offset, state.total_bytes, state.meta, state.whole) == (300_000, 300_000, b"meta", True)
    assert incoming.finish_into(store, "a", SHA).size == 300_000
    assert store.verify(SHA)
    with pytest.raises(UploadMissing):
        incoming.offset("a")


def test_an_empty_upload_is_whole(incoming: Incoming, store: PaperStore) -> None:
    incoming.create("a", 0)
    assert incoming.finish_into(store, "a", hashlib.sha256().digest()).size == 0


@pytest.mark.parametrize("came", [0, 1, 4095, 4096, 4097, 123_456])
def test_what_came_before_a_cut_is_kept_to_the_last_byte(incoming: Incoming, came: int, tmp_path: Path) -> None:
    incoming.create("a", len(CONTENT))
    with pytest.raises(ConnectionResetError):
        incoming.append("a", 0, cut_after(CONTENT[:came]))
    for again in (incoming, Incoming(tmp_path / "incoming", KEY)):
        assert again.offset("a") == came
        assert held(again) == CONTENT[:came]
    assert incoming.append("a", came, [CONTENT[came:]]) == len(CONTENT)
    assert held(incoming) == CONTENT


def test_what_does_not_join_on_is_refused(incoming: Incoming) -> None:
    incoming.create("a", 10)
    incoming.append("a", 0, [b"12345"])
    for offset in (0, 4, 6):
        with pytest.raises(OffsetMismatch) as caught:
            incoming.append("a", offset, [b"x"])
        assert caught.value.offset == 5
    with pytest.raises(PaperTooLarge):
        incoming.append("a", 5, [b"123456"])
    assert held(incoming) == b"12345"


def test_unknown_and_known_ids(incoming: Incoming, tmp_path: Path) -> None:
    with pytest.raises(UploadMissing):
        incoming.append("a", 0, [])
    with pytest.raises(UploadMissing):
        list(incoming.read("a"))
    assert not incoming.discard("a")
    incoming.create("a", 10)
    with pytest.raises(UploadExists):
        incoming.create("a", 10)
    assert incoming.discard("a")
    incoming.create("a", 10)
    file_of(tmp_path).rename(file_of(tmp_path).with_name("0" * 64 + ".upload"))
    with pytest.raises(UploadMissing):
        incoming.offset("a")
    assert list((tmp_path / "incoming/tmp").iterdir()) == []


def test_a_head_that_cannot_be_read_is_begun_anew(incoming: Incoming, tmp_path: Path) -> None:
    incoming.create("a", 10)
    file_of(tmp_path).write_bytes(b"PVUPLD\x01\nrubbish")
    with pytest.raises(UploadMissing):
        incoming.state("a")
    incoming.create("a", 10)
    assert incoming.offset("a") == 0


def test_a_wrong_hash_is_never_visible_and_the_upload_is_gone(incoming: Incoming, store: PaperStore) -> None:
    incoming.create("a", 5)
    with pytest.raises(UploadIncomplete):
        incoming.finish_into(store, "a", SHA)
    incoming.append("a", 0, [b"wrong"])
    with pytest.raises(PaperMismatch):
        incoming.finish_into(store, "a", SHA)
    assert not store.has(SHA)
    assert not store.has(hashlib.sha256(b"wrong").digest())
    with pytest.raises(UploadMissing):
        incoming.state("a")


def test_a_chunk_without_its_digest_is_taken_back(incoming: Incoming) -> None:
    incoming.create("a", len(CONTENT))
    incoming.append(
        "a", 0, [CONTENT[:5000]], Digest("sha1", hashlib.new("sha1", CONTENT[:5000], usedforsecurity=False).digest())
    )
    with pytest.raises(ChunkMismatch):
        incoming.append("a", 5000, [bytes(100_000)], Digest("sha256", hashlib.sha256(b"").digest()))
    assert held(incoming) == CONTENT[:5000]
    incoming.append("a", 5000, [CONTENT[5000:]])
    assert held(incoming) == CONTENT


def test_a_new_request_takes_over_from_one_that_hangs(incoming: Incoming, tmp_path: Path) -> None:
    incoming.create("a", len(CONTENT))
    other = Incoming(tmp_path / "incoming", KEY)
    came, go_on = threading.Event(), threading.Event()
    outcome: list[Exception] = []

    def hanging() -> Iterator[bytes]:
        yield CONTENT[:10_000]
        came.set()
        go_on.wait(10)
        yield CONTENT[10_000:50_000]

    def old() -> None:
        try:
            incoming.append("a", 0, hanging())
        except OffsetMismatch as error:
            outcome.append(error)

    thread = threading.Thread(target=old)
    thread.start()
    assert came.wait(10)
    offset = other.offset("a")
    assert offset == 10_000
    assert other.append("a", offset, [CONTENT[offset:20_000]]) == 20_000
    go_on.set()
    thread.join(10)
    assert [error.args for error in outcome] == [("a", 20_000)]
    assert held(incoming) == CONTENT[:20_000]


def test_another_process_that_took_back_and_rewrote_is_seen(incoming: Incoming, tmp_path: Path) -> None:
    """What one object remembers of the places in a file must not outlive another's truncation."""
    other = Incoming(tmp_path / "incoming", KEY)
    incoming.create("a", len(CONTENT))

    def chunks() -> Iterator[bytes]:
        yield CONTENT[:50_000]
        assert other.offset("a") == 50_000

    with pytest.raises(ChunkMismatch):
        incoming.append("a", 0, chunks(), Digest("sha256", b""))
    for start in range(0, 100_000, 777):
        incoming.append("a", start, [CONTENT[start : start + 777]])
    assert other.offset("a") == incoming.offset("a")
    assert held(other) == CONTENT[: incoming.offset("a")]


def test_a_crash_at_any_step_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    def play(folder: Path, crash_at: int) -> tuple[int, list[str], bool]:
        steps: list[str] = []

        def hook(step: str) -> None:
            steps.append(step)
            if len(steps) > crash_at:
                raise Crash

        incoming, acknowledged, created = Incoming(folder, KEY, on_write=hook), 0, False
        try:
            incoming.create("a", 30_000)
            created = True
            acknowledged = incoming.append("a", 0, cut_free(CONTENT[:12_000]))
            acknowledged = incoming.append("a", 12_000, cut_free(CONTENT[12_000:30_000]))
        except Crash:
            pass
        return acknowledged, steps, created

    _, every, _ = play(tmp_path / "whole", 1000)
    assert len(every) > 10
    for crash_at in range(len(every)):
        folder = tmp_path / str(crash_at)
        acknowledged, _, created = play(folder, crash_at)
        incoming = Incoming(folder, KEY)
        try:
            offset = incoming.offset("a")
        except UploadMissing:
            assert not created
            incoming.create("a", 30_000)
            offset = 0
        assert offset >= acknowledged
        incoming.append("a", offset, [CONTENT[offset:30_000]])
        assert held(incoming) == CONTENT[:30_000]


def cut_free(content: bytes) -> list[bytes]:
    return [content[start : start + 1500] for start in range(0, len(content), 1500)]


KILLED = """
import sys
from pathlib import Path
from commons.papers import Incoming
folder, content = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
incoming = Incoming(folder, bytes(range(32)))
offset = incoming.offset("a")
print("from", offset, flush=True)
def chunks():
    for start in range(offset, len(content), 100):
        yield content[start:start + 100]
        if start % 10_000 == 0:
            print("came", start, flush=True)
while offset < len(content):
    offset = incoming.append("a", offset, [content[offset:offset + 5000]])
    print("acknowledged", offset, flush=True)
"""


def test_kill_9_again_and_again(incoming: Incoming, tmp_path: Path) -> None:
    source = tmp_path / "content"
    source.write_bytes(CONTENT)
    incoming.create("a", len(CONTENT))
    acknowledged = kills = 0
    while acknowledged < len(CONTENT) and kills < 30:
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path / "incoming"), str(source)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        ) as process:
            assert process.stdout is not None
            for lines, line in enumerate(process.stdout):
                acknowledged = int(line.split()[1])
                if lines == 11:
                    process.send_signal(signal.SIGKILL)
                    kills += 1
                    break
            acknowledged = max([acknowledged, *(int(line.split()[1]) for line in process.stdout)])
        offset = incoming.offset("a")
        assert offset >= acknowledged
        assert held(incoming) == CONTENT[:offset]
    assert kills >= 3
    assert held(incoming) == CONTENT


def test_a_torn_tail_is_cut_off(incoming: Incoming, tmp_path: Path) -> None:
    incoming.create("a", len(CONTENT))
    incoming.append("a", 0, [CONTENT[:10_000]])
    path = file_of(tmp_path)
    whole = path.stat().st_size
    incoming.append("a", 10_000, [CONTENT[10_000:20_000]])
    for length in (whole + 1, whole + 16, whole + 9000):
        os.truncate(path, length)
        again = Incoming(tmp_path / "incoming", KEY)
        assert again.offset("a") == incoming.offset("a") == 10_000
    incoming.append("a", 10_000, [CONTENT[10_000:]])
    assert held(Incoming(tmp_path / "incoming", KEY)) == CONTENT


def test_sweep_by_the_clock_that_was_given(tmp_path: Path) -> None:
    now = 1000.0
    incoming = Incoming(tmp_path / "incoming", KEY, clock=lambda: now)
    incoming.create("old", 10)
    incoming.create("new", 10)
    now = 2000.0
    incoming.append("new", 0, [b"x"])
    assert incoming.state("new").touched_at == 2000.0
    assert incoming.sweep(900, now=1899) == 0
    assert incoming.sweep(900, now=2000) == 1
    assert incoming.offset("new") == 1
    with pytest.raises(UploadMissing):
        incoming.state("old")


@given(cuts=st.lists(st.integers(0, 40_000), max_size=6), step=st.integers(1, 9000))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cuts_give_the_same_content(incoming: Incoming, cuts: list[int], step: int) -> None:
    content = CONTENT[:60_000]
    incoming.discard("a")
    incoming.create("a", len(content))
    for cut in cuts:
        offset = incoming.offset("a")
        with pytest.raises(ConnectionResetError):
            incoming.append("a", offset, cut_after(content[offset : offset + cut], step))
        assert incoming.offset("a") == min(len(content), offset + cut)
    offset = incoming.offset("a")
    incoming.append("a", offset, [content[offset:]])
    assert held(incoming) == content


@given(change=st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_change_leaves_a_true_beginning(incoming: Incoming, tmp_path: Path, change: st.DataObject) -> None:
    content = CONTENT[:40_000]
    incoming.discard("a")
    incoming.create("a", len(content))
    incoming.append("a", 0, cut_free(content))
    path = file_of(tmp_path)
    raw = bytearray(path.read_bytes())
    if change.draw(st.booleans()):
        raw[change.draw(st.integers(0, len(raw) - 1))] ^= change.draw(st.integers(1, 255))
    else:
        start, end = sorted(change.draw(st.tuples(st.integers(0, len(raw) - 1), st.integers(1, len(raw)))))
        del raw[start : max(end, start + 1)]
    path.write_bytes(raw)
    again = Incoming(tmp_path / "incoming", KEY)
    try:
        offset = again.offset("a")
    except UploadMissing:
        return
    assert offset < len(content)
    assert held(again) == content[:offset]
    again.append("a", offset, [content[offset:]])
    assert held(again) == content
