"""An upload that was begun long ago, and what becomes of it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from commons.papers import Incoming, UploadMissing


def begun_long_ago(incoming: Incoming, folder: Path, days: float) -> None:
    """The upload `old`, which has not grown for so many days; `folder`: that of `incoming`, with nothing else in it."""
    incoming.create("old", 100, b"")
    (old,) = folder.glob("*.upload")
    then = time.time() - days * 86_400
    os.utime(old, (then, then))


def is_there(incoming: Incoming, name: str) -> bool:
    """Whether the upload is still known."""
    try:
        incoming.state(name)
    except UploadMissing:
        return False
    return True
