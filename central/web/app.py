"""Puts the district's screens together, beside the addresses that other nodes speak to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from central.hub.stick_work import DistrictSticks
from central.web import aside, entry, guard, order, pages, papers, session, stick
from commons.web.frame import Frame, equip
from commons.web.sticks import keep_work

if TYPE_CHECKING:
    from central.hub.unit import HubUnit

HERE = Path(__file__).parent


def create_app(hub: HubUnit, extra_blueprints: Sequence[Blueprint] = ()) -> Flask:
    """The web application of an opened hub; `extra_blueprints` are for nodes and check who speaks by themselves."""
    app = Flask("central.web", root_path=str(HERE), static_folder=None)
    app.extensions["hub"] = hub
    keep_work(app, DistrictSticks(hub))
    equip(
        app,
        Frame(
            session_cookie=session.COOKIE,
            now_ms=hub.clock.now_ms,
            persons_language=session.persons_language,
            home="/",
            translations=HERE.parent / "translations",
            machine_blueprints=frozenset(blueprint.name for blueprint in extra_blueprints),
        ),
    )
    app.before_request(guard.check)
    app.context_processor(pages.common)
    screens = (entry.blueprint, pages.blueprint, papers.blueprint, aside.blueprint, order.blueprint, stick.blueprint)
    for blueprint in (*screens, *extra_blueprints):
        app.register_blueprint(blueprint)
    app.teardown_appcontext(lambda _error: hub.db.give_back())
    return app
