"""Carrying the sealed post of others: whether this office may now, for whom and how much, and the way to the hub.

What is carried is held in memory while it is on its way, at most one bag and one answer at a time; nothing of it is
kept. This office cannot read it: it is sealed to the hub, and the answer to who asked.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from appliance.link.manners import LinePaused, carrier_of
from appliance.link.papers import to_send
from appliance.store.book import STOPPED
from appliance.store.manners import read_manners
from appliance.store.unit import Unit
from commons.tus.line import TransferError, cut_is_clear
from protocol import carried
from protocol.bag import Read, read_head
from protocol.errors import LocalError, PeerError

HOUR_SECONDS = 3600.0
OFFICE_HOUR_BYTES, HOUR_BYTES = 4 << 20, 8 << 20
"""Carried for one office, and for all, within an hour, there and back."""

OFFICE_HOUR_TIMES = 90
SLOT_SECONDS = 30.0
"""A challenge holds for one to two of these."""

ANSWER_SECONDS = 150.0
"""For the whole answer of the hub; a silence of a minute ends it before."""

LEAST_BYTES_PER_SECOND = 4_000
"""On a line that is held below this a whole bag would take longer than who asks waits."""

_SLOT_BYTES = 8
_READ_BYTES = 1 << 16


class NotCarried(LocalError):
    """Why a neighbour's post was not carried; the code is told to it."""

    code = "neighbour.no_line"


class Carriage(NamedTuple):
    """One bag that was carried: for whom, when (monotonic seconds), its hash, bytes there and back."""

    office: str
    at: float
    digest: bytes
    size: int


def may_carry(unit: Unit) -> str:
    """Empty when this office may carry for others now; else why not, a code: its own post always goes first.

    Nor does it on a line that rests or costs by the megabyte.
    """
    if not (unit.settings.neighbour_carries and unit.settings.hub_url):
        return "neighbour.off"
    if unit.db.value("SELECT up FROM line") != 1:
        return "neighbour.no_line"
    manners, now_ms = read_manners(unit.db), unit.clock.now_ms()
    allowed = manners.bytes_per_second(now_ms)
    if manners.metered or manners.pause_left_ms(now_ms) or (allowed is not None and allowed < LEAST_BYTES_PER_SECOND):
        return "neighbour.resting"
    own = (
        unit.db.value("SELECT mode FROM node") == STOPPED
        or unit.db.row("SELECT 1 FROM outbox LIMIT 1")
        or unit.db.row("SELECT 1 FROM efile WHERE phase='queued' LIMIT 1")
        or to_send(unit)
    )
    return "neighbour.own_first" if own else ""


def has_had_enough(past: list[Carriage], office: str, digest: bytes, size: int, now: float) -> str:
    """Empty, or a code: this bag was carried already, or the hour's measure for this office or for all is full."""
    lately = [one for one in past if now - one.at < HOUR_SECONDS]
    own = [one for one in lately if one.office == office]
    if any(one.digest == digest for one in own):
        return "neighbour.stale"
    if len(own) >= OFFICE_HOUR_TIMES or sum(one.size for one in own) + size > OFFICE_HOUR_BYTES:
        return "neighbour.enough"
    return "neighbour.enough" if sum(one.size for one in lately) + size > HOUR_BYTES else ""


class Carrying:
    """This office as a carrier; one for the process that hears the network."""

    def __init__(self, unit: Unit, clock: Callable[[], float] = time.monotonic) -> None:
        self._unit = unit
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._busy = threading.Lock()
        self._past: list[Carriage] = []

    def greet(self, word: bytes) -> bytes:
        """For whoever asks: who we are, and a challenge, of which nothing is remembered here."""
        slot = int(self._clock() / SLOT_SECONDS).to_bytes(_SLOT_BYTES, "big")
        return carried.pack_greeting(word, slot + self._mark(slot), self._unit.node, self._unit.keys.sign)

    def carry(self, read: Read) -> bytes:
        """Take a parcel in, pass it on to the hub, and give back the hub's answer.

        Raises NotCarried, and PeerErrors for what no office of this district would say. Nothing of the bag is read
        before its bearer is known, is welcome, and nobody else's is on its way.
        """
        label = carried.read_label(read, self._unit.node, self._verify)
        refusal = may_carry(self._unit) if self._is_fresh(label.challenge) else "neighbour.stale"
        refusal = refusal or has_had_enough(self._past, label.sender, label.digest, label.size, self._clock())
        if not refusal and not self._busy.acquire(blocking=False):
            refusal = "neighbour.busy"
        if refusal:
            _pass_over(read, label.size)
            raise NotCarried(refusal)
        try:
            self._note(label, 0)
            return self._carry(label, carried.read_bag(read, label))
        finally:
            self._busy.release()

    def _carry(self, label: carried.Label, bag: bytes) -> bytes:
        head = read_head(io.BytesIO(bag).read, hashlib.sha256(self._unit.trust().root.der).digest())
        if (head.sender, head.recipient) != (label.sender, self._unit.settings.hub):
            raise carried.BadParcel(what="bag")
        answer = pass_on(self._unit, bag, self._clock)
        self._note(label, len(answer))
        return answer

    def _note(self, label: carried.Label, back: int) -> None:
        """Counted before it is read, so that what drips or fails counts too; then again with what came back."""
        now, size = self._clock(), label.size + back
        kept = [one for one in self._past if now - one.at < HOUR_SECONDS]
        kept = [one for one in kept if (one.office, one.digest) != (label.sender, label.digest)]
        self._past = [*kept, Carriage(label.sender, now, label.digest, size)]
        if back:
            with self._unit.db.writing():
                self._unit.db.run(
                    "INSERT INTO carried_for (office, times, bytes, last_ms) VALUES (?,1,?,?) ON CONFLICT (office) "
                    "DO UPDATE SET times=times+1, bytes=bytes+excluded.bytes, last_ms=excluded.last_ms",
                    label.sender, size, self._unit.clock.now_ms(),
                )  # fmt: skip

    def _mark(self, slot: bytes) -> bytes:
        return hmac.digest(self._secret, slot, "sha256")[: carried.CHALLENGE_BYTES - _SLOT_BYTES]

    def _is_fresh(self, challenge: bytes) -> bool:
        slot, mark = challenge[:_SLOT_BYTES], challenge[_SLOT_BYTES:]
        age = int(self._clock() / SLOT_SECONDS) - int.from_bytes(slot, "big")
        return 0 <= age <= 1 and hmac.compare_digest(mark, self._mark(slot))

    def _verify(self, node: str, purpose: str, message: bytes, signature: bytes) -> None:
        self._unit.trust().verify(node, purpose, message, signature, self._unit.clock.now_ms() // 1000)


def pass_on(unit: Unit, bag: bytes, clock: Callable[[], float] = time.monotonic) -> bytes:
    """The hub's answer to a neighbour's bag, known to be the hub's. Raises NotCarried."""
    parcel = carried.pack_parcel(bag, unit.node, unit.settings.hub, b"", unit.keys.sign)
    carrier = carrier_of(unit)
    line, until = carrier.open_line(), clock() + ANSWER_SECONDS
    answer = bytearray()
    try:
        with line.request("POST", carrier.url("/neighbour"), {}, _Whole(parcel)) as response, cut_is_clear():
            while len(answer) <= carried.MAX_ANSWER_BYTES and (more := response.raw.read1(_READ_BYTES)):
                answer += more
                if clock() > until:
                    raise NotCarried
            status = response.status_code
    except LinePaused as error:
        raise NotCarried("neighbour.resting") from error
    except TransferError as error:
        raise NotCarried from error
    finally:
        line.session.close()
    if status != 200:
        raise NotCarried("neighbour.refused" if 400 <= status < 500 else "neighbour.no_line")
    when = unit.clock.now_ms() // 1000
    trust, asked = unit.trust(), hashlib.sha256(bag).digest()
    try:
        carried.read_answer(
            bytes(answer), asked, unit.settings.hub,
            lambda node, purpose, message, signature: trust.verify(node, purpose, message, signature, when),
        )  # fmt: skip
    except PeerError as error:
        raise NotCarried from error
    return bytes(answer)


class _Whole:
    """A request's body that is at hand."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[bytes]:
        yield self._data


def _pass_over(read: Read, size: int) -> None:
    """The rest of what a known office sends, so that it comes to read the answer instead of a broken connection."""
    while size > 0 and (data := read(min(size, _READ_BYTES))):
        size -= len(data)
