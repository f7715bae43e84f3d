"""A worker: one conversation, one module, at most one log-in, then it ends. It is forked from the nursery."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket

from msgspec.structs import replace

from commons.tokens import talk
from commons.tokens.module import Key, Module, Refused

LOGIN_SECONDS = 30
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38


def be_discreet() -> None:
    """No core dump, no reading of this memory by others of the same user, no new rights."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def run(line: socket.socket) -> None:
    """Until the other end goes."""
    talk.say(line, talk.Hello(os.getpid()))
    first = talk.hear_asked(line)
    try:
        match first:
            case talk.Look():
                tokens = tuple(replace(one, module=first.module) for one in Module(first.module).look())
                talk.say(line, talk.Looked(tokens))
            case talk.Login():
                _sign_all(line, _logged_in(line, first))
            case _:
                talk.say(line, talk.Failed("bad_words"))
    except Refused as refused:
        talk.say(line, refused.failed)


def _logged_in(line: socket.socket, asked: talk.Login) -> Key:
    pin = talk.hear_pin(line)
    try:
        module = Module(asked.module)
        return module.login(asked.serial, asked.label, asked.key_id, asked.certificate, pin.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refused("pin_wrong") from error
    finally:
        talk.wipe(pin)


def _sign_all(line: socket.socket, key: Key) -> None:
    talk.say(line, talk.Ready())
    while True:
        asked = talk.hear_asked(line)
        if not isinstance(asked, talk.Sign) or len(asked.data) > talk.MOST_DATA_BYTES:
            raise Refused("bad_words")
        talk.say(line, talk.Signed(key.sign(asked.data)))


def nurse(line: socket.socket) -> None:
    """The nursery: warm, one thread, loads no module and logs in nowhere. A worker for each socket that it gets."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    be_discreet()
    while True:
        word, fds, _, _ = socket.recv_fds(line, 1, 1)
        if not word:
            return
        (fd,) = fds
        if os.fork():
            os.close(fd)
            continue
        code = 1
        try:
            line.close()
            with socket.socket(fileno=fd) as own:
                run(own)
            code = 0
        except (talk.Hung, talk.BadWords):
            code = 0
        finally:
            os._exit(code)


if __name__ == "__main__":
    with socket.socket(fileno=int(os.environ["PATRAVALI_NURSERY"])) as asked_on:
        nurse(asked_on)
