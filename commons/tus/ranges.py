"""Sending a paper so that a download can go on where it was cut (RFC 9110 sections 13 and 14)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from flask import Request, Response

from commons.tus.wire import BadHeader, Span, parse_range


class Chunks(Protocol):
    """Bytes piece by piece, until they end or are closed: a PaperReader, a generator."""

    def __iter__(self) -> Iterator[bytes]: ...

    def __next__(self) -> bytes: ...

    def close(self) -> None:
        """Let go of them."""


def send_paper(
    request: Request,
    size: int,
    etag: str,
    open_at: Callable[[int], Chunks],
    content_type: str = "application/octet-stream",
    more_headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer GET or HEAD for immutable bytes: 200, 206 for one range, 304, or 416.

    `etag` is their SHA-256 in hex, without quotes; `open_at(offset)` gives them from there on, and its errors pass.
    Several ranges, or an If-Range that is not this ETag, get the whole (200).
    """
    quoted = f'"{etag}"'
    headers = {"ETag": quoted, "Accept-Ranges": "bytes", **(more_headers or {})}
    if quoted in (tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")):
        return _empty(304, headers)
    applies = request.method == "GET" and request.headers.get("If-Range", quoted) == quoted
    try:
        span = parse_range(request.headers.get("Range"), size) if applies else None
    except BadHeader:
        return _empty(416, headers | {"Content-Range": f"bytes */{size}"})
    if span is None:
        status, span = 200, Span(0, size)
    else:
        status = 206
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    headers["Content-Length"] = str(span.end - span.start)
    if request.method == "HEAD":
        return Response(status=status, headers=headers, content_type=content_type)
    reader = open_at(span.start)
    response = Response(_first(reader, span.end - span.start), status, headers, content_type=content_type)
    response.call_on_close(reader.close)
    return response


def _first(chunks: Iterator[bytes], count: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:count]
        count -= len(chunk)
        if count <= 0:
            return


def _empty(status: int, headers: dict[str, str]) -> Response:
    response = Response(status=status, headers=headers)
    del response.headers["Content-Type"]
    return response
