"""What the hub's screens show: plain values, without the database and without sentences. Times: unix ms."""

from __future__ import annotations

import msgspec


class OfficeRow(msgspec.Struct, frozen=True):
    """One node of the district as the hub knows it."""

    node: str
    name_hi: str
    name_en: str
    last_exchange_ms: int | None  # None: never
    carrier: str  # "https", "stick", "neighbour", or "" before the first exchange
    backlog_out: int  # deliveries that the office has not fetched
    reported_waiting: int  # hand-overs waiting there, by its own last report
    clock_difference_ms: int | None  # its clock minus the hub's; None: not known
    mode: str  # "working", "stopped", "recovering", "never"
    epoch: str  # hex
    acked_seq: int  # last event that the hub has of it
    trouble: str  # "" or a code: "fork", "revoked", "refused", "needs_update"
    set_aside: int  # its entries that wait for a decision
    clones: int = 0  # other machines with its key that it has seen in its own network within a day
    namesakes: int = 0  # other bearers of its name there


class AsideRow(msgspec.Struct, frozen=True):
    """One entry that the hub did not apply, kept whole."""

    node: str
    event: str  # id
    kind: str
    subject: str  # file id
    number: str
    title: str
    reason: str  # code
    at_ms: int  # when it was set aside


class FileRow(msgspec.Struct, frozen=True):
    """Where one file is."""

    file: str
    number: str
    subject: str
    language: str
    holder_node: str
    holder_post: str
    since_ms: int
    term: int


class ArrivingPaper(msgspec.Struct, frozen=True):
    """A paper whose upload has begun: `crossed` of `crossing` bytes are here; `crossing` is less than `size` if only
    what is new in it comes. Times are unix milliseconds.
    """

    sha256: str
    number: str
    subject: str
    size: int
    crossed: int
    crossing: int
    began_ms: int
    grown_ms: int

    @property
    def percent(self) -> int:
        """How much has crossed, rounded down: 100 is said only of what is here."""
        return min(self.crossed * 100 // max(self.crossing, 1), 99)


class OfficePapers(msgspec.Struct, frozen=True):
    """Papers of one office that the district lacks: how many, their bytes still to come, `rows` of those begun.

    `seconds`: how long the rest takes at the pace so far; None if nobody can say.
    """

    node: str
    count: int
    left_bytes: int
    rows: list[ArrivingPaper]
    seconds: float | None
