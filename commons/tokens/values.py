"""What is told of tokens, between the service and those who ask it. Plain values, without sentences."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["looking", "here", "driver_missing", "not_seen", "empty", "busy", "failed"]
"""`looking`: just plugged in. `driver_missing`: none of its modules is installed. `not_seen`: a module is, and sees no
token. `empty`: no certificate with a key. `busy`: another program has it. `failed`: the module broke down.
"""


class UsbDevice(msgspec.Struct, frozen=True):
    """A USB device that may be a token. `key` is new each time it is plugged in; ids are four hexadecimal digits."""

    key: str
    vendor: str
    product: str
    serial: str = ""
    ccid: bool = False  # one of its interfaces is of the smart card class


class Model(msgspec.Struct, frozen=True):
    """One entry of the catalogue."""

    name: str
    usb: tuple[str, ...]
    modules: tuple[str, ...]
    driver: str = ""


class Certificate(msgspec.Struct, frozen=True):
    """A certificate on a token that has its private key there. `key_id`: CKA_ID."""

    key_id: bytes
    der: bytes


class Token(msgspec.Struct, frozen=True):
    """What one module shows in one slot, read without a PIN. The counts are what the token says, never exact."""

    module: str
    label: str
    serial: str
    maker: str
    model: str
    certificates: tuple[Certificate, ...]
    few_tries: bool = False  # a wrong PIN was given since the last right one
    last_try: bool = False
    locked: bool = False


class Plugged(msgspec.Struct, frozen=True):
    """A token that is plugged in, and what can be said of it. `key` names it to the service."""

    key: str
    model: str
    state: State
    since_ms: int
    driver: str = ""  # what to install, for `driver_missing`
    tokens: tuple[Token, ...] = ()


class Telling(msgspec.Struct, frozen=True):
    """All that is plugged in; `mark` is another one after each change."""

    mark: int
    tokens: tuple[Plugged, ...] = ()
