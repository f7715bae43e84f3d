"""The district server's settings, and the way to open its folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from central.hub.unit import HubUnit
from commons import folder as node_folder
from commons.settings import described, load
from protocol.errors import LocalError
from protocol.keys import NodeKeys


class CheckFailed(LocalError):
    """The data does not fit together: values `path`, `problems`."""

    code = "check.failed"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the district server's program (config.toml in its folder)."""

    node: Annotated[str, described("Code of the hub, as its certificate has it.")]
    listen: Annotated[
        str, described("Where offices and screens are served, plain HTTP on the machine's own loop; TLS ends at nginx.")
    ] = "127.0.0.1:8800"
    threads: Annotated[int, described("How many requests are answered at once."), msgspec.Meta(ge=1, le=256)] = 16
    sticks: Annotated[
        str, described("Folder in which each USB stick that is plugged in is mounted under a name of its own.")
    ] = "/run/patravali/sticks"
    node_key: Annotated[
        str, described("File of the node's own keys, 64 raw bytes, mode 0600; from the folder, or a whole path.")
    ] = "keys/node.key"
    storage_key: Annotated[
        str, described("File of the key that encrypts database and papers, 32 raw bytes, mode 0600.")
    ] = "keys/storage.key"
    root: Annotated[str, described("File of the district's root certificate (DER).")] = "keys/root.der"


def read(folder: Path, given: Mapping[str, object] | None = None) -> Config:
    """The settings of the hub in `folder`, `given` over them. Raises BadSettings."""
    return load(Config, folder / node_folder.CONFIG, os.environ, given)


def make(folder: Path, config: Config, root: bytes, random: Callable[[int], bytes] = os.urandom) -> NodeKeys:
    """Make the folder of a new hub, with new keys; these, to have them certified. Raises BadFolder."""
    return node_folder.make(folder, config, root, random)


def open_hub(folder: Path, given: Mapping[str, object] | None = None, *, check: bool = False) -> HubUnit:
    """The hub in `folder`, opened; with `check` the whole of its data is verified first.

    Raises BadSettings, BadFolder, BadCertificate, Unfit (the database), CheckFailed.
    """
    config = read(folder, given)
    secrets = node_folder.read_secrets(folder, config.node_key, config.storage_key, config.root)
    hub = HubUnit(
        folder, config.node, secrets.keys, secrets.storage_key, secrets.root, sticks=config.sticks, check=False
    )
    if check:
        _check(hub, folder)
    return hub


def _check(hub: HubUnit, folder: Path) -> None:
    from central.store.check import check_hub

    problems = check_hub(hub, quick=True)
    if problems:
        hub.db.close()
        raise CheckFailed(path=str(folder), problems="; ".join(str(problem) for problem in problems[:5]))
