"""The district's end of a stick: bags of offices in, the answers and whatever else waits for them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec
from msgspec.structs import replace

from central.hub.exchange import PARCEL_BYTES, Unasked, exchange, may_fetch, unasked
from central.hub.papers import paper_arrived
from central.hub.unit import HubUnit
from commons.papers import PapersError
from commons.stick import End, Load, Stick, StickFull, Waiting, empty, fill, take_part
from protocol.bag import BadBag, Item, PaperPart
from protocol.errors import PeerError

LEAST_BYTES = 64 * 1024
"""Of deliveries in one message, however little room there is."""

_SPARE_BYTES = 3 << 20
"""Stays free of deliveries: for the acknowledgement, the directory and the bag itself."""


Progress = Callable[[Literal["in", "out"], str, int], None]
"""Told of the bytes read ("in") or written ("out") for an office so far."""


class Handled(msgspec.Struct, frozen=True):
    """What was done for one office. `refused` is a code when its bag was no good, or when nothing could be written.

    `came`: its bag was taken in; `answered`: a bag lies ready for it, with so many `deliveries`; `left`: more wait, for
    which there was no room. `papers_out` of `papers_wanted` found room.
    """

    office: str
    came: bool = False
    papers_in: int = 0
    refused: str = ""
    answered: bool = False
    papers_out: int = 0
    papers_wanted: int = 0
    deliveries: int = 0
    left: bool = False
    size: int = 0


class Came(msgspec.Struct):
    """What came in an office's bag: the answers that only it gets, the papers that it asks for, those it brought."""

    office: str
    answers: list[bytes] = []
    needs: tuple[bytes, ...] = ()
    papers: int = 0


def _silent(_step: str, _office: str, _bytes: int) -> None:
    """Tell nobody."""


def post(
    hub: HubUnit,
    stick: Stick,
    offices: Iterable[str] = (),
    progress: Progress = _silent,
    parcel_bytes: int = PARCEL_BYTES,
) -> list[Handled]:
    """Take in what the stick brings, and put on it what waits for those who wrote and for `offices`.

    A bag is removed once it is taken in and its answer lies on the stick, so that a stick pulled out between the two
    is taken again: nothing happens twice by that. What has no room for one office may have it for the next. Raises the
    other errors of commons.stick; what was done stays done.
    """
    stick.prepare()
    came: list[tuple[Waiting | None, Came]] = []
    done: list[Handled] = []
    for waiting in stick.bags(hub.node):
        try:
            came.append((waiting, _take_bag(hub, stick, waiting, progress)))
        except (PeerError, PapersError) as error:
            done.append(Handled(waiting.sender, refused=error.code))
    wrote = {one.office for _, one in came}
    came += [(None, Came(office)) for office in dict.fromkeys(offices) if office not in wrote]
    return done + [_answer(hub, stick, waiting, one, progress, parcel_bytes) for waiting, one in came]


def _answer(
    hub: HubUnit, stick: Stick, waiting: Waiting | None, one: Came, progress: Progress, parcel_bytes: int
) -> Handled:
    handled = Handled(one.office, waiting is not None, one.papers)
    try:
        outgoing = _Outgoing(hub, one, parcel_bytes, stick.free_bytes() - _SPARE_BYTES)
        load = Load(one.office, outgoing.messages, outgoing.papers(), outgoing.further)
        filled = fill(stick, end_of(hub), load, hub.clock.now_ms(), lambda count: progress("out", one.office, count))
    except (PeerError, StickFull) as error:
        return replace(handled, refused=error.code)
    if waiting is not None:
        stick.remove(waiting)
    return replace(
        handled, answered=True, papers_out=len(filled.papers), papers_wanted=outgoing.wanted, size=filled.size,
        deliveries=outgoing.deliveries, left=outgoing.left,
    )  # fmt: skip


class _Outgoing:
    """What goes into one office's bag, message by message, as far as there is room for it."""

    def __init__(self, hub: HubUnit, came: Came, parcel_bytes: int, room: int) -> None:
        self._hub, self._office, self._parcel_bytes = hub, came.office, parcel_bytes
        self._last = unasked(hub, came.office, budget_bytes=self._budget(room))
        self._offered: Unasked | None = None
        self.messages = [*came.answers, self._last.data]
        self.deliveries = self._last.deliveries
        needs = [sha256 for sha256 in came.needs if may_fetch(hub, came.office, sha256)]
        self._papers = dict.fromkeys([*needs, *self._last.papers])

    def _budget(self, room: int) -> int:
        return max(LEAST_BYTES, min(self._parcel_bytes, room))

    def further(self, room: int) -> bytes | None:
        """The next of its deliveries; one that turns out to have no room comes again with the next stick or line."""
        if self._offered is not None:
            self._take(self._offered)
            self._offered = None
        if not self._last.more or room < LEAST_BYTES + _SPARE_BYTES:
            return None
        self._offered = unasked(self._hub, self._office, self._last.end, self._budget(room - _SPARE_BYTES))
        return self._offered.data

    def _take(self, told: Unasked) -> None:
        self._last = told
        self.deliveries += told.deliveries
        self._papers |= dict.fromkeys(told.papers)

    def papers(self) -> Iterator[bytes]:
        """Of all that went; asked for when the last message is known."""
        yield from list(self._papers)

    @property
    def wanted(self) -> int:
        """How many papers that is."""
        return len(self._papers)

    @property
    def left(self) -> bool:
        """Whether deliveries had no room."""
        return self._offered is not None or self._last.more


def _take_bag(hub: HubUnit, stick: Stick, waiting: Waiting, progress: Progress) -> Came:
    """All bags are taken in before the first is answered: one office's file may lie in the bag of another."""
    items = empty(stick, end_of(hub), waiting, lambda count: progress("in", waiting.sender, count))
    return take_items(hub, waiting.sender, items, "stick")


def take_items(hub: HubUnit, office: str, items: Iterable[Item], carrier: str) -> Came:
    """Take what is in a bag of an office. Raises PeerErrors, PapersErrors; what came before holds.

    Only a message that the office signed says that the bag is its own: without one nothing is answered in its name.
    """
    end, came, believed = end_of(hub), Came(office), False

    def wanted(sha256: bytes) -> int | None:
        size: int | None = hub.db.value("SELECT size FROM paper WHERE sha256=? AND here=0", sha256)
        return size

    for item in items:
        if isinstance(item, PaperPart):
            if take_part(end, item, wanted):
                paper_arrived(hub, item.sha256)
                came.papers += 1
            continue
        answer = exchange(hub, item.data, carrier, whole=True)
        if answer.node != office:
            raise BadBag(what="sender")
        believed = True
        came.needs = answer.needs or came.needs
        if not answer.ordinary:
            came.answers.append(answer.data)
    if not believed:
        raise BadBag(what="empty")
    return came


def load_for(hub: HubUnit, came: Came) -> Load:
    """What an office is answered, and told besides; the papers that it asked for before those that come with files."""
    told = unasked(hub, came.office)
    needs = [sha256 for sha256 in came.needs if may_fetch(hub, came.office, sha256)]
    return Load(came.office, [*came.answers, told.data], list(dict.fromkeys([*needs, *told.papers])))


def end_of(hub: HubUnit) -> End:
    """The hub as one that writes and reads bags."""
    return End(hub.node, hub.keys, hub.trust(), hub.papers, hub.incoming)
