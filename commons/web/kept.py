"""What a person typed into a form that could not be taken now, so that nothing has to be typed twice."""

from __future__ import annotations

import msgspec
from flask import Request

from commons.web.csrf import FIELD

LIMIT_CHARACTERS = 300_000
SECRET_FIELDS = frozenset({FIELD, "password"})


class Kept(msgspec.Struct, frozen=True):
    """A form as it was sent: where to, and its fields in order. Papers are not kept: they are chosen again."""

    path: str
    fields: list[tuple[str, str]]
    had_papers: bool = False


def keep(request: Request) -> Kept:
    """What this request carried, without passwords and tokens."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET_FIELDS]
    papers = any(part.filename for part in request.files.values())
    return Kept(request.full_path.rstrip("?"), fields, papers)


def dump(kept: Kept) -> str:
    """Text for a hidden field of the log-in form; "" when it is too long to carry along."""
    text = msgspec.json.encode(kept).decode()
    return text if len(text) <= LIMIT_CHARACTERS else ""


def load(text: str) -> Kept | None:
    """What `dump` wrote; None when there is nothing, or it is not a form of this site."""
    if not text or len(text) > LIMIT_CHARACTERS:
        return None
    try:
        kept = msgspec.json.decode(text.encode(), type=Kept)
    except msgspec.MsgspecError:
        return None
    return kept if is_local(kept.path) else None


def is_local(path: str) -> bool:
    """Whether an address to go to next lies on this site: one slash first, nothing a browser reads as a host."""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
