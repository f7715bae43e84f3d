"""The signed directory of a node, kept by one process and read by another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from commons.database import Database
from commons.directory import KeptDirectory
from protocol.directory import BadDirectory, Directory, OldDirectory
from protocol.errors import PeerError
from provisioning.authority import Authority
from tests.provisioning.authority import district


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return district.district(tmp_path / "authority")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "kept.db", b"k" * 32, synchronous="off")
    made.connect()
    made.run("CREATE TABLE directory (version INTEGER PRIMARY KEY, signed BLOB NOT NULL)")
    yield made
    made.close()


def put(db: Database, authority: Authority, version: int) -> bytes:
    """What another process does that took a directory in."""
    signed = authority.sign_directory(_of_version(version))
    db.run("INSERT INTO directory (version, signed) VALUES (?,?)", version, signed)
    return signed


def _of_version(version: int) -> Directory:
    return replace(district.people(), version=version)


def test_there_is_none_before_the_first(db: Database, authority: Authority) -> None:
    kept = KeptDirectory(db, district.store(authority))
    assert (kept.newest(), kept.version()) == (None, 0)


def test_what_another_process_took_in_counts_at_once(db: Database, authority: Authority) -> None:
    kept = KeptDirectory(db, district.store(authority))
    for version in (2, 3):
        signed = put(db, authority, version)
        assert (kept.version(), kept.signed()) == (version, signed)
        assert kept.newest() is not None
        assert kept.trust().check("moth", district.NOW).code == "moth"


def test_an_older_one_and_one_that_was_changed_take_no_place(db: Database, authority: Authority) -> None:
    kept = KeptDirectory(db, district.store(authority))
    older = authority.sign_directory(_of_version(2))
    newer = put(db, authority, 3)
    with pytest.raises(OldDirectory):
        kept.verified(older)
    assert kept.verified(newer).version == 3
    with pytest.raises((BadDirectory, PeerError)):
        kept.verified(newer[:-1] + bytes([newer[-1] ^ 1]))


def test_what_was_changed_where_it_is_kept_is_not_believed(db: Database, authority: Authority) -> None:
    signed = put(db, authority, 2)
    db.run("UPDATE directory SET signed=?", signed[:-1] + bytes([signed[-1] ^ 1]))
    with pytest.raises(PeerError):
        KeptDirectory(db, district.store(authority)).newest()
