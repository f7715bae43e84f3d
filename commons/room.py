"""The disk is full: one error for the database, for papers and for the reserve."""

from __future__ import annotations

from protocol.errors import LocalError


class DiskFull(LocalError):
    """Nothing was written because there is no room; make room, then try again."""

    code = "disk_reserve"
