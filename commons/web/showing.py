"""How times, spans, sizes and numbers are shown. Times are unix milliseconds, shown in Indian Standard Time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

import msgspec

from commons.web.words import gettext, ngettext

IST = timezone(timedelta(hours=5, minutes=30), "IST")
"""Asia/Kolkata has had one offset since 1945, so no time zone table is needed on the machine."""

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def local(ms: int) -> datetime:
    """The Indian date and time of a moment."""
    return datetime.fromtimestamp(ms / 1000, IST)


def clock(ms: int) -> str:
    """14:04"""
    return local(ms).strftime("%H:%M")


def day(ms: int) -> str:
    """20-11-2026"""
    return local(ms).strftime("%d-%m-%Y")


def day_in(now_ms: int, days: int) -> str:
    """The day so many days from now, as an example of how a date is written: one that is not stale in a year."""
    return day(now_ms + days * DAY_MS)


def full(ms: int) -> str:
    """20-11-2026, 14:04"""
    return local(ms).strftime("%d-%m-%Y, %H:%M")


def stamp(ms: int) -> str:
    """20-11, 14:04: for lists whose year is plain from the page."""
    return local(ms).strftime("%d-%m, %H:%M")


def moment(ms: int, now_ms: int) -> str:
    """Today 09:15, Yesterday 16:20, 18-11 15:02, or with the year when it is another one."""
    then, now = local(ms), local(now_ms)
    days = (now.date() - then.date()).days
    time = then.strftime("%H:%M")
    if days == 0:
        return gettext("Today %(time)s", time=time)
    if days == 1:
        return gettext("Yesterday %(time)s", time=time)
    return then.strftime("%d-%m %H:%M" if then.year == now.year else "%d-%m-%Y %H:%M")


def iso_day(text: str) -> str:
    """20-11-2026 for 2026-11-20; what is no ISO date is given back as it is."""
    try:
        return date.fromisoformat(text).strftime("%d-%m-%Y")
    except ValueError:
        return text


def read_day(text: str) -> str | None:
    """The ISO date of what a person typed; "" stays, None: no date.

    Day, month and year stand apart by - / . or a space (20-11-2026, 20.11.26, २०/११/२०२६), or it is ISO.
    """
    parts = _PARTED.split(text.translate(_DIGITS).strip())
    if parts == [""]:
        return ""
    if len(parts) == 3 and all(part.isascii() and part.isdecimal() for part in parts) and len(parts[0]) <= 2:
        day, month, year = map(int, parts)
        parts = [
            f"{year + (2000 if year < 70 else 1900) if len(parts[2]) == 2 else year:04d}",
            f"{month:02d}",
            f"{day:02d}",
        ]
    try:
        return date.fromisoformat("-".join(parts)).isoformat()
    except ValueError:
        return None


_PARTED = re.compile(r"\s*[-/.\s]\s*")
_DIGITS = {ord("०") + digit: str(digit) for digit in range(10)}


def span(ms: int) -> str:
    """3 hours 20 minutes: a length of time in whole words, the two largest units."""
    days, hours, minutes = _parts(ms)
    words = []
    if days:
        words.append(ngettext("%(num)s day", "%(num)s days", days))
    if hours:
        words.append(ngettext("%(num)s hour", "%(num)s hours", hours))
    if minutes and not days:
        words.append(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    return " ".join(words) or gettext("less than a minute")


def short_span(ms: int) -> str:
    """2 d 13 h: a length of time for a narrow place."""
    days, hours, minutes = _parts(ms)
    if days:
        return gettext("%(days)s d %(hours)s h", days=days, hours=hours) if hours else gettext("%(days)s d", days=days)
    if hours:
        if minutes:
            return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(minutes)s min", minutes=max(minutes, 0))


def size(count_bytes: int) -> str:
    """412 kB, 1.8 MB, 52 MB: decimal units, as a file manager shows."""
    if count_bytes < 1000:
        return f"{count_bytes} B"
    if count_bytes < 1_000_000:
        return f"{round(count_bytes / 1000)} kB"
    if count_bytes < 1_000_000_000:
        return f"{count_bytes / 1_000_000:.{1 if count_bytes < 10_000_000 else 0}f} MB"
    return f"{count_bytes / 1_000_000_000:.1f} GB"


def number(value: int) -> str:
    """1,50,000: international digits, grouped as in India."""
    digits = str(abs(value))
    head, tail = digits[:-3], digits[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ("−" if value < 0 else "") + ",".join([*groups, tail])


class Limit(msgspec.Struct, frozen=True):
    """A time limit as a row shows it."""

    tone: str  # "late", "soon" or ""
    words: str
    date: str  # 20-11-2026


def limit(due_date: str, now_ms: int) -> Limit | None:
    """What is left until an ISO date, on the day of `now_ms`; None without a limit."""
    if not due_date:
        return None
    days = (date.fromisoformat(due_date) - local(now_ms).date()).days
    shown = iso_day(due_date)
    if days < 0:
        return Limit("late", ngettext("%(num)s day over", "%(num)s days over", -days), shown)
    if days == 0:
        return Limit("soon", gettext("Today"), shown)
    return Limit("", ngettext("%(num)s day", "%(num)s days", days), shown)


def _parts(ms: int) -> tuple[int, int, int]:
    minutes = max(ms, 0) // MINUTE_MS
    return minutes // 1440, minutes // 60 % 24, minutes % 60
