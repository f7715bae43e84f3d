"""A person's browser over one connection that stays open, with as little work of its own as can be."""

from __future__ import annotations

import re
import time
from http.client import HTTPConnection
from types import TracebackType
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrf" (?:content|value)="([^"]+)"')
FORM = "application/x-www-form-urlencoded"


class Browser:
    """Follows no redirect, keeps cookies, finds the form token of the last page."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._token = ""

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    def get(self, path: str) -> int:
        """The status."""
        return self._ask("GET", path, "")

    def post(self, path: str, **fields: str) -> float:
        """Send a form; the seconds until 303 was there. Raises RuntimeError for any other answer."""
        body = urlencode({"csrf": self._token, **fields})
        started = time.perf_counter()
        status = self._ask("POST", path, body)
        seconds = time.perf_counter() - started
        if status != 303:
            raise RuntimeError(path, status)
        return seconds

    def log_in(self, employee: str, password: str) -> None:
        """Begin a session; its pages' token is known afterwards."""
        self.get("/login")
        self.post("/login", employee=employee, password=password)
        if self.get("/inbox") != 200:
            raise RuntimeError("no inbox")

    def _ask(self, method: str, path: str, body: str) -> int:
        headers = {"Content-Type": FORM} if body else {}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, what = value.partition(";")[0].partition("=")
                self._cookies[cookie] = what
        found = _TOKEN.search(text)
        self._token = found.group(1) if found else self._token
        return answer.status
