"""Clerks who work in the browser while processes die round them, and remember what they were told was done."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field

import requests

from tests.support.paper import pdf
from tests.support.server import wait_for

TOKEN = re.compile(r'name="csrf" content="([^"]+)"')
SECONDS = 60


class Unanswered(Exception):
    """No answer came: it may have been done or not."""


@dataclass
class Told:
    """What the screens said was done. `sent` only where no pull back was even tried."""

    opened: dict[str, str] = field(default_factory=dict)  # subject: file
    notes: dict[str, str] = field(default_factory=dict)  # words: file
    papers: dict[bytes, str] = field(default_factory=dict)  # content: file
    sends: dict[str, str] = field(default_factory=dict)  # remarks: file
    pulled: list[str] = field(default_factory=list)  # files
    unanswered: int = 0

    def __len__(self) -> int:
        return len(self.opened) + len(self.notes) + len(self.papers) + len(self.sends) + len(self.pulled)


class Clerk(threading.Thread):
    """One person at one post: opens, writes, attaches, sends, and now and then takes back."""

    def __init__(self, port: int, post: str, employee: str, password: str) -> None:
        super().__init__(name=post, daemon=True)
        self.told = Told()
        self.wrong: list[str] = []
        self._url = f"http://127.0.0.1:{port}"
        self._port = port
        self._post, self._employee, self._password = post, employee, password
        self._session = requests.Session()
        self._session.trust_env = False
        self._csrf = ""
        self._enough = threading.Event()

    def stop(self) -> None:
        """Ends after the file in hand."""
        self._enough.set()
        self.join(timeout=SECONDS)

    def run(self) -> None:
        """Until stopped; an answer that should not come ends it and is kept in `wrong`."""
        number = 0
        try:
            self._log_in()
            while not self._enough.is_set():
                number += 1
                try:
                    self._one_file(number)
                except Unanswered:
                    self.told.unanswered += 1
                    wait_for(self._port, SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            self.wrong.append(repr(error))

    def _one_file(self, number: int) -> None:
        mark, told = f"{self._post}-{number}", self.told
        file = self._do("/files/new", subject=mark, section="moth.dev").removeprefix("/files/")
        told.opened[mark] = file
        words = f"note of {mark}"
        self._do(f"/files/{file}/confirm", html=f"<p>{words}</p>", version="0")
        told.notes[words] = file
        if number % 4 == 0:
            content = pdf(filling=mark.encode() * 3000)
            self._do(f"/files/{file}/attach", paper=content)
            told.papers[content] = file
        self._do(f"/files/{file}/send", how="up", to_post="chirgaon.head", remarks=f"remarks of {mark}")
        told.sends[f"remarks of {mark}"] = file
        if number % 5 == 0:
            self._do(f"/files/{file}/pull-back", may_be_refused=True)
            told.pulled.append(file)

    def _log_in(self) -> None:
        self._csrf = self._token("/login")
        self._do("/login", employee=self._employee, password=self._password)
        self._csrf = self._token("/inbox")

    def _token(self, path: str) -> str:
        found = TOKEN.search(self._session.get(self._url + path, timeout=SECONDS).text)
        assert found, path
        return found.group(1)

    def _do(self, path: str, *, paper: bytes = b"", may_be_refused: bool = False, **fields: str) -> str:
        """Where the screen leads on to. Raises Unanswered."""
        files = {"paper": ("a.pdf", paper, "application/pdf")} if paper else None
        try:
            answer = self._session.post(
                self._url + path, data={"csrf": self._csrf, **fields}, files=files, timeout=SECONDS,
                allow_redirects=False,
            )  # fmt: skip
        except requests.ConnectionError as error:
            raise Unanswered(path) from error
        if may_be_refused and answer.status_code == 409:
            raise Unanswered(path)
        assert answer.status_code == 303, f"{path}: {answer.status_code} {answer.text[:600]}"
        return answer.headers["Location"]
