"""Forms can only be sent from our own pages.

The token is a one-way function of the session cookie, which no script and no other site can read; so
there is nothing to store, and a new log-in makes all old tokens useless.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Request, g

FIELD = "csrf"
HEADER = "X-CSRF"
BEFORE_LOGIN_COOKIE = "pv-first"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def token_for(secret: str) -> str:
    """The form token that belongs to one cookie value."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"PV-csrf\0" + secret.encode()).digest()).decode().rstrip("=")


def bind_to(secret: str) -> None:
    """Make the tokens of the page being written belong to the session that this answer begins."""
    g.form_secret = secret


def secret_of(request: Request, session_cookie: str) -> str:
    """The cookie value that this browser's forms are bound to; makes one up for a browser that has none yet."""
    secret = g.get("form_secret") or request.cookies.get(session_cookie) or request.cookies.get(BEFORE_LOGIN_COOKIE)
    if secret:
        return str(secret)
    if "first_secret" not in g:
        g.first_secret = secrets.token_urlsafe(32)
    made: str = g.first_secret
    return made


def is_right(request: Request, session_cookie: str) -> bool:
    """Whether this request carries the token of one of its own cookies: the session's, or the one before log-in."""
    given = (request.headers.get(HEADER) or request.form.get(FIELD) or "").encode()
    secrets_held = (request.cookies.get(name) for name in (session_cookie, BEFORE_LOGIN_COOKIE))
    rights = [hmac.compare_digest(given, token_for(secret).encode()) for secret in secrets_held if secret]
    return any(rights)


def is_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site made this request. Then nothing of it is offered again."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host
