"""The registers that are sums: pendency of each post, disposal of each month. Pure, as `register_sheets`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from appliance.desk.register_values import BUCKETS, DisposalRow, PendingRow, days_between, month_start
from appliance.web.register_cells import Cell, Sheet, below, stacked
from appliance.web.register_sheets import TOO_LONG_DAYS, Terms, meter_of
from appliance.web.register_words import age_word, sort_word
from commons.tables import Column, Kind
from commons.web.showing import local
from commons.web.words import gettext

AGE_KINDS = tuple(f"age{place}" for place in range(len(BUCKETS)))


def pendency(rows: Sequence[PendingRow], terms: Terms, sort: str = "") -> Sheet:
    """How much lies with each post, how old; each number leads to its list."""
    columns = (
        Column("post", gettext("Post"), width=26),
        Column("total", gettext("Pending"), Kind.NUMBER, 14),
        *(Column(f"age{place}", age_word(first, last), Kind.NUMBER, 10) for place, (first, last) in enumerate(BUCKETS)),
        Column("overdue", gettext("Overdue"), Kind.NUMBER, 10),
        Column("oldest", gettext("Oldest since"), Kind.DATE),
        Column("days", gettext("Oldest, days"), Kind.DAYS, 10),
    )
    top = max((row.total for row in rows), default=0)
    made = [_pending(row, terms, top, sort) for row in rows]
    if len(rows) > 1:
        made.append(_pending_sum(rows))
    return Sheet(gettext("Pendency register"), columns, tuple(made), has_sum=len(rows) > 1)


def _pending(row: PendingRow, terms: Terms, top: int, sort: str) -> tuple[Cell, ...]:
    days = days_between(local(row.oldest_ms).date(), terms.today)
    ages = (
        _count(count, _held(row.post, sort, bucket=str(place)), "late" if place == len(BUCKETS) - 1 else "")
        for place, count in enumerate(row.counts)
    )
    total = Cell(row.total, _held(row.post, sort), drawn=stacked(AGE_KINDS, row.counts, top))
    return (
        Cell(terms.names.post(row.post)), total, *ages, _count(row.overdue, "", "late"),
        Cell(local(row.oldest_ms).date()),
        Cell(days, tone="late" if days >= TOO_LONG_DAYS else "",
             drawn=meter_of(days)),
    )  # fmt: skip


def _pending_sum(rows: Sequence[PendingRow]) -> tuple[Cell, ...]:
    ages = [sum(row.counts[place] for row in rows) for place in range(len(BUCKETS))]
    return (
        Cell(gettext("All posts")), Cell(sum(ages)), *(Cell(age) for age in ages),
        Cell(sum(row.overdue for row in rows)), Cell(local(min(row.oldest_ms for row in rows)).date()), Cell(),
    )  # fmt: skip


def _count(count: int, href: str, tone: str) -> Cell:
    return Cell(count, href if count else "", tone if count else "quiet")


def _held(post: str, sort: str, bucket: str = "") -> str:
    return "/registers/held?" + urlencode(_given(post=post, sort=sort, bucket=bucket))


def _given(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def disposal(rows: Sequence[DisposalRow], terms: Terms) -> Sheet:
    """Opening balance, received, disposed of, closing balance, for each month, post and sort."""
    columns = (
        Column("month", gettext("Month"), width=10),
        Column("post", gettext("Post"), width=26),
        Column("sort", gettext("What it is"), width=10),
        Column("opening", gettext("Opening balance"), Kind.NUMBER, 11),
        Column("received", gettext("Received"), Kind.NUMBER, 11),
        Column("disposed", gettext("Disposed of"), Kind.NUMBER, 11),
        Column("closing", gettext("Closing balance"), Kind.NUMBER, 16),
    )
    top = max((max(row.received, row.disposed) for row in rows), default=0)
    made = tuple(_month(row, terms, top) for row in rows)
    return Sheet(gettext("Month-wise disposal"), columns, made)


def _month(row: DisposalRow, terms: Terms, top: int) -> tuple[Cell, ...]:
    last = _last_day(row.month, terms.today)
    register = "diary" if row.sort == "receipt" else "files"
    period = urlencode({"since": row.month.isoformat(), "until": last.isoformat()})
    received = f"/registers/{register}?{period}" if not row.post and row.received else ""
    is_now = row.month == month_start(terms.today)
    closing = _held(row.post, row.sort) if row.post and is_now and row.closing else ""
    return (
        Cell(row.month.strftime("%m-%Y")), Cell(terms.names.post(row.post) if row.post else gettext("Whole office")),
        Cell(sort_word(row.sort)), Cell(row.opening),
        Cell(row.received, received, drawn=below(("received",), (row.received,), top)),
        Cell(row.disposed, drawn=below(("disposed",), (row.disposed,), top)),
        Cell(row.closing, closing),
    )  # fmt: skip


def _last_day(month: date, today: date) -> date:
    after = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return min(date.fromordinal(after.toordinal() - 1), max(today, month))
