"""A made-up person at a browser without JavaScript: pages, links, forms, nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

import requests

from provisioning.demo.roles import LogIn
from provisioning.story.page import NotThere, Page

LOOK_SECONDS = 0.2
REQUEST_SECONDS = 30


@dataclass(frozen=True)
class Attachment:
    """A file that a form sends: the form's field, its name, its bytes."""

    field: str
    name: str
    content: bytes


class Person:
    """One session at one node. `page` and `status` are what is on the screen now; `ca` vouches for an https address."""

    def __init__(self, url: str, log_in: LogIn, language: str, *, ca: str = "") -> None:
        self._url = url
        self._log_in = log_in
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = ca or True
        self.post = log_in.post
        self.employee = log_in.employee
        self.name_hi, self.name_en = log_in.name_hi, log_in.name_en
        self.language = language
        self.status = 0
        self.address = ""
        self.page = Page("")

    def go(self, path: str) -> Page:
        """Open an address of the node."""
        return self._show(self._session.get(urljoin(self._url, path), timeout=REQUEST_SECONDS))

    def press(self, verb: str, attachment: Attachment | None = None, **fields: str) -> Page:
        """Fill in fields on the present page and press the button of `verb`. Raises NotThere."""
        try:
            form = self.page.press(verb, fields)
        except NotThere as missing:
            raise NotThere(f"{missing.args[0]}: {self.address}, answered {self.status}") from missing
        parts = None
        if form.multipart:
            parts = {attachment.field: (attachment.name, attachment.content)} if attachment else {"": ("", b"")}
        return self._show(
            self._session.request(
                form.method,
                urljoin(self.address, form.action),
                data=form.values,
                files=parts,
                timeout=REQUEST_SECONDS,
            )
        )

    def enter(self) -> Page:
        """Log in, and choose the language of the telling."""
        self.go(f"/login?lang={self.language}")
        self.press("log-in", employee=self._log_in.employee, password=self._log_in.password)
        if self.page.language != self.language:
            self.press("set-language")
        return self.page

    def fetch(self, path: str) -> requests.Response:
        """An address as bytes, without leaving the page."""
        return self._session.get(urljoin(self._url, path), timeout=REQUEST_SECONDS)

    def hears_of_change(self) -> bool:
        """Ask as the page's own script does, by the address in its line bar, whether the list has to be renewed."""
        address = self.page.value("div", "hx-get") if not self._bar() else self._bar()
        return "pv-rows" in self.fetch(address).headers.get("HX-Trigger", "")

    def wait(self, true: Callable[[], bool], seconds: float) -> bool:
        """Look again and again until it is true; False when it does not become so in time."""
        until = time.monotonic() + seconds
        while not true():
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def _bar(self) -> str:
        return next((bar.attributes.get("hx-get", "") for bar in self.page.root.all(id="line")), "")

    def _show(self, response: requests.Response) -> Page:
        self.status = response.status_code
        self.address = response.url
        self.page = Page(response.text)
        return self.page
