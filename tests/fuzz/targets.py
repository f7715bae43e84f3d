"""What reads bytes from outside. A target takes what was made of a real specimen; only errors of ours may come out."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from flask import Flask

from appliance.desk import verbs
from appliance.discovery import announcement
from appliance.link import speak
from appliance.link.take import take
from central.hub.exchange import exchange
from commons.papers import Incoming, PapersError
from commons.stick import take_part
from commons.stick.post import End
from commons.tus import create_blueprint
from commons.tus.wire import (
    BadHeader,
    parse_available,
    parse_checksum,
    parse_content_range,
    parse_metadata,
    parse_number,
    parse_range,
)
from protocol import bag, bundle, carried, patch
from protocol import messages as ms
from protocol.dictionary import DICTIONARY_V1, compress, decompress
from protocol.errors import PeerError
from protocol.exchange import End as Talker
from protocol.exchange import Role, Turn, hear
from protocol.keys import NodeKeys, seal
from tests.support.district import HUB_CODE, District, TestClock, actor, make_district
from tests.support.line import DirectLine

KEYS = NodeKeys.from_bytes(random.Random("fuzz").randbytes(64))
PURPOSE = "bundle"


@dataclass(frozen=True)
class Target:
    """`specimens` are what is right; `run` raises PeerError or nothing, whatever it is given."""

    specimens: tuple[bytes, ...]
    run: Callable[[bytes], None]


class _Held:
    """A district in a folder that lives as long as the process."""

    def __init__(self) -> None:
        self.folder = TemporaryDirectory()
        self.district: District = make_district(Path(self.folder.name))
        moth, clerk = self.district.units["moth"], actor("moth.da1")
        self.ups: list[bytes] = []
        self.downs: list[bytes] = []
        for number in range(3):
            file = verbs.open_file(moth, clerk, subject=f"विषय {number}", section="moth.dev", language="hi")
            if number:
                verbs.send(moth, clerk, file, to_post="chirgaon.head", how="up")
            self._meet("moth")
            self._meet("chirgaon")

    def _meet(self, code: str) -> None:
        unit, line = self.district.units[code], DirectLine(self.district.hub, code)
        speak.release_queued(unit)
        said = ms.encode_message(speak.speak(unit).message, unit.sign)
        answer = line.exchange(lambda: said)
        self.ups.append(said)
        self.downs.append(answer)
        end = Talker(Role.NODE, code, unit.sign, unit.verify)
        end.turn = Turn.LISTEN
        heard = hear(end, answer)
        take(unit, heard.message, heard.envelope)


@cache
def held() -> _Held:
    """Made once a process."""
    return _Held()


def parts_of(message: bytes) -> tuple[str, bytes, bytes]:
    """Kind, statement without the payload's hash, and the unpacked payload of a bundle."""
    found = bundle.split(message)
    assert found is not None
    envelope = found[0]
    fields = msgspec.msgpack.decode(envelope.statement)[:-1]
    payload = decompress(envelope.payload, 1 << 24, DICTIONARY_V1) if envelope.payload else b""
    return envelope.kind, msgspec.msgpack.encode(fields), payload


def specimen(message: bytes) -> bytes:
    """A bundle taken apart, so that what is inside can be changed and signed again."""
    kind, statement, payload = parts_of(message)
    return kind.encode() + struct.pack(">H", len(statement)) + statement + payload


def signed_again(data: bytes, keys: NodeKeys) -> bytes:
    """The bundle of a changed specimen, rightly signed, as a node that turned hostile would."""
    kind, size = data[:1].decode("latin-1") or "U", int.from_bytes(data[1:3], "big")
    statement, payload = data[3 : 3 + size], data[3 + size :]
    squeezed = compress(payload, 3) if payload else b""
    ending = msgspec.msgpack.encode(sha256(squeezed).digest() if squeezed else b"")
    if statement[:1] and 0x90 <= statement[0] < 0x9F:
        whole = bytes([statement[0] + 1]) + statement[1:] + ending
    elif statement[:1] == b"\xdc":
        whole = (
            b"\xdc" + (int.from_bytes(statement[1:3], "big") + 1 & 0xFFFF).to_bytes(2, "big") + statement[3:] + ending
        )
    else:
        whole = statement + ending
    whole = whole[:65_535]
    signature = keys.sign(PURPOSE, bundle.signed_bytes(kind, whole))
    return b"".join(
        (
            bundle.MAGIC, data[:1] or b"U", signature, struct.pack(">H", len(whole)), whole,
            struct.pack(">I", len(squeezed)), squeezed,
        )
    )  # fmt: skip


# ---------------------------------------------------------------- bundles and the exchange


def _raw_bundle(data: bytes) -> None:
    unit = held().district.units["moth"]
    end = Talker(Role.NODE, "moth", unit.sign, unit.verify)
    end.turn = Turn.LISTEN
    hear(end, data)


def _exchange(data: bytes) -> None:
    """A certified office that turned hostile writes to the hub."""
    exchange(held().district.hub, signed_again(data, held().district.papers.keys["moth"]), "https")


def _raw_exchange(data: bytes) -> None:
    exchange(held().district.hub, data, "https")


def _answer(data: bytes) -> None:
    """A hub that turned hostile writes to an office, which may fail in no other way than by refusing."""
    unit = held().district.units["moth"]
    end = Talker(Role.NODE, "moth", unit.sign, unit.verify)
    end.turn = Turn.LISTEN
    heard = hear(end, signed_again(data, held().district.papers.keys[HUB_CODE]))
    take(unit, heard.message, heard.envelope)


# ---------------------------------------------------------------- sticks and neighbours

HEAD = bag.Head(sha256(b"root").digest(), "moth", HUB_CODE, 7, 1_795_000_000_000)
PAPER = random.Random("fuzz paper").randbytes(3_000)
SHA = sha256(PAPER).digest()


CHANGED = PAPER[:1_000] + b"a stamp" + PAPER[1_000:]
SEAL_BYTES = 48


def _sealed_by_nobody(_about: bytes, data: bytes) -> bytes:
    return bytes(SEAL_BYTES) + data


def _opened_by_anybody(_about: bytes, data: bytes) -> bytes:
    return data[SEAL_BYTES:]


def _bag(data: bytes) -> None:
    for item in bag.open_bag(io.BytesIO(data).read, HEAD.district, HUB_CODE, KEYS.open_sealed):
        assert isinstance(item, bag.Bundle | bag.PaperPart)


@cache
def _stick_end() -> End:
    district = held().district
    hub = district.hub
    return End(HUB_CODE, hub.keys, hub.trust(), hub.papers, hub.incoming)


def _bag_inside(data: bytes) -> None:
    """Seals that nothing guards: what is inside is as hostile as the outside."""
    for item in bag.open_bag(io.BytesIO(data).read, HEAD.district, HUB_CODE, _opened_by_anybody):
        if isinstance(item, bag.PaperPart):
            take_part(_stick_end(), item, {SHA: len(PAPER)}.get)


def _parcel(data: bytes) -> None:
    def verify(_node: str, purpose: str, message: bytes, signature: bytes) -> None:
        """Every signature is believed, so that what is behind it is read."""

    read = io.BytesIO(data).read
    carried.read_bag(read, carried.read_label(read, "chirgaon", verify))


def _patch(data: bytes) -> None:
    patch.earlier_of(data)
    patch.apply_patch(PAPER, data, len(CHANGED))


# ---------------------------------------------------------------- headers and names


def _text(data: bytes) -> str:
    return data.decode("latin-1")


def _headers(data: bytes) -> None:
    text = _text(data)
    for read in (
        parse_metadata,
        parse_checksum,
        lambda one: parse_number(one, "length"),
        lambda one: parse_range(one, 1_000),
        parse_content_range,
        lambda one: parse_available(one, one),
    ):
        try:
            read(text)
        except BadHeader:
            continue


@cache
def _uploads() -> Flask:
    folder = Path(TemporaryDirectory().name)
    incoming = Incoming(folder / "incoming", bytes(32), clock=TestClock().now_ms)

    @dataclass(frozen=True)
    class Who:
        id: str = "moth"

    app = Flask(__name__)
    app.register_blueprint(
        create_blueprint("up", incoming, lambda _: Who(), lambda *_: None, lambda *_: None, 10_000), url_prefix="/up"
    )
    return app


REQUEST_HEADERS = (
    "Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum", "Content-Type",
    "Content-Length", "X-HTTP-Method-Override", "Upload-Defer-Length", "Upload-Concat",
)  # fmt: skip


def _requests(data: bytes) -> None:
    """A request whose lines are `method path`, then one header each, then the body: no answer says that we failed."""
    head, _, body = data.partition(b"\n\n")
    first, *lines = _text(head).split("\n")
    method, _, path = first.partition(" ")
    headers = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name in REQUEST_HEADERS:
            headers[name] = "".join(one for one in value if one.isprintable())
    method = method if method in ("POST", "PATCH", "HEAD", "OPTIONS") else "POST"
    found = path[:40] if path.isascii() and path.isalnum() else ""
    answer = (
        _uploads().test_client().open(f"/up/{found}" if found else "/up", method=method, headers=headers, data=body)
    )
    assert answer.status_code < 500, answer.status


def _announced(data: bytes) -> None:
    fields = data.split(b"\n")
    text: dict[bytes, bytes | None] = dict(
        zip((b"office", b"version", b"fingerprint", b"at"), [*fields, b"", b"", b"", b""], strict=False)
    )
    name = f"{_text(fields[0])}.{announcement.SERVICE}"
    announcement.read(name, "block-moth.local.", len(data), _text(data).split(","), text)


RIGHT_REQUEST = (
    b"POST \nTus-Resumable: 1.0.0\nUpload-Length: 12\nUpload-Metadata: sha256 " + b"Yg==" + b"\nContent-Length: 12\n"
    b"Content-Type: application/offset+octet-stream\n\nhello, world"
)
HEADERS = (
    b"sha256 ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ==,name YQ==",
    b"sha1 Lve95gjOVATpfV8EL5X4nxwjKHE=", b"12345", b"bytes=0-99", b"bytes 0-99/1000",
    b":47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
)  # fmt: skip


@cache
def targets() -> dict[str, Target]:
    """All of them by name."""
    made = held()
    items: tuple[bag.Item, ...] = (
        bag.Bundle(b"PV one"),
        *bag.paper_parts(SHA, len(PAPER), [PAPER]),
        bag.Bundle(b"PV two"),
    )
    sealed = b"".join(bag.pack_bag(HEAD, items, lambda about, data: seal(KEYS.sealing_public, about, data)))
    plain = b"".join(bag.pack_bag(HEAD, items, _sealed_by_nobody))
    parcel = carried.pack_parcel(b"a sealed bag", "moth", "chirgaon", bytes(range(24)), lambda _p, _m: bytes(64))
    return {
        "bundle": Target(tuple(made.downs), _raw_bundle),
        "exchange, unsigned": Target(tuple(made.ups), _raw_exchange),
        "exchange, signed": Target(tuple(map(specimen, made.ups)), _exchange),
        "answer, signed": Target(tuple(map(specimen, made.downs)), _answer),
        "bag": Target((sealed,), _bag),
        "bag, inside": Target((plain,), _bag_inside),
        "parcel of a neighbour": Target((parcel,), _parcel),
        "patch": Target((patch.make_patch(PAPER, CHANGED),), _patch),
        "tus headers": Target(HEADERS, _headers),
        "tus requests": Target((RIGHT_REQUEST,), _requests),
        "announcement": Target((b"moth\n0.1.0\n" + b"ab" * 32 + b"\n10.0.0.2,fe80::2",), _announced),
    }


ALLOWED = (PeerError, PapersError)
