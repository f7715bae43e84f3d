"""Our own pictures as bytes."""

from __future__ import annotations

import io

from PIL import Image, WebPImagePlugin

WRITERS = (WebPImagePlugin,)
Image.preinit()  # now: later the worker can open no file
WEBP_QUALITY = 70


def as_webp(picture: Image.Image) -> bytes:
    """For a screen: small, and fast enough to be made while a person waits."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "WEBP", quality=WEBP_QUALITY, method=1)
    return out.getvalue()


def as_png(picture: Image.Image) -> bytes:
    """For reading by a machine: gray, nothing lost."""
    out = io.BytesIO()
    picture.convert("L").save(out, "PNG", compress_level=1)
    return out.getvalue()
