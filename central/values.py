"""What the hub's screens show: plain values, without the database and without sentences. Times: unix ms."""

from __future__ import annotations

import msgspec

from commons.entries import Entry


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


class AsideGroup(msgspec.Struct, frozen=True):
    """Entries of one office, epoch, reason and file that the hub did not apply, kept whole."""

    node: str
    epoch: str  # hex
    reason: str  # code
    file: str
    number: str  # "" of a file that the district does not have
    title: str
    count: int
    open: int  # that wait for a decision
    at_ms: int  # when the last was set aside
    orders: int  # of these, orders of the hub itself in a stretch that it has lost
    veiled: bool = False  # graded: number and title are not for this reader


class Settled(msgspec.Struct, frozen=True):
    """A decision in plain values; `event` is its `decide`, or the first note that says the entry anew."""

    event: str
    how: str  # "annexe", "replay", "discard"; "again" for one by the office itself
    reason: str
    person: str  # employee
    node: str  # where it was decided: the hub, or the office
    at_ms: int
    count: int
    done_ms: int | None  # when the custodian did what it asks for; None: not yet, or nothing is to be done


class Comparison(msgspec.Struct, frozen=True):
    """Both sides of what was set aside: the file as it stands, and the entries."""

    group: AsideGroup
    entries: tuple[Entry, ...]
    standing: tuple[Entry, ...]  # entries of the file from the parting on, or all of them
    earlier: int  # entries of the file before those
    holder: str  # node; "" of a file that the district does not have
    post: str
    grading: str
    language: str
    decisions: tuple[Settled, ...]
    may: tuple[str, ...]  # decisions that can be made now


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
    veiled: bool = False  # graded: its subject is not for this reader


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
    veiled: bool = False  # graded: number and subject are not for this reader

    @property
    def percent(self) -> int:
        """How much has crossed, rounded down: 100 is said only of what is here."""
        return min(self.crossed * 100 // max(self.crossing, 1), 99)


class WaitingPapers(msgspec.Struct, frozen=True):
    """Papers of one file that have not begun to come: how many, and their bytes; "" where the file is not known."""

    number: str
    subject: str
    count: int
    size: int
    veiled: bool  # graded: number and subject are not for this reader


class OfficePapers(msgspec.Struct, frozen=True):
    """Papers of one office that the district lacks: how many, their bytes still to come, `rows` of those begun.

    `waiting`: those that have not, file by file; `others` are papers that stand in neither list. `seconds`: how long
    the rest takes at the pace so far; None if nobody can say.
    """

    node: str
    count: int
    left_bytes: int
    rows: list[ArrivingPaper]
    waiting: list[WaitingPapers]
    others: int
    seconds: float | None


class Order(msgspec.Struct, frozen=True):
    """One order by which a file was moved."""

    event: str
    at_ms: int
    to_node: str
    to_post: str
    reason: str
    person: str  # employee
