"""Which PKCS#11 module serves which token: an editable table (docs/tokens.md). Pure but for reading its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec

from commons.tokens.values import Model, UsbDevice
from protocol.errors import LocalError

PLACE: Final = Path("/etc/patravali/tokens.toml")
CCID: Final = "ccid"
MOST_BYTES: Final = 262_144
_USB = re.compile(r"[0-9a-f]{4}(:[0-9a-f]{4})?|ccid")
_MODULE = re.compile(r"[\w./+-]{1,200}")


class BadCatalogue(LocalError):
    """The table cannot be used; values: path, what (the entry or key that is wrong)."""

    code = "tokens.catalogue"


class Catalogue(msgspec.Struct, frozen=True):
    """The table: where modules are looked for, and the models in their order."""

    folders: tuple[str, ...]
    models: tuple[Model, ...] = msgspec.field(name="token")


_decoder = msgspec.toml.decode


def read(place: Path | None = None) -> Catalogue:
    """The office's own table if there is one, else the shipped one. Raises BadCatalogue."""
    path = PLACE if place is None else place
    if place is None and not path.exists():
        return parse((resources.files("commons.tokens") / "data" / "tokens.toml").read_bytes(), "tokens.toml")
    try:
        with path.open("rb") as file:
            return parse(file.read(MOST_BYTES), str(path))
    except OSError as error:
        raise BadCatalogue(path=str(path), what=type(error).__name__) from error


def parse(data: bytes, path: str) -> Catalogue:
    """Raises BadCatalogue, which names what is wrong."""
    try:
        found = _decoder(data, type=Catalogue)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise BadCatalogue(path=path, what=str(error)[:200]) from error
    for model in found.models:
        for one in model.usb:
            if not _USB.fullmatch(one):
                raise BadCatalogue(path=path, what=f"usb = {one[:40]!r}")
        for module in model.modules:
            if not _MODULE.fullmatch(module):
                raise BadCatalogue(path=path, what=f"modules = {module[:80]!r}")
    return found


def models_of(catalogue: Catalogue, device: UsbDevice) -> list[Model]:
    """The models that a device may be: by vendor and product, by vendor, as a smart card; the nearest first."""
    names = [f"{device.vendor}:{device.product}", device.vendor, *([CCID] if device.ccid else [])]
    return [model for name in names for model in catalogue.models if name in model.usb]


def modules_of(catalogue: Catalogue, models: Sequence[Model], is_file: Callable[[str], bool]) -> list[str]:
    """The module files of these models that are installed, the best first."""
    found: list[str] = []
    for model in models:
        for module in model.modules:
            places = [module] if module.startswith("/") else [f"{folder}/{module}" for folder in catalogue.folders]
            found += [place for place in places if is_file(place) and place not in found]
    return found
