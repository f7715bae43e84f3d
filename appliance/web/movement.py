"""The movement page: how far the present hand-over has come, and every stay of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from appliance.desk import reading
from appliance.web.filepage import TAKE_BACK, page_of
from appliance.web.session import this_unit
from appliance.web.stays import lay_out

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("movement", __name__)


@blueprint.get("/files/<file>/movement")
def show(file: str) -> ResponseReturnValue:
    """Steps and stays; a late line and a late person are told apart."""
    unit = this_unit()
    page = page_of(file)
    return render_template(
        "office/movement.html",
        page=page,
        stays=lay_out(reading.movements(unit, file), unit.clock.now_ms()),
        may_take_back=bool(TAKE_BACK & page.may),
    )
