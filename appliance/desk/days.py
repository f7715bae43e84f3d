"""Calendar days of the office: India has one time zone and no summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

from appliance.store.unit import Unit

INDIA = timezone(timedelta(hours=5, minutes=30))


def today(unit: Unit) -> date:
    """The calendar day in India; never before the journal's last event, for a clock without a battery falls back."""
    known_ms = (unit.db.value("SELECT hlc FROM node") or 0) >> 16
    return datetime.fromtimestamp(max(unit.clock.now_ms(), known_ms) / 1000, UTC).astimezone(INDIA).date()


def end_of_day_ms(day: str) -> int:
    """Unix milliseconds at which an ISO date is over in India."""
    return int(datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), INDIA).timestamp() * 1000)


def start_of_day_ms(day: str) -> int:
    """Unix milliseconds at which an ISO date begins in India."""
    return int(datetime.combine(date.fromisoformat(day), time(), INDIA).timestamp() * 1000)
