"""Browser files come out of the wheel of the lock and no other, whole or not at all."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from provisioning.assets import Asset, AssetError, fetch, is_current, read_lock, take, write

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "assets.lock").read_text(encoding="utf-8")


def wheel(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def asset_of(content: bytes, files: dict[str, str]) -> Asset:
    return Asset("thing", "1.0", hashlib.sha256(content).hexdigest(), files)


def lock_of(asset: Asset) -> str:
    lines = [f'"{inside}" = "{place}"' for inside, place in asset.files.items()]
    head = f'[[asset]]\nname = "{asset.name}"\nversion = "{asset.version}"\nsha256 = "{asset.sha256}"\n[asset.files]\n'
    return head + "\n".join(lines)


def test_files_are_taken_to_their_places(tmp_path: Path) -> None:
    content = wheel(a=b"one", b=b"two", c=b"not wanted")
    write(take(asset_of(content, {"a": "x.js", "b": "fonts/y.ttf"}), content), tmp_path)
    found = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"x.js": b"one", "fonts/y.ttf": b"two"}


def test_another_wheel_gives_nothing() -> None:
    asset = asset_of(wheel(a=b"one"), {"a": "x.js"})
    with pytest.raises(AssetError, match="sha256"):
        next(take(asset, wheel(a=b"evil")))


def test_a_wheel_without_a_named_file_gives_nothing() -> None:
    content = wheel(a=b"one")
    with pytest.raises(AssetError, match="gone"):
        next(take(asset_of(content, {"a": "x.js", "gone": "y.js"}), content))


@pytest.mark.parametrize("place", ["../x.js", "/etc/x.js", "a/../../x.js"])
def test_no_file_is_put_outside_the_folder(place: str) -> None:
    with pytest.raises(AssetError, match="outside"):
        read_lock(lock_of(asset_of(b"", {"a": place})))


def test_what_is_there_is_not_fetched_again_and_what_is_lost_is_seen(tmp_path: Path) -> None:
    content = wheel(a=b"one")
    asset = asset_of(content, {"a": "x.js"})
    lock = lock_of(asset)
    assert not is_current(lock, tmp_path)
    write(take(asset, content), tmp_path)
    (tmp_path / ".lock-sha256").write_text(hashlib.sha256(lock.encode()).hexdigest(), encoding="ascii")
    fetch(lock, tmp_path)  # would fail: no registry has this wheel
    assert is_current(lock, tmp_path)
    assert not is_current(lock + "\n# newer", tmp_path)
    (tmp_path / "x.js").unlink()
    assert not is_current(lock, tmp_path)


def test_set_up_left_the_files_that_the_screens_load() -> None:
    folder = ROOT / "commons/web/static/vendor"
    assert is_current(LOCK, folder)
    assert b'version:"2.0.10"' in (folder / "htmx.min.js").read_bytes()
    assert (folder / "fonts/noto-sans-devanagari.ttf").read_bytes()[:4] == b"\x00\x01\x00\x00"
