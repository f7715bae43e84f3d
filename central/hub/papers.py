"""Papers at the hub."""

from __future__ import annotations

from central.hub.unit import HubUnit


def paper_arrived(hub: HubUnit, sha256: bytes) -> None:
    """Its bytes are in `hub.papers`, verified: others may fetch it."""
    with hub.db.writing():
        known = hub.db.run("UPDATE paper SET here=1 WHERE sha256=?", sha256)
    if not known:  # weeded while it was on its way
        hub.papers.delete(sha256)
