"""Room on the disk: writes are refused early, while there is still enough to clean up and to carry away."""

from __future__ import annotations

import os

from appliance.store.unit import Unit
from commons.room import DiskFull


def free_bytes(unit: Unit) -> int:
    """What an ordinary user may still write."""
    stat = os.statvfs(unit.folder)
    return stat.f_bavail * stat.f_frsize


def require_room(unit: Unit) -> None:
    """Raises DiskFull below the reserve. What the district delivers is still taken."""
    free = free_bytes(unit)
    if free < unit.settings.reserve_bytes:
        raise DiskFull(free_bytes=free, needed_bytes=unit.settings.reserve_bytes)
