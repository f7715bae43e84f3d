"""The search page: one box, some filters, what was found with its words marked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, make_response, render_template, request

from appliance.desk import search as desk
from appliance.desk.days import end_of_day_ms, start_of_day_ms
from appliance.web.names import names
from appliance.web.session import this_unit, who
from commons.web import showing
from protocol.folding import MAX_QUERY

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("search", __name__)


class Asked(msgspec.Struct, frozen=True):
    """The form as it was filled in. Days are ISO dates, as a date field sends them."""

    q: str = ""
    kind: str = ""
    sender: str = ""
    holder: str = ""
    since: str = ""
    until: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words was filled in."""
        return bool(self.kind or self.sender or self.holder or self.since or self.until)


@blueprint.get("/search")
def show() -> ResponseReturnValue:
    """What was asked for, or the empty form with what can be asked."""
    asked, wrong = _asked()
    filters = desk.Filters(
        kind=asked.kind,
        sender=asked.sender,
        holder=asked.holder,
        from_ms=start_of_day_ms(asked.since) if asked.since else None,
        until_ms=end_of_day_ms(asked.until) if asked.until else None,
    )
    unit = this_unit()
    before = request.args.get("before", type=int)
    page = desk.search(unit, who().actor, asked.q, filters=filters, before=before)
    choices = sorted({*desk.holders(unit), *([asked.holder] if asked.holder else [])}, key=_holder_order)
    text = render_template(
        "office/search.html",
        asked=asked,
        wrong=wrong,
        page=page,
        before=before,
        kinds=desk.KINDS,
        holders=choices,
        older=_address(asked, page.before),
        newest=_address(asked, None),
    )
    return make_response(text, 422 if wrong else 200)


def _asked() -> tuple[Asked, list[str]]:
    """The form, and the names of day fields in which no day stands."""
    given = {name: request.args.get(name, "").strip()[:MAX_QUERY] for name in Asked.__struct_fields__}
    wrong = []
    for name in ("since", "until"):
        day = showing.read_day(given[name])
        if day is None:
            wrong.append(name)
        given[name] = day or ""
    if given["kind"] not in desk.KINDS:
        given["kind"] = ""
    return Asked(**given), wrong


def _holder_order(post: str) -> tuple[bool, str]:
    return names().is_elsewhere(post), names().post(post)


def _address(asked: Asked, before: int | None) -> str:
    fields = {name: value for name, value in msgspec.structs.asdict(asked).items() if value}
    if before is not None:
        fields["before"] = before
    return "/search?" + urlencode(fields)
