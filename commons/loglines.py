"""Standard error as JSON lines: when, what, and the values that came with it. Never what a person wrote."""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime

import msgspec

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_encode = msgspec.json.Encoder(enc_hook=str)


def log_to_stderr() -> None:
    """Ours from INFO on, other libraries' warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("patravali").setLevel(logging.INFO)


class JsonLines(logging.Formatter):
    """A record as one JSON object; a message that is one already stays as it is.

    Of an exception only its type and the places that it passed: its text may hold what a person wrote.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        message = record.getMessage()
        if message.startswith("{"):
            return message
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "event": message,
            "logger": record.name,
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            places = (f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in reversed(frames))
            line |= {"error": type(error).__name__, "places": " < ".join(places)}
        return _encode.encode(line).decode()
