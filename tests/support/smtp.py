"""A tiny real mail server on a socket: it takes e-mails, refuses, or falls silent, as a test tells it."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass, field


@dataclass
class Manners:
    """`answers`: by command (MAIL, RCPT, DATA, END after the content); END "" hangs up without a word."""

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        manners: Manners = self.server.manners  # type: ignore[attr-defined]  # set by MailServer
        self.say("220 test")
        for raw in self.rfile:
            line = raw.decode("ascii").strip()
            word = line.split(" ")[0].upper()
            manners.asked.append(line)
            if word == "DATA" and "DATA" not in manners.answers:
                self.say("354 go on")
                content = b""
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    content += part
                manners.taken.append(content)
                answer = manners.answers.get("END", "250 taken")
                if not answer:
                    return
                self.say(answer)
            else:
                self.say(manners.answers.get(word, "221 bye" if word == "QUIT" else "250 ok"))
            if word == "QUIT":
                return

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class MailServer:
    """Listens on the machine's own loop until closed."""

    def __init__(self, port: int = 0) -> None:
        self.manners = Manners()
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", port), _Talk)
        self._server.daemon_threads = True
        self._server.manners = self.manners  # type: ignore[attr-defined]  # for _Talk
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """No longer listens."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
