"""Security headers of every page."""

from __future__ import annotations

import ipaddress

from flask import Request, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; object-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may load: our own files, and nothing inline."""

ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "no-store"),
)
"""Put on every answer that does not say otherwise by itself."""

PAPER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
"""For a paper shown in a frame: the browser's own PDF viewer styles its page inline; nothing else runs or loads."""


def put_headers(response: Response) -> Response:
    """Set what is not set yet, so that a view may be stricter or, for papers, framable by ourselves."""
    headers = response.headers
    there = {name.lower() for name, _ in headers}
    headers.extend(pair for pair in ALWAYS if pair[0].lower() not in there)
    return response


def is_loopback_http(request: Request) -> bool:
    """Whether the page was asked for in the clear from this machine itself, where a Secure cookie would be lost."""
    if request.scheme != "http":
        return False
    host = request.host.rsplit(":", 1)[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def put_cookie(response: Response, request: Request, name: str, value: str, *, max_age_seconds: int | None) -> None:
    """Set one of our cookies: never readable by scripts, never sent along from another site."""
    response.set_cookie(
        name,
        value,
        max_age=max_age_seconds,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=not is_loopback_http(request),
    )
