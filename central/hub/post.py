"""The district's end of a stick: bags of offices in, the answers and whatever else waits for them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from central.hub.exchange import exchange, may_fetch, unasked
from central.hub.papers import paper_arrived
from central.hub.unit import HubUnit
from commons.papers import PapersError
from commons.stick import End, Load, Stick, Waiting, empty, fill, take_part
from protocol.bag import BadBag, Item, PaperPart
from protocol.errors import PeerError

Progress = Callable[[str, int], None]
"""Told of an office and the bytes read or written for it so far."""


class Handled(msgspec.Struct, frozen=True):
    """What was done for one office. `refused` is a code when its bag was no good; `answered`: a bag lies ready for it.

    `papers_out` of `papers_wanted` found room.
    """

    office: str
    came: bool = False
    papers_in: int = 0
    refused: str = ""
    answered: bool = False
    papers_out: int = 0
    papers_wanted: int = 0


class Came(msgspec.Struct):
    """What came in an office's bag: the answers that only it gets, the papers that it asks for, those it brought."""

    office: str
    answers: list[bytes] = []
    needs: tuple[bytes, ...] = ()
    papers: int = 0


def _silent(_office: str, _bytes: int) -> None:
    """Tell nobody."""


def post(hub: HubUnit, stick: Stick, offices: Iterable[str] = (), progress: Progress = _silent) -> list[Handled]:
    """Take in what the stick brings, and put on it what waits for those who wrote and for `offices`.

    A bag is removed once it is taken in and its answer lies on the stick, so that a stick pulled out between the two
    is taken again: nothing happens twice by that. Raises the errors of commons.stick; what was done stays done.
    """
    stick.prepare()
    came: list[tuple[Waiting, Came]] = []
    done: list[Handled] = []
    for waiting in stick.bags(hub.node):
        try:
            came.append((waiting, _take_bag(hub, stick, waiting, progress)))
        except (PeerError, PapersError) as error:
            done.append(Handled(waiting.sender, refused=error.code))
    for waiting, one in came:
        out, wanted = _write(hub, stick, one, progress)
        stick.remove(waiting)
        done.append(Handled(one.office, True, one.papers, "", True, out, wanted))
    handled = {one.office for _, one in came}
    return done + [_hand_out(hub, stick, office, progress) for office in offices if office not in handled]


def _take_bag(hub: HubUnit, stick: Stick, waiting: Waiting, progress: Progress) -> Came:
    """All bags are taken in before the first is answered: one office's file may lie in the bag of another."""
    items = empty(stick, end_of(hub), waiting, lambda count: progress(waiting.sender, count))
    return take_items(hub, waiting.sender, items, "stick")


def take_items(hub: HubUnit, office: str, items: Iterable[Item], carrier: str) -> Came:
    """Take what is in a bag of an office. Raises PeerErrors, PapersErrors; what came before holds."""
    end, came = end_of(hub), Came(office)

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
        came.needs = answer.needs or came.needs
        if not answer.ordinary:
            came.answers.append(answer.data)
    return came


def load_for(hub: HubUnit, came: Came) -> Load:
    """What an office is answered, and told besides; the papers that it asked for before those that come with files."""
    told = unasked(hub, came.office)
    needs = [sha256 for sha256 in came.needs if may_fetch(hub, came.office, sha256)]
    return Load(came.office, [*came.answers, told.data], list(dict.fromkeys([*needs, *told.papers])))


def _hand_out(hub: HubUnit, stick: Stick, office: str, progress: Progress) -> Handled:
    try:
        out, wanted = _write(hub, stick, Came(office), progress)
    except PeerError as error:
        return Handled(office, refused=error.code)
    return Handled(office, answered=True, papers_out=out, papers_wanted=wanted)


def _write(hub: HubUnit, stick: Stick, came: Came, progress: Progress) -> tuple[int, int]:
    """How many papers went along, of how many."""
    now_ms = hub.clock.now_ms()
    load = load_for(hub, came)
    filled = fill(stick, end_of(hub), load, now_ms, lambda count: progress(came.office, count))
    return filled.papers, len(list(load.papers))


def end_of(hub: HubUnit) -> End:
    """The hub as one that writes and reads bags."""
    return End(hub.node, hub.keys, hub.trust(), hub.papers, hub.incoming)
