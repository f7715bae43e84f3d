from __future__ import annotations

import os
from pathlib import Path

from commons.documents.kept import KeptPictures

KEY = bytes(range(32))
PAPER, OTHER = b"p" * 32, b"o" * 32


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_picture_comes_back_only_as_what_it_was_kept_as(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path, KEY)
    kept.put(PAPER, 1, 160, b"a picture of a secret")
    assert kept.get(PAPER, 1, 160) == b"a picture of a secret"
    assert kept.get(PAPER, 1, 900) is kept.get(PAPER, 2, 160) is kept.get(OTHER, 1, 160) is None
    (path,) = files(tmp_path)
    assert b"secret" not in path.read_bytes()
    assert PAPER.hex() not in str(path)
    assert KeptPictures(tmp_path, bytes(32)).get(PAPER, 1, 160) is None


def test_a_damaged_or_swapped_one_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path, KEY)
    kept.put(PAPER, 1, 160, b"one")
    (first,) = files(tmp_path)
    kept.put(OTHER, 1, 160, b"two")
    (second,) = set(files(tmp_path)) - {first}
    first.replace(second)
    assert kept.get(OTHER, 1, 160) is None
    second.write_bytes(b"short")
    assert kept.get(OTHER, 1, 160) is None


def test_it_stays_within_its_bound_and_the_oldest_go(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path, KEY, limit_bytes=10_000)
    for page in range(1, 31):
        kept.put(PAPER, page, 160, bytes(968))
        for path in files(tmp_path):
            os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 10_000
    assert kept.get(PAPER, 30, 160)
    assert kept.get(PAPER, 1, 160) is None


def test_a_paper_that_goes_takes_its_pictures_along(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path, KEY)
    kept.put(PAPER, 1, 160, b"one")
    kept.put(OTHER, 1, 160, b"two")
    kept.forget(PAPER)
    assert kept.get(PAPER, 1, 160) is None
    assert kept.get(OTHER, 1, 160) == b"two"


def test_without_room_nothing_is_kept(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path / "pictures", KEY, has_room=lambda: False)
    kept.put(PAPER, 1, 160, b"one")
    assert not (tmp_path / "pictures").exists()
