"""A post's day: what came, what went, what is late, who holds what it sent. Nothing here writes."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from appliance.desk.days import start_of_day_ms, today
from appliance.desk.reading import counts, inbox
from appliance.desk.values import Counts, InboxRow
from appliance.store.book import decode_state
from appliance.store.unit import Unit
from protocol.clock import hlc_ms

DAYS, WEEK = 14, 7
_IST_MS, _DAY_MS = 19_800_000, 86_400_000
_DAY_OF = f"((%s >> 16) + {_IST_MS}) / {_DAY_MS}"
"""Days since 1970 in India, of a column with an HLC."""

_DONE = "('closed','filed','recorded','weeded')"


class DayCount(msgspec.Struct, frozen=True):
    """One day: how much came to the desk, how much left it."""

    day: date
    came: int
    went: int


class Held(msgspec.Struct, frozen=True):
    """What one post has of mine now; `since_ms` of the oldest."""

    post: str
    holder: str  # node
    count: int
    since_ms: int


class Taken(msgspec.Struct, frozen=True):
    """A file that a superior pulled up from this desk."""

    file: str
    number: str
    subject: str
    language: str
    by_post: str
    reason: str
    at_ms: int


class Summary(msgspec.Struct, frozen=True):
    """One post's day. Lists are cut to `rows`; the figures are not."""

    day: date
    counts: Counts
    came: int
    went: int
    days: list[DayCount]  # the last fourteen, today last
    overdue: list[InboxRow]
    due_today: list[InboxRow]
    due_week: list[InboxRow]
    oldest: InboxRow | None
    held: list[Held]
    taken: list[Taken]


def summary(unit: Unit, post: str, *, rows: int = 5) -> Summary:
    """The day of a post."""
    day = today(unit)
    days = _days(unit, post, day)
    desk = inbox(unit, post, limit=1000)
    end = (day + timedelta(days=WEEK)).isoformat()
    now = day.isoformat()
    dated = sorted((row for row in desk if row.due_date), key=lambda row: row.due_date)
    return Summary(
        day=day,
        counts=counts(unit, post),
        came=days[-1].came,
        went=days[-1].went,
        days=days,
        overdue=[row for row in dated if row.due_date < now][:rows],
        due_today=[row for row in dated if row.due_date == now][:rows],
        due_week=[row for row in dated if now < row.due_date <= end][:rows],
        oldest=min(desk, key=lambda row: row.arrived_ms, default=None),
        held=_held(unit, post),
        taken=_taken(unit, post, start_of_day_ms((day - timedelta(days=WEEK)).isoformat())),
    )


def _days(unit: Unit, post: str, day: date) -> list[DayCount]:
    first = day - timedelta(days=DAYS - 1)
    since = start_of_day_ms(first.isoformat()) << 16
    came: dict[int, int] = dict(
        unit.db.rows(
            f"SELECT {_DAY_OF % 'at'}, count(*) FROM ("
            " SELECT from_hlc AS at FROM stay WHERE post=? AND kind='desk' AND from_post<>'' AND from_hlc>=?"
            " UNION ALL SELECT e.arrived_hlc FROM efile e JOIN stay s ON s.file=e.file AND s.to_hlc IS NULL"
            " AND s.kind='line' WHERE e.post=? AND e.phase='held' AND e.unread=1 AND e.arrived_hlc>=?) GROUP BY 1",
            post, since, post, since,
        )
    )  # fmt: skip
    went: dict[int, int] = dict(
        unit.db.rows(
            f"SELECT {_DAY_OF % 'to_hlc'}, count(*) FROM stay WHERE post=? AND kind='desk' AND opened_hlc IS NOT NULL"
            " AND to_hlc>=? GROUP BY 1",
            post, since,
        )
    )  # fmt: skip
    epoch = date(1970, 1, 1)
    every = [first + timedelta(days=n) for n in range(DAYS)]
    return [DayCount(one, came.get((one - epoch).days, 0), went.get((one - epoch).days, 0)) for one in every]


def _held(unit: Unit, post: str) -> list[Held]:
    """Of what this post has sent and nobody has settled: which post has how many."""
    return [
        Held(desk, holder, count, hlc_ms(since))
        for desk, holder, count, since in unit.db.rows(
            "SELECT e.post, e.holder, count(*), min(e.arrived_hlc) FROM efile e WHERE e.post<>? AND e.standing NOT IN "
            f"{_DONE} AND EXISTS (SELECT 1 FROM movement m WHERE m.file=e.file AND m.from_post=?)"
            " GROUP BY e.post, e.holder ORDER BY 4",
            post, post,
        )
    ]  # fmt: skip


def _taken(unit: Unit, post: str, since_ms: int) -> list[Taken]:
    found = []
    for file, by, at, packed in unit.db.rows(
        "SELECT s.file, s.post, s.from_hlc, e.state FROM stay s JOIN efile e USING (file) WHERE s.from_post=?"
        " AND s.how='pulled_up' AND s.from_hlc>=? ORDER BY s.from_hlc DESC LIMIT 20",
        post, since_ms << 16,
    ):  # fmt: skip
        state = decode_state(bytes(packed))
        reason = state.remarks if state.how == "pulled_up" and state.post == by else ""
        found.append(Taken(file, state.number, state.title, state.language, by, reason, hlc_ms(at)))
    return found
