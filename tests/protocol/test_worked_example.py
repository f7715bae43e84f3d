"""docs/protocol.md says what the code does: its hex values, its tables of fields, its limits."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from protocol import bundle, items, journal
from protocol import events as ev
from protocol import messages as ms
from protocol.words import ZERO_HASH, EventId

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^((?:header|body|e|h|f) [12]|H\(body 1\)) +([0-9a-f]+)$", re.MULTILINE)
HEX = {name: bytes.fromhex(found) for name, found in EXAMPLE.findall(PAGE)}
EPOCH = bytes.fromhex("0011223344556677")


def rows(title: str) -> dict[str, list[str]]:
    """The first table after a line that begins with `title`: first cell to the other cells."""
    lines = PAGE[PAGE.index(title) :].splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("| ---")) + 1
    found = {}
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        first, *others = [cell.strip() for cell in line.strip("|").split("|")]
        found[first] = others
    return found


def names(cell: str) -> list[str]:
    """Field names of a cell: without question marks and defaults."""
    return [part.split("?")[0].strip() for part in cell.split(",")] if cell else []


def test_the_example_by_hand() -> None:
    """Computed from the formulas of the page, with hashlib alone."""

    def e(seq: int, header: bytes, body: bytes) -> bytes:
        name = b"\x00\x04moth"
        lp = len(header).to_bytes(2, "big") + header
        return sha256(b"PV1e" + name + EPOCH + seq.to_bytes(8, "big") + lp + sha256(body).digest()).digest()

    assert sha256(HEX["body 1"]).digest() == HEX["H(body 1)"]
    h = f = bytes(32)
    for seq in (1, 2):
        own = e(seq, HEX[f"header {seq}"], HEX[f"body {seq}"])
        h, f = sha256(b"PV1h" + h + own).digest(), sha256(b"PV1f" + f + own).digest()
        assert (own, h, f) == (HEX[f"e {seq}"], HEX[f"h {seq}"], HEX[f"f {seq}"])


def test_the_example_by_the_code() -> None:
    own, heads = journal.chain_hashes(
        "moth", EPOCH, 1, ZERO_HASH, [(HEX["header 1"], HEX["body 1"]), (HEX["header 2"], HEX["body 2"])]
    )
    assert own == [HEX["e 1"], HEX["e 2"]]
    assert heads == [HEX["h 1"], HEX["h 2"]]
    assert journal.hash_event_id(EventId("moth", EPOCH, 2), HEX["header 2"], HEX["body 2"]) == HEX["e 2"]
    assert journal.file_hash(own) == HEX["f 2"]
    header = ev.decode_header(HEX["header 1"])
    body = ev.decode_body("open", HEX["body 1"])
    assert isinstance(body, ev.Open)
    assert (header.kind, header.post, body.title) == ("open", "moth.da1", "हैंडपंप मरम्मत")
    assert (ev.encode_header(header), ev.encode_body(body)) == (HEX["header 1"], HEX["body 1"])
    assert ev.subject_of("moth", EPOCH, 2, ev.decode_header(HEX["header 2"]).subject) == f"moth.{EPOCH.hex()}.1"


def test_the_table_of_events() -> None:
    table = rows("Body: an array")
    assert table.keys() == ev.BODIES.keys()
    for kind, (fields, said_by) in table.items():
        known = msgspec.structs.fields(ev.BODIES[kind])
        assert names(fields) == [field.name for field in known], kind
        optional = [part.strip().split("?")[0] for part in fields.split(",") if "?" in part]
        assert optional == [field.name for field in known if not field.required], kind
        assert said_by.startswith("beside the log") == (kind in ev.BESIDE_THE_CHAIN), kind
        assert said_by.startswith("the hub") == (kind in ev.BY_HUB), kind


def test_the_fields_of_a_header() -> None:
    (said,) = re.findall(r"^Header: array `(.+)`$", PAGE, re.MULTILINE)
    assert names(said) == [field.name for field in msgspec.structs.fields(ev.Header)]


def test_the_table_of_messages() -> None:
    table = {first[0]: others for first, others in rows("recipient`; all but L").items()}
    kinds: tuple[type[ms.Message], ...] = (
        ms.Up, ms.Down, ms.Ticket, ms.OpenEpoch, ms.Notice, ms.Report, ms.Prove, ms.Evidence, ms.Large,
    )  # fmt: skip
    assert table.keys() == {kind.letter for kind in kinds}
    assert table.keys() == ms.FROM_HUB | ms.FROM_NODE
    for kind in kinds:
        statement, payload = table[kind.letter]
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        assert ["sender", "recipient", *names(statement)] == [name for name in fields if name != "payload"]
        inside = fields["payload"].type if "payload" in fields else None
        assert names(payload) == ([] if inside is None else [field.name for field in msgspec.structs.fields(inside)])


def test_the_table_of_items() -> None:
    table = {first[0]: names(others[0]) for first, others in rows("## 5 The stream").items()}
    kinds = (
        items.Grant, items.Call, items.RefusedItem, items.Tombstone, items.Status, items.AsideItem, items.Weeded,
        items.Decided, items.Vouched, items.Trusting,
    )  # fmt: skip
    assert table == {kind.__struct_config__.tag: [f.name for f in msgspec.structs.fields(kind)] for kind in kinds}


def test_the_bytes_of_a_bundle() -> None:
    """Taken apart by the page's layout; the signature's input is what the page says."""
    said: list[bytes] = []

    def sign(message: bytes) -> bytes:
        said.append(message)
        return b"s" * 64

    data = ms.encode_message(ms.Prove("hub", "moth", 7, 9), sign)
    assert (data[:3], data[3:4], data[4:68]) == (b"PV\x01", b"W", b"s" * 64)
    length = int.from_bytes(data[68:70], "big")
    statement = data[70 : 70 + length]
    assert msgspec.msgpack.decode(statement) == ["hub", "moth", 7, 9, b""]
    assert data[70 + length :] == bytes(4)
    assert said == [b"PV1sW" + statement]


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("header, body", f"{ev.MAX_HEADER_BYTES:,} bytes, {ev.MAX_BODY_BYTES >> 20} MiB"),
        (
            "payload, unpacked",
            f"{bundle.MAX_PAYLOAD_BYTES >> 20} MiB as it travels, {bundle.MAX_UNPACKED_BYTES >> 20} MiB",
        ),
    ],
)
def test_the_limits(what: str, value: str) -> None:
    assert rows("## 9 Limits")[what] == [value]
