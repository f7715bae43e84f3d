"""How the other programs of this machine ask the token service: a file that they read, a socket on which they sign.

Both lie in one folder: `tokens.json`, `tokens.sock`.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from commons.tokens import talk
from commons.tokens.values import Telling
from commons.tokens.workers import TokenFailed

MOST_BYTES: Final = 1 << 20
ANSWER_SECONDS: Final = 90.0
_decoder = msgspec.json.Decoder(Telling)


def told_path(folder: Path) -> Path:
    """The file that says what is plugged in."""
    return folder / "tokens.json"


def socket_path(folder: Path) -> Path:
    """Where signatures are asked for."""
    return folder / "tokens.sock"


def hold(folder: Path) -> int:
    """The descriptor of a lock by which others know that the service lives; held until it ends. Raises OSError."""
    fd = os.open(folder / "tokens.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return fd


def _lives(folder: Path) -> bool:
    fd = os.open(folder / "tokens.lock", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def tell(folder: Path, telling: Telling) -> None:
    """Put the file in the place of the last one. Raises OSError."""
    new = folder / "tokens.json.new"
    new.unlink(missing_ok=True)
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    with os.fdopen(fd, "wb") as file:
        file.write(msgspec.json.encode(telling))
    new.replace(told_path(folder))


def read_told(folder: Path) -> Telling | None:
    """What is plugged in; None where no token service runs."""
    try:
        if not _lives(folder):
            return None
        with told_path(folder).open("rb") as file:
            return _decoder.decode(file.read(MOST_BYTES))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


class Signing:
    """Logged in to a token: sign one thing after the other. `session` names the PIN session if one was opened."""

    def __init__(self, line: socket.socket, ready: talk.Ready) -> None:
        self._line = line
        self.session, self.until_ms = ready.session, ready.until_ms

    def sign(self, data: bytes) -> bytes:
        """Raises TokenFailed; what was signed before stays signed."""
        talk.say(self._line, talk.Sign(data))
        answer = _answer(self._line)
        if not isinstance(answer, talk.Signed):
            raise TokenFailed(talk.Failed("bad_words"))
        return answer.signature

    def sign_all(self, data: Iterable[bytes]) -> Iterator[bytes]:
        """One signature after the other. Raises TokenFailed at the first that fails."""
        return (self.sign(one) for one in data)


@contextmanager
def signing(
    folder: Path, certificate_sha256: bytes, pin: bytearray | None = None, session: bytes = b"", keep_seconds: int = 0
) -> Iterator[Signing]:
    """Ask for signatures by the key of a certificate: by PIN, which is wiped, or in an open session.

    Raises TokenFailed; its code is no_service where none runs.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.settimeout(ANSWER_SECONDS)
        try:
            line.connect(str(socket_path(folder)))
        except OSError as error:
            raise TokenFailed(talk.Failed("no_service")) from error
        talk.say(line, talk.Begin(certificate_sha256, session, keep_seconds))
        if not session:
            talk.say_pin(line, pin if pin is not None else bytearray())
        ready = _answer(line)
        if not isinstance(ready, talk.Ready):
            raise TokenFailed(talk.Failed("bad_words"))
        yield Signing(line, ready)


def close(folder: Path, session: bytes) -> None:
    """End a PIN session; nothing happens where there is none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.settimeout(ANSWER_SECONDS)
        try:
            line.connect(str(socket_path(folder)))
            talk.say(line, talk.Close(session))
            _answer(line)
        except (OSError, talk.Hung, TokenFailed):
            return


def _answer(line: socket.socket) -> talk.Answered:
    try:
        answer = talk.hear_answer(line)
    except (talk.Hung, talk.BadWords) as error:
        raise TokenFailed(talk.Failed("gone")) from error
    if isinstance(answer, talk.Failed):
        raise TokenFailed(answer)
    return answer
