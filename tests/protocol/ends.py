"""Two believed nodes and an unbelieved one, and messages of every letter between them."""

from __future__ import annotations

from protocol import messages as ms
from protocol.bundle import Envelope, Sign, split
from protocol.exchange import End, Role
from protocol.keys import NodeKeys, verify
from protocol.trust import UnknownNode

EPOCH, H = b"epoch-08", bytes(range(32))
KEYS = {code: NodeKeys.from_bytes(bytes([number]) * 64) for number, code in enumerate(("moth", "hub", "mallory"), 1)}
BELIEVED = {"moth", "hub"}


def signer(code: str) -> Sign:
    """A node's signature."""
    return lambda message: KEYS[code].sign("bundle", message)


def believe(node: str, message: bytes, signature: bytes) -> None:
    """As a node's trust store does. Raises UnknownNode, BadSignature."""
    if node not in BELIEVED:
        raise UnknownNode(node=node)
    verify(KEYS[node].signing_public, "bundle", message, signature)


def node_end() -> End:
    return End(Role.NODE, "moth", signer("moth"), believe)


def hub_end() -> End:
    return End(Role.HUB, "hub", signer("hub"), believe)


def envelope_of(data: bytes) -> Envelope:
    found = split(data)
    assert found is not None
    assert found[1] == len(data)
    return found[0]


CHAPTER = ms.Chapter(EPOCH, 1, H, (b"\x91\x01",), (b"\x91\x02",), 1)
GRANT = ms.encode_item(ms.Grant("moth.0000000000000001.1", 7, 1, "moth", "moth.da1", "release", "a", 0, 0, 0, 1, H))
PARCEL = ms.Parcel((GRANT,), ((ms.LogEntry("moth", EPOCH, 1, b"h", b"b"),),))

UP = ms.Up(
    "moth", "hub", EPOCH, 7, 0, H, 1, H, 3, H, 99, 1, 0, ms.UpPayload((b"h",), (b"b",), (H,), b"\x01", ((EPOCH, 1, H),))
)
STOPPED = ms.Up("moth", "hub", EPOCH, 7, 0, H, 0, b"", 0, H, 99, 1, ms.UP_STOPPED)
DOWN = ms.Down("hub", "moth", 7, EPOCH, 1, H, 3, 1, H, 99, 0, H, 0, ms.DownPayload(PARCEL, (H,), b"directory", "token"))
TICKET = ms.Ticket("hub", "moth", 7, EPOCH, 1, H, 1, H, 99, ms.TicketPayload((CHAPTER,), PARCEL))
OPEN = ms.OpenEpoch("moth", "hub", 7, b"epoch-09", EPOCH, 1, H, 99, ms.OpenPayload((CHAPTER,)))
NOTICE = ms.Notice("hub", "moth", 8, 3, H, ((EPOCH, 1),), 99)
REPORT = ms.Report("moth", "hub", 8, EPOCH, 2, 3, H, 7, 99, ms.ReportPayload(PARCEL, (CHAPTER,)))
PROVE = ms.Prove("hub", "moth", 7, 99)
EVIDENCE = ms.Evidence("moth", "hub", 7, "D", b"statement", b"s" * 64, 99)
LARGE = ms.Large("hub", "moth", H, 70_000, "token", 99)

FROM_NODE: tuple[ms.Message, ...] = (UP, STOPPED, OPEN, REPORT, EVIDENCE)
FROM_HUB: tuple[ms.Message, ...] = (DOWN, TICKET, NOTICE, PROVE, LARGE)
