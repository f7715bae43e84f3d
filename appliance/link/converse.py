"""One conversation with the hub over any carrier: said, answered, taken in, until nothing is left to say.

A carrier connects first and only then asks for the words (custody rule 2.2), so a dead line costs nobody the right to
withdraw. A connection that was kept from an earlier time proves nothing: words that release nothing go over it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from msgspec import Struct

from appliance.link import restore, speak
from appliance.link.speak import Health
from appliance.link.take import Happening, take
from appliance.store.book import read_node
from appliance.store.unit import Unit
from protocol import messages as ms
from protocol.bundle import BadBundle
from protocol.exchange import End, Heard, Role, Turn, hear

POST_BYTES = 64 * 1024
"""A bundle over this goes as a resumable upload."""

MAX_TURNS = 400


class Carrier(Protocol):
    """A line to the hub."""

    name: str

    def exchange(self, words: Callable[[], bytes]) -> bytes:
        """Connects, asks for the bundle, sends it, returns the answer."""

    def is_proven(self) -> bool:
        """Whether the other end has just been heard, by connecting or by an answer; asked while the words are made."""

    def fetch(self, sha256: bytes, size: int, token: str) -> bytes:
        """A large answer."""

    def upload(self, sha256: bytes, size: int, read: Callable[[int], Iterable[bytes]], token: str) -> None:
        """A large bundle; when this returns the hub has taken it."""


class Outcome(Struct, frozen=True):
    """What a conversation led to. `token` lets papers follow."""

    turns: int
    taken: bool
    ready: tuple[bytes, ...]
    token: str


def converse(unit: Unit, carrier: Carrier, *, health: Health = speak.no_health, wants_token: bool = False) -> Outcome:
    """Talks until both ends have what the other has. Raises what the carrier raises, and PeerErrors."""
    flags = ms.UP_WANTS_TOKEN if wants_token else 0
    token, taken = "", False
    ready: tuple[bytes, ...] = ()
    uploaded_from: int | None = None
    talk, stands = _Talk(unit, carrier), carrier.is_proven
    for turn in range(1, MAX_TURNS + 1):
        large = _Large()
        quiet = uploaded_from is not None
        heard = talk.ask(partial(_words, unit, stands, flags, health, large, quiet))
        stands = _has_answered
        happening = _understand(unit, talk, heard)
        token = happening.token or token
        ready = happening.ready or ready
        taken = taken or happening.again
        flags, health = 0, speak.no_health
        if large.size:
            if not token:
                flags = ms.UP_WANTS_TOKEN
                continue
            carrier.upload(large.sha256, large.size, partial(unit.spool.open, large.sha256), token)
            unit.db.run("DELETE FROM spool WHERE sha256=?", large.sha256)
            unit.spool.delete(large.sha256)
            uploaded_from, taken = read_node(unit.db).acked_seq, True
            continue
        more = large.more or (uploaded_from is not None and _is_behind(unit, uploaded_from))
        uploaded_from = None
        if not happening.again and not more:
            return Outcome(turn, taken, ready, token)
    raise BadBundle(what="turns")


class _Large:
    """A bundle that is put by for an upload, while a small one asks for the token."""

    def __init__(self) -> None:
        self.sha256 = b""
        self.size = 0
        self.more = False


def _has_answered() -> bool:
    """The hub did, in this very conversation."""
    return True


def _is_behind(unit: Unit, before: int) -> bool:
    """Whether the district acknowledged what was uploaded, and there are events beyond it."""
    node = read_node(unit.db)
    return before < node.acked_seq < node.head_seq


def _words(
    unit: Unit, stands: Callable[[], bool], flags: int, health: Health, large: _Large, quiet: bool
) -> ms.Message:
    if quiet:  # the acknowledgement of what was uploaded comes as the answer to this
        return speak.speak(unit, flags=flags, health=health, events=False).message
    if stands():
        speak.release_queued(unit)
    else:
        large.more = speak.has_queued(unit)
    spooled = unit.db.row("SELECT s.sha256, s.size FROM spool s JOIN node n ON s.epoch=n.epoch AND s.base=n.acked_seq")
    if spooled is not None and unit.spool.has(bytes(spooled[0])):
        large.sha256, large.size = bytes(spooled[0]), spooled[1]
        return _without_events(unit, flags, health)
    spoken = speak.speak(unit, flags=flags, health=health)
    large.more = large.more or spoken.more
    message = spoken.message
    if spoken.raw_bytes <= POST_BYTES:
        return message
    data = ms.encode_message(message, unit.sign)
    if len(data) <= POST_BYTES:
        return message
    kept = unit.spool.put(data)
    with unit.db.writing():
        unit.db.run("DELETE FROM spool")
        unit.db.run(
            "INSERT INTO spool (sha256, size, epoch, base, count) VALUES (?,?,?,?,?)",
            kept.sha256, kept.size, message.epoch, message.base_seq, spoken.events,
        )  # fmt: skip
    large.sha256, large.size = kept.sha256, kept.size
    return _without_events(unit, flags, health)


def _without_events(unit: Unit, flags: int, health: Health) -> ms.Message:
    return speak.speak(unit, flags=flags | ms.UP_WANTS_TOKEN, health=health, events=False).message


class _Talk:
    """The node's end of the conversation over one carrier."""

    def __init__(self, unit: Unit, carrier: Carrier) -> None:
        self._unit = unit
        self._carrier = carrier

    def ask(self, words: Callable[[], ms.Message]) -> Heard:
        """Says what `words` gives once the carrier stands; what the hub answered, the large way if need be."""
        end = End(Role.NODE, self._unit.node, self._unit.sign, self._unit.verify)
        heard = self._of_hub(hear(end, self._carrier.exchange(lambda: end.say(words()))))
        message = heard.message
        if not isinstance(message, ms.Large):
            return heard
        data = self._carrier.fetch(message.sha256, message.size, message.token)
        end = End(Role.NODE, self._unit.node, self._unit.sign, self._unit.verify)
        end.turn = Turn.LISTEN
        return self._of_hub(hear(end, data))

    def _of_hub(self, heard: Heard) -> Heard:
        if heard.message.sender != self._unit.settings.hub:
            raise BadBundle(what="sender", sender=heard.message.sender[:40])
        return heard


def _understand(unit: Unit, talk: _Talk, heard: Heard) -> Happening:
    message, envelope = heard.message, heard.envelope
    if isinstance(message, ms.Prove):
        shown = speak.evidence(unit, message.life)
        if shown is None:
            raise BadBundle(what="prove")
        return _answer_to(unit, talk, shown)
    happening = take(unit, message, envelope)
    if happening.what == "report" and happening.again and isinstance(message, ms.Notice):
        return _answer_to(unit, talk, speak.report(unit, message))
    if happening.what == "open" and isinstance(message, ms.Ticket):
        return _answer_to(unit, talk, restore.opening(unit, message))
    return happening


def _answer_to(unit: Unit, talk: _Talk, said: ms.Message) -> Happening:
    """One more message in the same turn; a notice in answer to a report means: wait for the others.

    One that knows nothing of our stream means: its copy has another one, tell it all.
    """
    heard = talk.ask(lambda: said)
    answer = heard.message
    if isinstance(answer, ms.Prove):
        return Happening("unproved")
    if isinstance(answer, ms.Notice):
        newer = isinstance(said, ms.Evidence) or (isinstance(said, ms.Report) and answer.life > said.life)
        if newer and take(unit, answer, heard.envelope).again:
            return _answer_to(unit, talk, speak.report(unit, answer))
        if isinstance(said, ms.Report) and said.stream_base and not answer.stream_count:
            return _answer_to(unit, talk, speak.report(unit, answer))
        return Happening("reported")
    return take(unit, answer, heard.envelope)
