"""Our stylesheets, scripts and fonts, under an address that changes when any of them does."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Response, abort, send_from_directory, url_for

FOLDER = Path(__file__).parent / "static"
YEAR_SECONDS = 365 * 24 * 3600


def version_of(folder: Path) -> str:
    """Twelve hex digits over the names and contents of all files of a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]


def serve(version: str, name: str, current: str) -> Response:
    """One file; kept for a year by the browser when the address is the current one, else asked for each time."""
    if not (FOLDER / name).is_file():
        abort(404)
    response = send_from_directory(FOLDER, name, conditional=True)
    if version == current:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response


def address(name: str, current: str) -> str:
    """Where a page finds the file now."""
    return url_for("frame.static_file", of=current, name=name)
