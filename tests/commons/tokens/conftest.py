"""One hierarchy and one folder of tokens for all tests of a process: making keys costs seconds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pki import Pki
from tests.support.softhsm import SoftHsm, SoftToken
from tests.support.tokens import Rig, rig


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki(dt.datetime.now(dt.UTC).replace(microsecond=0))


@pytest.fixture(scope="session")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> SoftHsm:
    return SoftHsm(tmp_path_factory.mktemp("hsm"))


@pytest.fixture(scope="session")
def rsa(hsm: SoftHsm, pki: Pki) -> SoftToken:
    return hsm.token(pki, "bdo-rsa")


@pytest.fixture(scope="session")
def curve(hsm: SoftHsm, pki: Pki) -> SoftToken:
    return hsm.token(pki, "ado-ec", "ec")


@pytest.fixture(scope="session")
def both(rsa: SoftToken, curve: SoftToken) -> None:
    """Both are on their tokens."""
    assert rsa.der != curve.der


@pytest.fixture
def tokens(tmp_path: Path, hsm: SoftHsm, both: None) -> Iterator[Rig]:
    del both
    with rig(tmp_path, hsm) as made:
        yield made
