"""The table of tokens: shipped, edited, wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from commons.tokens import catalogue
from commons.tokens.catalogue import BadCatalogue, models_of, modules_of
from commons.tokens.values import UsbDevice

SHIPPED = catalogue.read(None) if not catalogue.PLACE.exists() else None
OWN = b"""
folders = ["/a", "/b"]
[[token]]
name = "One"
usb = ["1234:0001", "1234"]
modules = ["one.so", "/opt/x/two.so"]
[[token]]
name = ""
usb = ["ccid"]
modules = ["three.so"]
"""


@pytest.mark.parametrize(
    ("vendor", "product", "name"),
    [
        ("096e", "0807", "ePass2003"),
        ("096e", "080a", "ePass2003"),
        ("163c", "0417", "ProxKey"),
        ("163c", "0418", "TrustKey"),
        ("055c", "db08", "mToken CryptoID"),
        ("0529", "0620", "SafeNet eToken 5110"),
        ("08e6", "34cf", "SafeNet eToken 5110"),
        ("338c", "0031", "InnaITKey"),
    ],
)
def test_the_tokens_seen_in_india_are_in_the_shipped_table(vendor: str, product: str, name: str) -> None:
    assert SHIPPED is not None
    (model,) = models_of(SHIPPED, UsbDevice("k", vendor, product))
    assert model.name == name
    assert model.modules


def test_any_smart_card_is_taken_for_one_and_a_mouse_is_not() -> None:
    assert SHIPPED is not None
    (model,) = models_of(SHIPPED, UsbDevice("k", "ffff", "0001", ccid=True))
    assert model.modules == ("opensc-pkcs11.so",)
    assert models_of(SHIPPED, UsbDevice("k", "046d", "c077")) == []


def test_the_nearest_entry_comes_first_and_only_modules_that_are_there_count() -> None:
    table = catalogue.parse(OWN, "x")
    models = models_of(table, UsbDevice("k", "1234", "0001", ccid=True))
    assert [model.name for model in models] == ["One", "One", ""]
    there = {"/b/one.so", "/opt/x/two.so", "/a/three.so"}
    assert modules_of(table, models, there.__contains__) == ["/b/one.so", "/opt/x/two.so", "/a/three.so"]
    assert modules_of(table, models, lambda _: False) == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"folders = 3",
        b'folders = []\n[[token]]\nname = "x"\nusb = ["12"]\nmodules = []',
        b'folders = []\n[[token]]\nname = "x"\nusb = ["1234:00g1"]\nmodules = []',
        b'folders = []\n[[token]]\nname = "x"\nusb = ["1234"]\nmodules = ["a b; rm"]',
        b'folders = []\n[[token]]\nname = "x"\nusb = "1234"\nmodules = []',
        b"\xff\xfe",
        b"[[[",
    ],
)
def test_a_table_that_is_wrong_says_what(text: bytes) -> None:
    with pytest.raises(BadCatalogue) as refusal:
        catalogue.parse(text, "/etc/x")
    assert refusal.value.values["path"] == "/etc/x"
    assert refusal.value.values["what"]


def test_an_own_table_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_bytes(OWN)
    assert [model.name for model in catalogue.read(tmp_path / "t.toml").models] == ["One", ""]
    with pytest.raises(BadCatalogue):
        catalogue.read(tmp_path / "missing.toml")
