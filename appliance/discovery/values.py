"""What an appliance says of itself in the network, what it has seen of others, and what it keeps of both."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Address = Annotated[str, Meta(max_length=64)]
Fingerprint = Annotated[str, Meta(max_length=64)]


class Own(Struct, frozen=True):
    """What this appliance announces.

    `fingerprint`: SHA-256 in hex over the raw Ed25519 key of its certificate. `mark`: 16 hex digits, new at each
    start, by which it knows its own voice.
    """

    office: str
    version: str
    fingerprint: str
    port: int
    mark: str


class Seen(Struct, frozen=True):
    """An appliance as its records describe it, checked and bounded. `fingerprint` is a claim, not a proof.

    Without a fingerprint: something that answers to the office's host name and says no more.
    """

    name: Annotated[str, Meta(max_length=255)]  # of the service, or of the host where there is none
    office: Annotated[str, Meta(max_length=20)]
    version: Annotated[str, Meta(max_length=32)] = ""
    fingerprint: Fingerprint = ""
    port: int = 0
    addresses: Annotated[tuple[Address, ...], Meta(max_length=16)] = ()


class Sighting(Struct, frozen=True):
    """One appliance over time, unix milliseconds. `here`: it answered at the last look; `missed`: looks in vain."""

    seen: Seen
    first_ms: int
    last_ms: int
    here: bool = True
    missed: int = 0


class Presence(Struct, frozen=True):
    """What the discovery process keeps for the office's other processes. `addresses`: those announced now.

    `trouble`: empty, or a code: `no_network`, `unannounced` (the network is there, yet announcing failed).
    """

    office: str
    host: str
    port: int
    fingerprint: Fingerprint
    addresses: tuple[Address, ...] = ()
    trouble: str = ""
    since_ms: int = 0
    others: Annotated[tuple[Sighting, ...], Meta(max_length=256)] = ()


class Double(Struct, frozen=True):
    """A second bearer of this office's name. `kind`: clone (same key), namesake (another), stranger (host name only).

    Times are unix milliseconds; `here`: it is there now.
    """

    kind: str
    fingerprint: str
    addresses: tuple[str, ...]
    first_ms: int
    last_ms: int
    here: bool
