"""What can befall a bag on the way: bytes of it lost or changed, its records rearranged, another name on it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from random import Random

from commons.stick import Waiting
from protocol.bag import MAGIC

Records = list[bytes]


def tear(rng: Random, bag: Waiting, codes: list[str]) -> tuple[str, Path]:
    """How this bag is no good any more, and where it lies now. `codes`: the district's, then those of the offices."""
    how = rng.choice(sorted(_TEARS))
    if how == "misnamed":
        return how, _rename(rng, bag, codes)
    head, records = _parts(bag.path.read_bytes())
    data = head + b"".join(_TEARS[how](rng, list(records)))
    if data == head + b"".join(records):
        how, data = "cut", data[:-1]
    bag.path.write_bytes(data)
    return how, bag.path


def _rename(rng: Random, bag: Waiting, codes: list[str]) -> Path:
    """To another addressee, or, if it is the district's, from another sender: whom it answers it knows by the name."""
    strangers = [code for code in codes if code not in (bag.sender, bag.recipient)]
    names = [f"{bag.sender}--{code}--{bag.number}.bag" for code in strangers]
    if bag.recipient == codes[0]:
        names += [f"{code}--{bag.recipient}--{bag.number}.bag" for code in strangers]
    return bag.path.rename(bag.path.with_name(rng.choice(names)))


def _parts(data: bytes) -> tuple[bytes, Records]:
    start = len(MAGIC) + 2 + int.from_bytes(data[len(MAGIC) : len(MAGIC) + 2], "big")
    records, at = [], start
    while at < len(data):
        end = at + 4 + struct.unpack(">I", data[at : at + 4].ljust(4, b"\0"))[0]
        records.append(data[at:end])
        at = end
    return data[:start], records


def _cut(rng: Random, records: Records) -> Records:
    whole = b"".join(records)
    return [whole[: rng.randrange(len(whole))]]


def _change(rng: Random, records: Records) -> Records:
    whole = bytearray(b"".join(records))
    whole[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
    return [bytes(whole)]


def _rearrange(_: Random, records: Records) -> Records:
    """The first message comes last, just before the end: nothing but its number says that it was moved."""
    return [*records[1:-1], records[0], records[-1]]


def _leave_out(rng: Random, records: Records) -> Records:
    del records[rng.randrange(len(records))]
    return records


def _double(rng: Random, records: Records) -> Records:
    at = rng.randrange(len(records))
    return [*records[: at + 1], *records[at:]]


_TEARS: dict[str, Callable[[Random, Records], Records]] = {
    "cut": _cut, "changed": _change, "rearranged": _rearrange, "left out": _leave_out, "doubled": _double,
    "misnamed": _cut,
}  # fmt: skip
