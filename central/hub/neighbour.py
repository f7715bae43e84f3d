"""A bag that a neighbour of its office has passed on: taken in, and the hub's answer to it, signed and sealed."""

from __future__ import annotations

import io
from hashlib import sha256

from central.hub.post import end_of, load_for, take_items
from central.hub.unit import HubUnit
from commons.stick import packed_bag, small_papers
from protocol import carried
from protocol.bag import open_bag, read_head


def answer_to(hub: HubUnit, bag: bytes) -> bytes:
    """What goes back to the office that wrote the bag, by whoever brought it: its deliveries, and small papers.

    Everything in the bag is taken before it is answered. Raises PeerErrors, PapersErrors, DiskFull; what was taken
    before stays taken, and the office, which hears nothing, sends it again.
    """
    end = end_of(hub)
    office = read_head(io.BytesIO(bag).read, end.district).sender
    items = open_bag(io.BytesIO(bag).read, end.district, hub.node, hub.keys.open_sealed)
    load = load_for(hub, take_items(hub, office, items, "neighbour"))
    room = carried.MAX_BAG_BYTES - sum(map(len, load.messages))
    papers = [(sha, end.papers.size(sha)) for sha in load.papers if end.papers.has(sha)]
    now_ms = hub.clock.now_ms()
    back = b"".join(packed_bag(end, load, small_papers(end.papers, papers, room), now_ms, now_ms))
    return carried.pack_answer(sha256(bag).digest(), back, hub.keys.sign)
