"""Several papers of one form, each looked at and put away before the form's verb is done."""

from __future__ import annotations

from flask import request

from appliance.desk.papers import PaperIn, read_paper
from appliance.desk.refused import Refused
from appliance.web.session import this_unit

MOST = 20


def papers_of_form(field: str = "paper") -> list[PaperIn]:
    """The papers that were chosen, none if none was. Raises Refused with the codes of `read_paper`, many_papers."""
    given = [one for one in request.files.getlist(field) if one.filename]
    if len(given) > MOST:
        raise Refused("many_papers", limit=MOST)
    return [read_paper(this_unit(), one.filename or "", one.mimetype, one.stream) for one in given]
