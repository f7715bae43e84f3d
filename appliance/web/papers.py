"""A paper's bytes, for the frame on the file's page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from appliance.web.filepage import page_of
from appliance.web.session import this_unit
from commons.papers.errors import PaperDamaged, PaperMissing
from commons.web import log
from commons.web.headers import PAPER_POLICY

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("papers", __name__)
SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})


@blueprint.get("/papers/<sha256>")
def paper(sha256: str) -> ResponseReturnValue:
    """The paper, to whoever may see the file that it is in; verified segment by segment as it is read."""
    page = page_of(request.args.get("file", ""))
    row = next((row for row in page.papers if row.sha256 == sha256), None)
    if row is None or row.media_type not in SHOWN:
        abort(404)
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
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(row.name, safe='')}"
    response.headers["Content-Security-Policy"] = PAPER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response
