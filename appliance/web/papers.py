"""A paper's bytes and pictures of its pages, for the file's page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from appliance.desk import papers
from appliance.desk.refused import Refused
from appliance.web.correspondence import PAGE_WIDTH, THUMB_WIDTH, ZOOMED_WIDTH
from appliance.web.filepage import page_of
from appliance.web.session import this_unit
from commons.documents.values import SUFFIXES, TIFF
from commons.papers.errors import PaperDamaged, PaperMissing
from commons.web import log
from commons.web.headers import PAPER_POLICY

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.desk.values import PaperRow

blueprint = Blueprint("papers", __name__)
SHOWN = frozenset(SUFFIXES)
WIDTHS = frozenset({THUMB_WIDTH, PAGE_WIDTH, ZOOMED_WIDTH})


@blueprint.get("/papers/<sha256>")
def paper(sha256: str) -> ResponseReturnValue:
    """The paper, to whoever may see the file that it is in; verified segment by segment as it is read."""
    row = _row(sha256)
    try:
        reader = this_unit().papers.open(bytes.fromhex(sha256))
    except PaperMissing:
        abort(404)
    except PaperDamaged:
        log.note("paper_damaged", paper=sha256)
        abort(503)
    response = Response(reader, mimetype=row.media_type)
    response.call_on_close(reader.close)
    response.content_length = reader.size
    how = "attachment" if row.media_type == TIFF else "inline"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(row.name, safe='')}"
    response.headers["Content-Security-Policy"] = PAPER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/papers/<sha256>/pages/<int:page>")
def page_picture(sha256: str, page: int) -> ResponseReturnValue:
    """A picture of one page of the paper, to whoever may see the paper itself; `width` is one of three."""
    row = _row(sha256)
    width = request.args.get("width", PAGE_WIDTH, type=int)
    if width not in WIDTHS or not 1 <= page <= row.pages:
        abort(404)
    try:
        picture = papers.page_picture(this_unit(), bytes.fromhex(sha256), page, width)
    except PaperMissing:
        abort(404)
    except PaperDamaged:
        log.note("paper_damaged", paper=sha256)
        abort(503)
    except Refused as refused:
        log.note("page_not_drawn", paper=sha256, page=page, code=refused.code)
        abort(503 if refused.code in {"paper_busy", "paper_slow"} else 404)
    response = Response(picture, mimetype="image/webp")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _row(sha256: str) -> PaperRow:
    """The paper as it stands in the file that the address names; 404 unless the reader may see that file."""
    page = page_of(request.args.get("file", ""))
    row = next((row for row in page.papers if row.sha256 == sha256), None)
    if row is None or row.media_type not in SHOWN:
        abort(404)
    return row
