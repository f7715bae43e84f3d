"""A request's body, as it comes, cut or not."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import socket
from typing import Any

READ_BYTES = 4096
"""What one read waits for: as much as a kill may lose of what has come."""


class LineCut(Exception):
    """The client's line broke, or it fell silent, before the body was whole."""


def body_of(environ: dict[str, Any], length: int | None, idle_seconds: float) -> Iterator[bytes]:
    """Give the body in chunks of up to 4 KiB. Raises LineCut if it ends before its length or is silent for too long.

    `length` None is a chunked body, read to its end. The time limit needs gunicorn's socket; without one there is none.
    """
    stream = environ["wsgi.input"]
    left = length
    with _patience(environ.get("gunicorn.socket"), idle_seconds):
        while left is None or left > 0:
            try:
                chunk: bytes = stream.read(READ_BYTES if left is None else min(READ_BYTES, left))
            except Exception as error:
                raise LineCut from error
            if chunk:
                yield chunk
            if left is not None:
                left -= len(chunk)
            if not chunk:
                break
    if left:
        raise LineCut


@contextmanager
def _patience(connection: socket | None, idle_seconds: float) -> Iterator[None]:
    """Let each read of the connection wait so long at most."""
    if connection is None:
        yield
        return
    before = connection.gettimeout()
    connection.settimeout(idle_seconds)
    try:
        yield
    finally:
        with suppress(OSError):
            connection.settimeout(before)
