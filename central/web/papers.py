"""The papers that are still on their way to the district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from central.hub.arriving import arriving
from central.web.session import may_order, this_hub

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("district_papers", __name__)


@blueprint.get("/papers")
def show() -> ResponseReturnValue:
    """By office: how many are missing, how far those have come that have begun, and how long the rest may take."""
    return render_template("district/papers.html", offices=arriving(this_hub(), graded=may_order()))
