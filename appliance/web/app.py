"""Puts the office's screens together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, g

from appliance.desk.papers import PAPER_BYTES
from appliance.link.carrying import Carrying
from appliance.web import (
    acknowledgement,
    address,
    admin,
    bulk,
    context,
    covers,
    door,
    drafts,
    entry,
    events,
    filepage,
    graded,
    guard,
    heads,
    helps,
    issue,
    issued,
    keyboards,
    left_out,
    legacy,
    letterhead,
    lists,
    live,
    many,
    movement,
    neighbour,
    newfile,
    opinions,
    outside,
    papers,
    password,
    people,
    phone,
    phrases,
    practice,
    pull_up,
    receipts,
    registers,
    search,
    session,
    sharing,
    sheetpdf,
    shelves,
    stick,
    summary,
    verbs,
    weeding,
)
from appliance.web.streams import Watch
from commons.web.frame import Frame, equip
from commons.web.sticks import keep_work

if TYPE_CHECKING:
    from appliance.practice.values import Practice
    from appliance.store.unit import Unit

HERE = Path(__file__).parent
FORM_OVERHEAD_BYTES = 1_000_000  # what a form is larger than the paper in it

SCREENS = (
    entry,
    helps,
    live,
    lists,
    newfile,
    filepage,
    verbs,
    movement,
    pull_up,
    many,
    events,
    summary,
    papers,
    keyboards,
    legacy,
    search,
    graded,
    admin,
    people,
    password,
    opinions,
    phrases,
    sheetpdf,
    receipts,
    bulk,
    phone,
    acknowledgement,
    registers,
    covers,
    weeding,
    heads,
    outside,
    shelves,
    drafts,
    issue,
    issued,
    letterhead,
    stick,
    address,
    sharing,
    neighbour,
    left_out,
)


def create_app(unit: Unit, room: Practice | None = None) -> Flask:
    """The web application of one opened node; the unit is shared by all requests and closed by whoever opened it.

    `room` is given for a practice office alone: a log-in by choice of role, the ribbon, the reset.
    """
    app = Flask("appliance.web", root_path=str(HERE), static_folder=None)
    app.extensions["unit"] = unit
    app.extensions["watch"] = Watch(unit, unit.settings.streams)
    app.extensions["practice"] = room
    keep_work(app, stick.work_of(unit))
    app.extensions["carrying"] = Carrying(unit)
    app.config["MAX_CONTENT_LENGTH"] = PAPER_BYTES + FORM_OVERHEAD_BYTES
    equip(
        app,
        Frame(
            session_cookie=session.cookie_name(unit),
            now_ms=unit.clock.now_ms,
            persons_language=session.persons_language,
            home="/",
            translations=HERE.parent / "translations",
            ribbon="office/practice_ribbon.html" if room else "",
            machine_blueprints=frozenset({neighbour.blueprint.name}),
        ),
    )
    app.before_request(guard.check)
    app.before_request(door.check)
    app.context_processor(context.common)
    for module in SCREENS:
        app.register_blueprint(module.blueprint)
    if room is not None:
        app.register_blueprint(practice.blueprint)
    app.teardown_request(lambda _error: g.pop("names", None))
    app.teardown_appcontext(lambda _error: unit.db.give_back())
    return app
