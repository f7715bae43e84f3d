"""A bad line: what is said may be lost, cut, changed, said twice, or arrive weeks later on a stick."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from appliance.link import restore, speak
from appliance.link.carry import exchange_all, note_line
from appliance.link.https import HubRefused, LineDown
from appliance.link.take import take
from appliance.store.unit import Unit
from central.hub.exchange import exchange, may_fetch
from central.hub.papers import paper_arrived
from commons.papers import PaperMismatch
from commons.tus.line import TransferError, TransferRefused
from protocol import messages as ms
from protocol.errors import PatravaliError, PeerError
from protocol.exchange import End, Role, Turn, hear
from tests.simulation.offices import HUB_CODE
from tests.simulation.world import Crash, Node, World

KEPT = 60


class BadLine:
    """A node's carrier. Every bundle that was ever on it is kept, for a late delivery."""

    name = "https"

    def __init__(self, world: World, node: Node) -> None:
        self.world = world
        self.node = node
        self.posts = 0
        self.bytes = 0

    def exchange(self, words: Callable[[], bytes]) -> bytes:
        """As a POST."""
        world, node = self.world, self.node
        if not node.line_up:
            raise LineDown
        data = words()
        self.posts += 1
        keep(world.ups, (node.code, data))
        fate = self._fate("up")
        if fate == "lost":
            raise LineDown
        if fate in ("cut", "changed"):
            _refused(world, node, spoil(world, data, fate))
            raise LineDown
        if fate == "twice":
            _at_hub(world, node, data)
        answer = _at_hub(world, node, data)
        self.bytes += len(data) + len(answer)
        keep(world.downs, (node.code, answer))
        fate = self._fate("down")
        if fate == "lost":
            raise LineDown
        return spoil(world, answer, fate) if fate in ("cut", "changed") else answer

    def _fate(self, way: str) -> str:
        world = self.world
        if not world.chance(world.plan.bad_line / 2):
            return "whole"
        world.record.cuts += 1
        fate = world.rng.choice(("lost", "lost", "cut", "changed", "twice"))
        world.say(f"  {way} {fate}")
        return fate

    def is_proven(self) -> bool:
        """It connects anew each time."""
        return True

    def fetch(self, sha256: bytes, size: int, token: str) -> bytes:
        """As GET with Range."""
        hub = self.world.hub.unit
        if self._fate("fetch") != "whole":
            raise LineDown
        if hub.node_of_token(token) != self.node.code:
            raise HubRefused("token", status=401)
        data = b"".join(hub.bundles.open(sha256))
        keep(self.world.downs, (self.node.code, data))
        return data

    def upload(self, sha256: bytes, size: int, read: Callable[[int], Iterable[bytes]], token: str) -> None:
        """As tus: what was lost is a cut upload, of which the hub made nothing."""
        if self.world.hub.unit.node_of_token(token) != self.node.code:
            raise HubRefused("token", status=401)
        data = b"".join(read(0))
        keep(self.world.ups, (self.node.code, data))
        fate = self._fate("upload")
        if fate in ("lost", "cut", "changed"):
            raise LineDown
        keep(self.world.downs, (self.node.code, _at_hub(self.world, self.node, data)))
        if fate == "twice":
            keep(self.world.downs, (self.node.code, _at_hub(self.world, self.node, data)))
        if self._fate("uploaded") != "whole":
            raise LineDown

    def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As tus: the hub takes only what hashes to its name."""
        hub = self.world.hub.unit
        if hub.node_of_token(token) != self.node.code:
            raise HubRefused("token", status=401)
        if hub.db.row("SELECT size FROM paper WHERE sha256=?", sha256) is None:
            raise TransferRefused(404, "unknown_paper")
        content = b"".join(unit.papers.open(sha256))
        fate = self._fate("paper")
        if fate == "lost":
            raise LineDown
        try:
            hub.papers.put(spoil(self.world, content, fate), expected_sha256=sha256)
            paper_arrived(hub, sha256)
        except PaperMismatch as error:
            raise TransferRefused(460, "mismatch") from error
        except Crash as crash:
            _hub_died(self.world, crash)
            raise LineDown from crash
        if fate == "twice":
            raise LineDown

    def bring_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As GET with Range: the node takes only what hashes to its name."""
        hub = self.world.hub.unit
        if not may_fetch(hub, self.node.code, sha256) or not hub.papers.has(sha256):
            raise TransferRefused(404, "unknown_paper")
        content = b"".join(hub.papers.open(sha256))
        fate = self._fate("paper")
        if fate == "lost":
            raise LineDown
        try:
            unit.incoming.discard(f"paper-{sha256.hex()}")
            unit.incoming.create(f"paper-{sha256.hex()}", size)
            unit.incoming.append(f"paper-{sha256.hex()}", 0, [spoil(self.world, content, fate)[:size]])
            if unit.incoming.offset(f"paper-{sha256.hex()}") < size:
                raise LineDown
            unit.incoming.finish_into(unit.papers, f"paper-{sha256.hex()}", sha256)
        except PaperMismatch as error:
            raise TransferRefused(460, "mismatch") from error


def keep(mail: list[tuple[str, bytes]], letter: tuple[str, bytes]) -> None:
    """Remembers a bundle; when there are many, one from the middle is gone for ever."""
    mail.append(letter)
    if len(mail) > KEPT:
        del mail[KEPT // 2]


def spoil(world: World, data: bytes, fate: str) -> bytes:
    """Data as it comes out of a bad line."""
    if fate == "cut" and data:
        return data[: world.rng.randrange(len(data))]
    if fate == "changed" and data:
        place = world.rng.randrange(len(data))
        return data[:place] + bytes([data[place] ^ 1 << world.rng.randrange(8)]) + data[place + 1 :]
    return data


def _hub_died(world: World, crash: Crash) -> None:
    if crash.who != HUB_CODE:
        raise crash
    world.revive(crash)


def _at_hub(world: World, node: Node, data: bytes) -> bytes:
    """What the hub answers."""
    world.record.exchanges += 1
    try:
        return exchange(world.hub.unit, data, "https").data
    except Crash as crash:
        _hub_died(world, crash)
        raise LineDown from crash
    except PeerError as error:
        world.say(f"  hub refuses {node.key}: {error.code}")
        raise HubRefused(error.code, status=400) from error


def _refused(world: World, node: Node, data: bytes) -> None:
    """What is not whole has no effect at the hub."""
    before = world.hub.unit.db.value("SELECT count(*) FROM event")
    try:
        exchange(world.hub.unit, data, "https")
    except PeerError:
        pass
    except Crash as crash:
        _hub_died(world, crash)
    else:
        world.record.wrong(5, "spoilt_bundle_taken", f"of {node.key}")
    if world.hub.unit.db.value("SELECT count(*) FROM event") != before:
        world.record.wrong(5, "spoilt_bundle_kept", f"of {node.key}")


# -------------------------------------------------------------------- what a node does with its carriers
def carry(world: World, node: Node, kind: type[BadLine] = BadLine) -> str:
    """One round of a node's carrier, as its process does it; how it went. May raise Crash."""
    line = kind(world, node)
    try:
        exchange_all(node.unit, line, line)
    except LineDown as error:
        note_line(node.unit, up=False, trouble="")
        return f"{error.code} {error.values}" if error.values else error.code
    except TransferError as error:
        note_line(node.unit, up=True, trouble="refused")
        return type(error).__name__
    except PatravaliError as error:
        note_line(node.unit, up=False, trouble=error.code)
        return f"{error.code} {error.values}"
    note_line(node.unit, up=True, trouble="")
    return "carried"


def pack(world: World, node: Node) -> None:
    """A stick is written for the hub; it will be found some time, or never."""
    speak.release_queued(node.unit)
    keep(world.ups, (node.code, ms.encode_message(speak.speak(node.unit).message, node.unit.sign)))


def late_up(world: World) -> str:
    """An old bundle reaches the hub; the answer goes on a stick as well."""
    if not world.ups:
        return "nothing"
    code, data = world.rng.choice(world.ups)
    try:
        keep(world.downs, (code, exchange(world.hub.unit, data, "stick").data))
    except PeerError as error:
        return f"{code} {error.code}"
    return f"{code} {chr(data[3])}"


def late_down(world: World, node: Node) -> str:
    """An old bundle reaches its node; what the node has to say to it goes on a stick."""
    letters = [data for code, data in world.downs if code == node.code]
    if not letters:
        return "nothing"
    unit = node.unit
    data = world.rng.choice(letters)
    end = End(Role.NODE, unit.node, unit.sign, unit.verify)
    end.turn = Turn.LISTEN
    try:
        heard = hear(end, data)
        message = heard.message
        said: ms.Message | None = None
        if isinstance(message, ms.Large):
            return "large"
        if isinstance(message, ms.Prove):
            said = speak.evidence(unit, message.life)
            what = "prove"
        else:
            happening = take(unit, message, heard.envelope)
            what = happening.what
            if what == "report" and happening.again and isinstance(message, ms.Notice):
                said = speak.report(unit, message)
            elif what == "open" and isinstance(message, ms.Ticket):
                said = restore.opening(unit, message)
        if said is not None:
            keep(world.ups, (node.code, ms.encode_message(said, unit.sign)))
    except PeerError as error:
        return error.code
    return what
