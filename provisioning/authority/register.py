"""The authority's memory: a line of JSON for all that it ever signed, appended and fsynced before it leaves the house.

A line without its line feed is the trace of a power cut while writing: what it was about never left, so it is cut off.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from protocol.errors import LocalError
from provisioning.authority.files import SECRET, sync_folder


class BadRegister(LocalError):
    """An unreadable line of the register: values `path`, `line` (from 1). Restore the register from its copy."""

    code = "authority.bad-register"


class Issued(msgspec.Struct, frozen=True, tag="issued", tag_field="event"):
    """A certificate; `der` is base64 in JSON, keys are hex."""

    at: int
    serial: str
    issuer: str
    code: str
    role: str
    offices: tuple[str, ...]
    signing_key: str
    sealing_key: str
    not_after: int
    der: bytes


class Revoked(msgspec.Struct, frozen=True, tag="revoked", tag_field="event"):
    """A revocation; `reason` is an RFC 5280 reason flag (``keyCompromise``, ...)."""

    at: int
    serial: str
    reason: str


class ListSigned(msgspec.Struct, frozen=True, tag="list", tag_field="event"):
    """A revocation list of `issuer`."""

    at: int
    issuer: str
    number: int


class DirectorySigned(msgspec.Struct, frozen=True, tag="directory", tag_field="event"):
    """A directory; `sha256` (hex) is that of its document."""

    at: int
    version: int
    sha256: str


Entry = Issued | Revoked | ListSigned | DirectorySigned


class Register:
    """The register at `path`. Change it only inside `changing`, which keeps other processes out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.entries: tuple[Entry, ...] = ()
        self.load()

    def load(self) -> None:
        """Read the register anew, whole lines only."""
        lines = self._path.read_bytes().split(b"\n")[:-1] if self._path.exists() else []
        entries: list[Entry] = []
        for number, line in enumerate(lines, start=1):
            try:
                entries.append(_DECODER.decode(line))
            except msgspec.MsgspecError:
                raise BadRegister(path=str(self._path), line=number) from None
        self.entries = tuple(entries)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the register alone, freshly read."""
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, SECRET)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            self.load()
            yield
        finally:
            os.close(descriptor)

    def append(self, entry: Entry) -> None:
        """Add one line, durable on return."""
        new = not self._path.exists()
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, SECRET)
        with os.fdopen(descriptor, "r+b") as file:
            end = file.read().rfind(b"\n") + 1
            file.seek(end)
            file.truncate()
            file.write(_ENCODER.encode(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if new:
            sync_folder(self._path.parent)
        self.entries = (*self.entries, entry)

    @property
    def issued(self) -> tuple[Issued, ...]:
        """All certificates ever issued, oldest first."""
        return tuple(entry for entry in self.entries if isinstance(entry, Issued))

    @property
    def revoked(self) -> dict[str, Revoked]:
        """Revocations by serial."""
        return {entry.serial: entry for entry in self.entries if isinstance(entry, Revoked)}

    def list_number(self, issuer: str) -> int:
        """Highest number of a list of `issuer`, 0 for none."""
        numbers = (e.number for e in self.entries if isinstance(e, ListSigned) and e.issuer == issuer)
        return max(numbers, default=0)

    @property
    def directory_version(self) -> int:
        """Highest version of a directory ever signed, 0 for none."""
        return max((e.version for e in self.entries if isinstance(e, DirectorySigned)), default=0)


_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)
