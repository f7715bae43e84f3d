"""The office's address in the network, for phones that do not know `.local` names; and who else bears the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from msgspec import Struct

from appliance.discovery import kept, roster
from appliance.discovery.values import Double
from appliance.web import qr
from appliance.web.session import this_unit
from commons.serve import is_loopback

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("address", __name__)
HTTPS = 443


class Reach(Struct, frozen=True):
    """How the office is reached: `name` empty when it is not announced; `addresses` as a browser takes them."""

    name: str
    addresses: list[str]
    trouble: str


@blueprint.get("/address")
def show() -> ResponseReturnValue:
    """The name, the addresses as text and as a picture to point a phone at."""
    found = reach()
    chosen = request.args.get("at", "")
    address = chosen if chosen in found.addresses else next(iter(found.addresses), "")
    return render_template(
        "office/address.html",
        reach=found,
        address=address,
        picture=qr.picture(address) if address else "",
        all_doubles=doubles(),
        host_name=host_name(),
    )


def reach() -> Reach:
    """By what the discovery process announces; without it, by the address at which this page was opened."""
    presence = kept.kept(this_unit().folder)
    if presence is not None and not presence.trouble and presence.office == this_unit().node:
        addresses = [url(address, presence.port) for address in presence.addresses if "fe80:" not in address]
        return Reach(url(presence.host, presence.port), addresses, "")
    here = request.host.rsplit(":", 1)[0].strip("[]")
    addresses = [] if is_loopback(here) else [request.host_url]
    return Reach("", addresses, presence.trouble if presence is not None else "unannounced")


def url(host: str, port: int) -> str:
    """The address as a browser takes it."""
    name = f"[{host}]" if ":" in host else host
    return f"https://{name}/" if port == HTTPS else f"https://{name}:{port}/"


def doubles() -> list[Double]:
    """Second bearers of the office's name: those here now first, then those of the last week."""
    unit = this_unit()
    presence = kept.kept(unit.folder)
    return roster.doubles(unit.node, presence.fingerprint, presence.others) if presence is not None else []


def host_name() -> str:
    """The office's host name, announced or not."""
    return f"block-{this_unit().node}.local"
