"""What every template of the office can use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from flask import current_app, g, request

from appliance.desk import administration, habits, reading, restored, standing_in
from appliance.discovery.announcement import grouped
from appliance.web import address, helps
from appliance.web.names import names
from appliance.web.session import Who, this_unit
from commons.web import showing
from commons.web.sticks import plugged

if TYPE_CHECKING:
    from appliance.store.unit import Unit

RAIL = {
    "lists.inbox": "inbox",
    "lists.home": "inbox",
    "lists.unfinished": "unfinished",
    "summary.show": "summary",
    "lists.sent": "sent",
    "lists.parked": "parked",
    "lists.closed": "closed",
    "lists.files": "files",
    "lists.waiting": "waiting",
    "search.show": "search",
    "registers.index": "registers",
    "registers.show": "registers",
    "registers.take": "registers",
    "newfile.show": "new",
    "newfile.create": "new",
    "newfile.show_take_over": "take-over",
    "newfile.take_over": "take-over",
    "left_out.show": "waiting",
    "left_out.write_own": "waiting",
    "left_out.show_restored": "waiting",
    "left_out.write_all": "waiting",
    "left_out.show_file": "files",
    "stick.show": "waiting",
    "stick.begin": "waiting",
    "stick.take_out": "waiting",
    "shelves.out": "out",
    "shelves.recorded": "record",
    "heads.show": "heads",
    "heads.add": "heads",
    "heads.close": "heads",
    "admin.overview": "admin",
    "admin.section": "admin",
    "admin.post": "admin",
    "admin.charge": "admin",
    "admin.leave": "admin",
    "admin.end": "admin",
    "admin.channel_page": "admin",
    "people.new": "admin",
    "people.show": "admin",
    "people.slip": "admin",
    "issued.show": "issued",
    "letterhead.show": "admin",
    "letterhead.keep": "admin",
    "address.show": "address",
    "sharing.limits": "admin",
    "sharing.pause": "waiting",
    "password.show": "password",
    "password.change": "password",
    "receipts.show_list": "receipts",
    "receipts.show_form": "diarise",
    "receipts.diarise": "diarise",
    "bulk.show": "receipts",
}


def stands_in(unit: Unit, person: Who) -> standing_in.Holding | None:
    """How the person's present post is held, when he stands in there for somebody."""
    day = reading.today(unit)
    index = unit.directory()
    if standing_in.link_charge(index, person.info.employee, person.actor.post, day) is None:
        return None
    return standing_in.holding_of(index, person.actor.post, day)


def common() -> dict[str, object]:
    """Names, the person, and the figures of the rail; nothing of it is read for an error page."""
    found: Who | None = g.get("who")
    return {
        "names": names,
        "who": found,
        "here": RAIL.get(request.endpoint or "", ""),
        "line": cache(lambda: reading.line_state(this_unit())),
        "counts": cache(lambda: reading.counts(this_unit(), found.actor.post) if found else None),
        "administers": lambda: found is not None and administration.is_administrator(this_unit(), found.actor),
        "doubles": cache(lambda: [one for one in address.doubles() if one.here] if found else []),
        "plugged": cache(lambda: plugged() if found else []),
        "host_name": address.host_name(),
        "grouped": grouped,
        "density": cache(lambda: habits.density(this_unit(), found.info.employee) if found else "normal"),
        "restored_ms": cache(lambda: restored.ended_lately(this_unit()) if found else 0),
        "stands_in": cache(lambda: stands_in(this_unit(), found) if found else None),
        "practice": current_app.extensions["practice"],
        "practice_url": this_unit().settings.practice_url,
        "help_at": helps.section_of(request.endpoint or ""),
        "day_in": lambda days: showing.day_in(this_unit().clock.now_ms(), days),
        "office_name": lambda: names().node(this_unit().node),
    }
