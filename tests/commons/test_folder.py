from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.config import Config
from commons.folder import BadFolder, held, make, read_secrets
from protocol.errors import PatravaliError
from provisioning.authority import Authority

FILES = ("keys/node.key", "keys/storage.key", "keys/root.der")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    authority = Authority.create(tmp_path / "authority", "jhansi", 1_790_000_000)
    make(tmp_path / "moth", Config(node="moth", hub="jhansi-hub"), authority.root.der)
    return tmp_path / "moth"


def test_what_was_made_is_read_back(folder: Path) -> None:
    secrets = read_secrets(folder, *FILES)
    assert secrets.keys.to_bytes() == (folder / "keys" / "node.key").read_bytes()
    assert len(secrets.storage_key) == 32
    assert secrets.root.root.district == "jhansi"


def test_a_node_is_not_made_over_another(folder: Path) -> None:
    before = (folder / "keys" / "node.key").read_bytes()
    with pytest.raises(BadFolder) as refused:
        make(folder, Config(node="moth", hub="jhansi-hub"), b"")
    assert refused.value.code == "folder.exists"
    assert (folder / "keys" / "node.key").read_bytes() == before


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda key: key.unlink(), "folder.key_absent"),
        (lambda key: key.chmod(0o640), "folder.key_open"),
        (lambda key: key.write_bytes(b"short"), "folder.key_length"),
    ],
)
def test_a_key_that_is_not_as_it_must_be_is_refused(folder: Path, harm: object, code: str) -> None:
    assert callable(harm)
    harm(folder / "keys" / "storage.key")
    with pytest.raises(PatravaliError) as refused:
        read_secrets(folder, *FILES)
    assert refused.value.code == code


def test_a_folder_is_served_once_and_free_again_when_its_process_dies(folder: Path) -> None:
    script = (
        "import sys, pathlib\nfrom commons.folder import held\n"
        "with held(pathlib.Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": "."}
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(BadFolder) as refused, held(folder):
            pass
        assert refused.value.code == "folder.in_use"
        other.kill()
        other.wait()
    with held(folder):
        pass
