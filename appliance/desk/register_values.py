"""What registers ask and answer: plain values, and the arithmetic of days and months. Nothing here reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Generic, TypeVar

import msgspec

BUCKETS: tuple[tuple[int, int | None], ...] = ((0, 3), (4, 7), (8, 15), (16, 30), (31, None))
"""Ages of pending work in days, first and last of each; None: without end."""

SPECIAL = ("court", "rti", "vip", "grievance")
"""Types of receipts that have a register with limits of their own."""

STATES = ("pending", "settled", "all")

MOST_MONTHS = 24
"""Of one look at the disposal; a longer period is cut at its beginning."""


class Asked(msgspec.Struct, frozen=True):
    """What a register is narrowed to. Days are ISO, both included; "" is everything.

    `bucket` is an index of `BUCKETS` as text; `sort` one of protocol.efile.Sort; `state` one of `STATES`.
    """

    since: str = ""
    until: str = ""
    section: str = ""
    post: str = ""
    words: str = ""
    sort: str = ""
    bucket: str = ""
    state: str = "pending"


class Subject(msgspec.Struct, frozen=True):
    """What a row is about, as the reader may see it: `title` is empty where only the number may be seen."""

    file: str
    number: str
    title: str
    sort: str
    readable: bool


class DiaryRow(msgspec.Struct, frozen=True):
    """A receipt as it was diarised. Days ISO, times unix milliseconds; `done_ms` 0: not disposed of."""

    about: Subject
    diarised_ms: int
    received: str
    sender: str
    letter_no: str
    letter_date: str
    mode: str
    type: str
    put_in: str  # number of the file, "" when none or hidden
    put_in_file: str
    post: str  # where it is
    done_ms: int


class FileRow(msgspec.Struct, frozen=True):
    """A file as it was opened."""

    about: Subject
    opened_ms: int
    section: str
    category: str
    opener: str
    post: str
    standing: str
    closed_ms: int


class MovementRow(msgspec.Struct, frozen=True):
    """One hand-over: when sent, opened, and sent on; 0 when not yet."""

    about: Subject
    sent_ms: int
    from_post: str
    to_post: str
    how: str
    opened_ms: int
    left_ms: int


class IssueRow(msgspec.Struct, frozen=True):
    """An issued letter. `dispatched` is an ISO day, empty while it has not left."""

    about: Subject  # the file
    number: str
    title: str
    issued_ms: int
    addressee: str
    to_post: str
    mode: str
    dispatched: str
    dispatch_mode: str


class HeldRow(msgspec.Struct, frozen=True):
    """A subject on a desk, and since when."""

    about: Subject
    post: str
    from_post: str
    since_ms: int
    due: str
    unread: bool


class LentRow(msgspec.Struct, frozen=True):
    """A subject that a post opened or sent, with whom it is now. `kind`: desk, line or paper."""

    about: Subject
    post: str
    kind: str
    since_ms: int
    due: str


class SpecialRow(msgspec.Struct, frozen=True):
    """A receipt with a limit of its own. `settled_ms` 0: still to be answered."""

    about: Subject
    received: str
    sender: str
    reference: str
    vip: str
    due: str
    post: str
    put_in: str
    settled_ms: int


class OutRow(msgspec.Struct, frozen=True):
    """A file whose printed package is with an office that has no Patravali."""

    about: Subject
    slip: str
    to: str
    out_ms: int
    due: str
    post: str


class ReviewRow(msgspec.Struct, frozen=True):
    """A recorded file and the ISO day of its review."""

    about: Subject
    retention: str
    recorded_ms: int
    review: str
    post: str


class PendingRow(msgspec.Struct, frozen=True):
    """What lies on one desk: how many by age (as `BUCKETS`), how many past their limit, since when the oldest."""

    post: str
    counts: tuple[int, ...]
    overdue: int
    oldest_ms: int

    @property
    def total(self) -> int:
        """All of the desk."""
        return sum(self.counts)


class DisposalRow(msgspec.Struct, frozen=True):
    """One month of one post and sort; post "" is the office as a whole. `month` is its first day."""

    month: date
    post: str
    sort: str
    opening: int
    received: int
    disposed: int

    @property
    def closing(self) -> int:
        """What was left at the end of the month, or is left now."""
        return self.opening + self.received - self.disposed


class Flow(msgspec.Struct, frozen=True):
    """How many came in one month and went in another. Months count from 1 in a list of them: 0 is before, one more
    than it has is after; `gone` None: still there.
    """

    post: str
    sort: str
    came: int
    gone: int | None
    count: int


class Figures(msgspec.Struct, frozen=True):
    """What the index of registers says of each list: how many, and how many of them are past their limit."""

    count: int
    late: int = 0


Row = TypeVar("Row")


class Found(msgspec.Struct, Generic[Row], frozen=True):
    """Some rows of a register, and how many there are in all."""

    rows: list[Row]
    total: int


def month_start(day: date) -> date:
    """The first day of a month."""
    return day.replace(day=1)


def month_after(first: date) -> date:
    """The first day of the next month."""
    return month_start(first + timedelta(days=31))


def months(since: date, until: date) -> list[date]:
    """First days of the months that a period touches, at most the last `MOST_MONTHS`, newest first."""
    found: list[date] = []
    month = month_start(until)
    while month >= month_start(since) and len(found) < MOST_MONTHS:
        found.append(month)
        month = month_start(month - timedelta(days=1))
    return found


def days_between(first: date, last: date) -> int:
    """Whole calendar days; 0 on the same day, and for a first day that lies ahead."""
    return max((last - first).days, 0)


def disposal_of(asked_for: list[date], flows: list[Flow]) -> list[DisposalRow]:
    """Rows of these months (oldest first), newest month first; a post without anything in a month has no row in it."""
    found = []
    for place in range(len(asked_for), 0, -1):
        sums: dict[tuple[str, bool, str], list[int]] = {}
        for flow in flows:
            was = flow.came < place and (flow.gone is None or flow.gone >= place)
            parts = (was, flow.came == place, flow.gone == place)
            if any(parts):
                of = sums.setdefault((flow.post, flow.sort != "receipt", flow.sort), [0, 0, 0])
                for at, counts in enumerate(parts):
                    of[at] += flow.count * counts
        found += [
            DisposalRow(asked_for[place - 1], post, sort, *sums[post, of, sort]) for post, of, sort in sorted(sums)
        ]
    return found
