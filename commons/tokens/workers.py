"""The service's end of its workers: each is one conversation with a limit in time, and can be ended at any moment."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from types import TracebackType

from commons.tokens import talk
from commons.tokens.values import Token
from protocol.errors import LocalError

LOOK_SECONDS, LOGIN_SECONDS, SIGN_SECONDS, HELLO_SECONDS = 15.0, 30.0, 30.0, 10.0


class TokenFailed(LocalError):
    """A token's no; codes as in `talk.CODES`; `tries` is what it says of its PIN."""

    code = "failed"

    def __init__(self, said: talk.Failed) -> None:
        super().__init__(said.code if said.code in talk.CODES else "failed")
        self.said = said


class Nursery:
    """The warm process from which workers are forked; started again if it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def worker(self) -> Worker:
        """A new worker. Raises TokenFailed."""
        try:
            return self._born()
        except (OSError, TokenFailed):
            self.close()  # the warm process has died
        try:
            return self._born()
        except OSError as error:
            raise TokenFailed(talk.Failed("failed")) from error

    def _born(self) -> Worker:
        own, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            try:
                socket.send_fds(self._warm(), [b"w"], [its.fileno()])
            except OSError:
                own.close()
                raise
        return Worker(own)

    def close(self) -> None:
        """End it; workers go on until their conversation ends."""
        line, process = self._line, self._process
        self._line = self._process = None
        if line is not None:
            line.close()
        if process is not None:
            process.kill()
            process.wait(10)

    def _warm(self) -> socket.socket:
        if self._line is None or self._process is None or self._process.poll() is not None:
            self.close()
            own, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with its:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "commons.tokens.worker"],
                    env={**os.environ, "PATRAVALI_NURSERY": str(its.fileno())},
                    pass_fds=[its.fileno()],
                    stdin=subprocess.DEVNULL,
                )
            self._line = own
        return self._line


class Worker:
    """One conversation. Use it as a context manager: leaving it ends the process."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._pid_fd = -1
        self._ended = False
        line.settimeout(HELLO_SECONDS)
        try:
            hello = self._answer()
            assert isinstance(hello, talk.Hello)
            self._pid_fd = os.pidfd_open(hello.pid)
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """At once, whatever its module is doing."""
        self._ended = True
        self._line.close()
        if self._pid_fd >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pid_fd, signal.SIGKILL)
            os.close(self._pid_fd)
            self._pid_fd = -1

    def look(self, module: str) -> tuple[Token, ...]:
        """What a module shows. Raises TokenFailed."""
        self._line.settimeout(LOOK_SECONDS)
        talk.say(self._line, talk.Look(module))
        found = self._answer()
        assert isinstance(found, talk.Looked)
        return found.tokens

    def login(self, login: talk.Login, pin: bytearray) -> None:
        """Once; the PIN is wiped. Raises TokenFailed."""
        self._line.settimeout(LOGIN_SECONDS)
        try:
            talk.say(self._line, login)
            talk.say_pin(self._line, pin)
        finally:
            talk.wipe(pin)
        assert isinstance(self._answer(), talk.Ready)

    def sign(self, data: bytes) -> bytes:
        """Raises TokenFailed."""
        self._line.settimeout(SIGN_SECONDS)
        talk.say(self._line, talk.Sign(data))
        found = self._answer()
        assert isinstance(found, talk.Signed)
        return found.signature

    def _answer(self) -> talk.Answered:
        """Raises TokenFailed, also for a worker that died or hangs (its module broke down), or that was ended."""
        try:
            answer = talk.hear_answer(self._line)
        except (talk.Hung, talk.BadWords) as error:
            raise TokenFailed(talk.Failed("gone" if self._ended else "failed")) from error
        if isinstance(answer, talk.Failed):
            raise TokenFailed(answer)
        return answer
