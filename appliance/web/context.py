"""What every template of the office can use."""

from __future__ import annotations

from flask import g, request

from appliance.desk import reading
from appliance.web.names import names
from appliance.web.session import Who, this_unit

RAIL = {
    "lists.inbox": "inbox",
    "lists.home": "inbox",
    "lists.sent": "sent",
    "lists.parked": "parked",
    "lists.closed": "closed",
    "lists.files": "files",
    "lists.waiting": "waiting",
    "search.show": "search",
    "newfile.show": "new",
    "newfile.create": "new",
}


def common() -> dict[str, object]:
    """Names, the person, and the figures of the rail; nothing of it is read for an error page."""
    found: Who | None = g.get("who")
    return {
        "names": names,
        "who": found,
        "here": RAIL.get(request.endpoint or "", ""),
        "line": lambda: reading.line_state(this_unit()),
        "counts": lambda: reading.counts(this_unit(), found.actor.post) if found else None,
        "office_name": lambda: names().node(this_unit().node),
    }
