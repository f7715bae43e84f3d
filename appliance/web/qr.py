"""An address as a square that a phone's camera reads."""

from __future__ import annotations

import segno
from markupsafe import Markup


def picture(address: str) -> Markup:
    """The address as a QR code, drawn into the page."""
    code = segno.make_qr(address, error="m")
    drawn = code.svg_inline(border=3, omitsize=True, lineclass=None, svgclass=None, light="#fff")
    return Markup(drawn)  # noqa: S704  a drawing of squares; the address is in it as modules, not as text
