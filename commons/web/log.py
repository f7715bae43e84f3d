"""One JSON line for each event of note; codes and ids only, never what a person wrote."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime

import msgspec
from flask import g, has_request_context, request

_lines = logging.getLogger("patravali.web")
_encode = msgspec.json.Encoder()


def note(event: str, **values: str | int | bool | None) -> None:
    """Write one line: when, what, in which request, and the values given (codes, ids, numbers)."""
    line: dict[str, object] = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event}
    if has_request_context():
        line["request"] = g.get("request_id", "")
        line["route"] = request.endpoint or ""
        line["method"] = request.method
    line.update(values)
    _lines.info(_encode.encode(line).decode())


def note_failure(error: BaseException) -> None:
    """Write an unexpected error with the places that it passed through, without the values it carried."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    )
    note("failed", error=type(error).__name__, places=places)
