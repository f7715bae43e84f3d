"""Patches: what comes out is what went in, and nothing hostile costs more than an error."""

from __future__ import annotations

import hashlib
import random
import resource
import subprocess

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from protocol.patch import HEAD_BYTES, MAGIC, MOST_BYTES, BadPatch, apply_patch, earlier_of, make_patch

SCAN = random.Random(1).randbytes(300_000)
STAMPED = SCAN[:1_000] + b"/Rotate 90" + SCAN[1_000:] + b"a stamp"


def test_a_small_change_is_a_small_patch() -> None:
    patch = make_patch(SCAN, STAMPED)
    assert len(patch) < 200
    assert apply_patch(SCAN, patch, len(STAMPED)) == STAMPED
    assert earlier_of(patch) == hashlib.sha256(SCAN).digest()
    assert make_patch(SCAN, STAMPED) == patch


def test_the_largest_paper() -> None:
    large = random.Random(2).randbytes(MOST_BYTES - 5)
    patch = make_patch(large, large[5:] + b"0123456789")
    assert len(patch) < 2_000
    assert apply_patch(large, patch, MOST_BYTES) == large[5:] + b"0123456789"
    for pair in ((bytes(MOST_BYTES + 1), b""), (b"", bytes(MOST_BYTES + 1))):
        with pytest.raises(ValueError, match=str(MOST_BYTES + 1)):
            make_patch(*pair)


@given(st.binary(max_size=3_000), st.binary(max_size=3_000))
def test_any_two(earlier: bytes, new: bytes) -> None:
    assert apply_patch(earlier, make_patch(earlier, new), len(new)) == new


@given(st.binary(max_size=400), st.integers(0, 10_000))
def test_bytes_of_a_stranger(found: bytes, size: int) -> None:
    for patch in (found, MAGIC + hashlib.sha256(SCAN).digest() + found):
        with pytest.raises(BadPatch):
            apply_patch(SCAN, patch, size)


@given(st.integers(0, len(make_patch(SCAN, STAMPED)) - 1), st.integers(1, 255))
def test_a_changed_byte_is_an_error_or_shows_in_the_hash(place: int, change: int) -> None:
    patch = bytearray(make_patch(SCAN, STAMPED))
    patch[place] ^= change
    try:
        found = apply_patch(SCAN, bytes(patch), len(STAMPED))
    except BadPatch:
        return
    assert len(found) == len(STAMPED)


def test_what_is_refused() -> None:
    patch, frame = make_patch(SCAN, STAMPED), make_patch(SCAN, STAMPED)[HEAD_BYTES:]
    unsized = zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 100)
    head = patch[:HEAD_BYTES]
    refused = [
        ("earlier", STAMPED, patch, len(STAMPED)),
        ("size", SCAN, patch, len(STAMPED) - 1),
        ("size", SCAN, patch, MOST_BYTES + 1),
        ("size", SCAN, head + unsized, 100),
        ("frame", SCAN, patch + b"more", len(STAMPED)),
        ("frame", SCAN, patch + frame, len(STAMPED)),
        ("frame", SCAN, patch[:-20], len(STAMPED)),
        ("head", SCAN, patch[:HEAD_BYTES - 1], len(STAMPED)),
        ("head", SCAN, b"", 0),
    ]  # fmt: skip
    for what, earlier, found, size in refused:
        with pytest.raises(BadPatch) as caught:
            apply_patch(earlier, found, size)
        assert caught.value.values == {"what": what}


def test_a_bomb_is_refused_before_it_opens() -> None:
    """4 GB of nothing in a few hundred kB, under the right head: nothing is set aside for it."""
    bomb = zstandard.ZstdCompressor().compressobj(size=4 << 30)
    frame = b"".join([bomb.compress(bytes(1 << 24)) for _ in range(4)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for size in (len(STAMPED), MOST_BYTES):
        with pytest.raises(BadPatch):
            apply_patch(SCAN, MAGIC + hashlib.sha256(SCAN).digest() + frame, size)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 << 10


def test_debians_zstd_reads_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The frame is what `zstd --patch-from` reads."""
    folder = tmp_path_factory.mktemp("zstd")
    (folder / "earlier").write_bytes(SCAN)
    (folder / "patch.zst").write_bytes(make_patch(SCAN, STAMPED)[HEAD_BYTES:])
    command = ["zstd", "-q", "-d", "--patch-from=earlier", "patch.zst", "-o", "new"]
    subprocess.run(command, check=True, cwd=folder)
    assert (folder / "new").read_bytes() == STAMPED
