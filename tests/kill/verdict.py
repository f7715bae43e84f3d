"""What must be true of all folders once it is quiet, computed from the bytes alone."""

from __future__ import annotations

import hashlib
import struct
import threading
import time
from collections.abc import Callable

import msgspec

from appliance.store.unit import Unit
from central.hub.unit import HubUnit
from commons.database import Database

Journal = list[tuple[bytes, bytes]]


def wait_until(true: Callable[[], bool], seconds: float, what: Callable[[], object] = lambda: "") -> None:
    """Looks again and again."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what()}"
        pause.wait(0.02)


def journal_of(db: Database, node: str, epoch: bytes) -> Journal:
    """(header, body) of one epoch in order, every hash computed again."""
    before = bytes(32)
    found: Journal = []
    for seq, header, body, h in db.rows(
        "SELECT seq, header, body, h FROM event WHERE node=? AND epoch=? AND h IS NOT NULL ORDER BY seq", node, epoch
    ):
        name = node.encode()
        own = hashlib.sha256(
            b"PV1e" + struct.pack(">H", len(name)) + name + epoch + struct.pack(">QH", seq, len(header)) + header
            + hashlib.sha256(body).digest()
        ).digest()  # fmt: skip
        before = hashlib.sha256(b"PV1h" + before + own).digest()
        found.append((bytes(header), bytes(body)))
        assert (seq, bytes(h)) == (len(found), before), f"the journal of {node} breaks at {seq}"
    return found


def said(journal: Journal, kind: str, place: int) -> list[object]:
    """One field of the bodies of all events of a kind."""
    return [
        msgspec.msgpack.decode(body)[place] for header, body in journal if msgspec.msgpack.decode(header)[1] == kind
    ]


def quiet(units: list[Unit], hub: HubUnit) -> bool:
    """Whether nothing is on its way any more."""
    for unit in units:
        if unit.db.value("SELECT count(*) FROM outbox") or unit.db.value("SELECT count(*) FROM blob WHERE here=0"):
            return False
        if unit.db.value("SELECT count(*) FROM efile WHERE phase IN ('queued','asked')"):
            return False
        if unit.db.value("SELECT count(*) FROM blob WHERE at_hub=0"):
            return False
    return not hub.db.value("SELECT count(*) FROM node WHERE cursor < stream_len")


def unfinished(units: list[Unit], hub: HubUnit) -> object:
    """For a failure: what is still on its way."""
    offices = [
        (
            unit.node,
            unit.db.row("SELECT up, trouble, since_ms, last_exchange_ms FROM line"),
            unit.db.value("SELECT count(*) FROM outbox"),
            unit.db.rows("SELECT phase, count(*) FROM efile GROUP BY phase"),
            unit.db.rows("SELECT here, at_hub, count(*) FROM blob GROUP BY here, at_hub"),
            unit.db.row("SELECT mode, stopped_why, head_seq, acked_seq, cursor FROM node"),
        )
        for unit in units
    ]
    return offices, hub.db.rows("SELECT code, head_seq, stream_len, offered, cursor FROM node")


def holders(units: list[Unit]) -> dict[str, list[str]]:
    """Which offices say of each file that they may write on it."""
    found: dict[str, list[str]] = {}
    for unit in units:
        for (file,) in unit.db.rows("SELECT file FROM efile WHERE phase IN ('held','queued')"):
            found.setdefault(file, []).append(unit.node)
    return found
