"""The token service: sees tokens come and go, tells of them, and passes what is to be signed to workers.

It is the only program with access to USB. It opens no node's data, and speaks to nobody but over its Unix socket.
"""

from __future__ import annotations

import logging
import os
import secrets
import selectors
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from commons.tokens import asking, decide, talk
from commons.tokens.attributes import are_for
from commons.tokens.catalogue import Catalogue, models_of, modules_of
from commons.tokens.usb import UsbDevices
from commons.tokens.values import Certificate, Plugged, Telling, Token, UsbDevice
from commons.tokens.workers import Nursery, TokenFailed, Worker
from commons.unix_socket import listen

log = logging.getLogger("patravali.tokens")

POLL_SECONDS = 5.0
"""Also without a word from udev, there is a look so often: where udev is silent, a token is seen by this."""

AGAIN_SECONDS = 1.0
"""A token that no module shows yet is looked for again so soon: its own processor starts slowly."""

LOOKS = 8
MOST_KEEP_SECONDS = 600
MOST_SESSIONS, MOST_TALKS = 16, 16
WORDS_SECONDS = 30.0


class _Session(NamedTuple):
    worker: Worker
    certificate: bytes
    key: str  # of the token
    until: float  # monotonic seconds
    lock: threading.Lock


class Service:
    """All tokens of this machine. `may_ask`: whether a process of this user id is answered."""

    def __init__(self, folder: Path, catalogue: Catalogue, devices: UsbDevices, may_ask: Callable[[int], bool]) -> None:
        self._folder, self._catalogue, self._devices, self._may_ask = folder, catalogue, devices, may_ask
        self._nursery = Nursery()
        self._nursery_lock = threading.Lock()
        self._lock = threading.Lock()
        self._plugged: dict[str, Plugged] = {}
        self._sessions: dict[bytes, _Session] = {}
        self._talks = threading.BoundedSemaphore(MOST_TALKS)
        self._at_work: dict[str, set[Worker]] = {}
        self._mark = secrets.randbits(40)
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._stopping = False

    def run(self) -> None:
        """Until SIGTERM or SIGINT. Raises OSError."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        held = asking.hold(self._folder)
        listening = listen(asking.socket_path(self._folder))
        self._tell()
        with selectors.DefaultSelector() as waiting:
            for one in (self._devices, self._wake, listening):
                waiting.register(one, selectors.EVENT_READ)
            while not self._stopping:
                self._step()
                for key, _ in waiting.select(POLL_SECONDS):
                    self._take(key.fileobj, listening)
        self._close(listening)
        os.close(held)

    def _stop(self, _number: int, _frame: object) -> None:
        self._stopping = True
        os.eventfd_write(self._wake, 1)

    def _take(self, came: object, listening: socket.socket) -> None:
        if came is listening:
            with suppress(OSError):
                line, _ = listening.accept()
                self._begin(line)
        elif came is self._devices:
            self._devices.drain()
        else:
            with suppress(BlockingIOError):
                os.eventfd_read(self._wake)

    def _close(self, listening: socket.socket) -> None:
        listening.close()
        for path in (asking.socket_path(self._folder), asking.told_path(self._folder)):
            path.unlink(missing_ok=True)
        with self._lock:
            for session in self._sessions.values():
                session.worker.end()
        self._nursery.close()

    # ---------------------------------------------------------------- what is plugged in
    def _step(self) -> None:
        now = {one.key: one for one in self._devices.look() if models_of(self._catalogue, one)}
        with self._lock:
            gone = [key for key in self._plugged if key not in now]
            fresh = [one for key, one in now.items() if key not in self._plugged]
            for key in gone:
                del self._plugged[key]
            for one in fresh:
                model = models_of(self._catalogue, one)[0]
                self._plugged[one.key] = Plugged(one.key, model.name, "looking", _now_ms(), model.driver or model.name)
            ended = [name for name, one in self._sessions.items() if one.key in gone or one.until < time.monotonic()]
            workers = [self._sessions.pop(name).worker for name in ended]
            workers += [worker for key in gone for worker in self._at_work.pop(key, ())]
        for worker in workers:
            worker.end()
        for one in fresh:
            threading.Thread(target=self._look, args=(one,), daemon=True).start()
        if gone or fresh:
            log.info("tokens_changed", extra={"came": len(fresh), "went": len(gone)})
            self._tell()

    def _look(self, device: UsbDevice) -> None:
        """What the modules of a device show; in a thread, for a module may hang."""
        models = models_of(self._catalogue, device)
        since = _now_ms()
        for turn in range(LOOKS):
            shown = [self._shown(path) for path in modules_of(self._catalogue, models, _is_file)]
            found = decide.plugged(device, models, shown, since)
            with self._lock:
                if device.key not in self._plugged:
                    return
                before = self._plugged[device.key]
                final = found.state in ("here", "driver_missing") or turn == LOOKS - 1
                self._plugged[device.key] = found if final else before
            if final:
                self._tell()
                return
            time.sleep(AGAIN_SECONDS)

    def _shown(self, module: str) -> decide.Shown:
        try:
            with self._worker() as worker:
                return decide.Shown(module, worker.look(module))
        except TokenFailed as error:
            return decide.Shown(module, code=error.code)

    def _worker(self) -> Worker:
        with self._nursery_lock:
            return self._nursery.worker()

    def _tell(self) -> None:
        with self._lock:
            self._mark += 1
            telling = Telling(self._mark, tuple(sorted(self._plugged.values(), key=lambda one: one.key)))
            with suppress(OSError):
                asking.tell(self._folder, telling)

    # ---------------------------------------------------------------- signatures
    def _begin(self, line: socket.socket) -> None:
        """A conversation in a thread of its own, if its process may ask and there is room."""
        _, uid, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
        if not self._may_ask(uid) or not self._talks.acquire(blocking=False):
            line.close()
            return

        def converse() -> None:
            try:
                with line:
                    line.settimeout(WORDS_SECONDS)
                    self._converse(line)
            except (talk.Hung, talk.BadWords):
                return
            except Exception:
                log.exception("conversation_failed")
            finally:
                self._talks.release()

        threading.Thread(target=converse, daemon=True).start()

    def _converse(self, line: socket.socket) -> None:
        asked = talk.hear_asked(line)
        try:
            match asked:
                case talk.Close():
                    self._end(asked.session)
                    talk.say(line, talk.Ready())
                case talk.Begin() if asked.session:
                    self._in_session(line, asked)
                case talk.Begin():
                    self._by_pin(line, asked)
                case _:
                    talk.say(line, talk.Failed("bad_words"))
        except TokenFailed as error:
            talk.say(line, error.said)

    def _by_pin(self, line: socket.socket, asked: talk.Begin) -> None:
        pin = talk.hear_pin(line)
        try:
            key, token, certificate = self._holder_of(asked.certificate)
            worker = self._worker()
        except BaseException:
            talk.wipe(pin)
            raise
        with self._lock:
            self._at_work.setdefault(key, set()).add(worker)
        try:
            login = talk.Login(token.module, token.serial, token.label, certificate.key_id, certificate.der)
            worker.login(login, pin)
            log.info("logged_in", extra={"kept": asked.keep_seconds})
            session = self._keep(worker, asked, key)
            kept = session is not None
            talk.say(line, talk.Ready(*(session or (b"", 0))))
        except BaseException:
            self._let_go(key, worker)
            raise
        if kept:
            assert session is not None
            self._let_go(key, worker, end=False)
            self._in_session(line, talk.Begin(asked.certificate, session[0]), is_ready=True)
            return
        try:
            self._sign_all(line, worker, asked.certificate)
        finally:
            self._let_go(key, worker)

    def _let_go(self, key: str, worker: Worker, *, end: bool = True) -> None:
        with self._lock:
            self._at_work.get(key, set()).discard(worker)
        if end:
            worker.end()

    def _keep(self, worker: Worker, asked: talk.Begin, key: str) -> tuple[bytes, int] | None:
        seconds = min(asked.keep_seconds, MOST_KEEP_SECONDS)
        if seconds <= 0:
            return None
        name = secrets.token_bytes(16)
        with self._lock:
            if len(self._sessions) >= MOST_SESSIONS:
                raise TokenFailed(talk.Failed("busy"))
            until = time.monotonic() + seconds
            self._sessions[name] = _Session(worker, asked.certificate, key, until, threading.Lock())
        threading.Timer(seconds + 0.1, lambda: os.eventfd_write(self._wake, 1)).start()
        return name, _now_ms() + seconds * 1000

    def _in_session(self, line: socket.socket, asked: talk.Begin, *, is_ready: bool = False) -> None:
        with self._lock:
            session = self._sessions.get(asked.session)
        if session is None or session.until < time.monotonic() or session.certificate != asked.certificate:
            raise TokenFailed(talk.Failed("session_over"))
        if not session.lock.acquire(timeout=WORDS_SECONDS):
            raise TokenFailed(talk.Failed("busy"))
        try:
            if not is_ready:
                talk.say(line, talk.Ready(asked.session, _now_ms() + int((session.until - time.monotonic()) * 1000)))
            self._sign_all(line, session.worker, asked.certificate, session.until)
        except TokenFailed:
            self._end(asked.session)
            raise
        finally:
            session.lock.release()

    def _sign_all(self, line: socket.socket, worker: Worker, certificate: bytes, until: float | None = None) -> None:
        while True:
            asked = talk.hear_asked(line)
            if not isinstance(asked, talk.Sign) or len(asked.data) > talk.MOST_DATA_BYTES:
                raise talk.BadWords
            if not are_for(asked.data, certificate):
                raise TokenFailed(talk.Failed("not_attributes"))
            if until is not None and until < time.monotonic():
                raise TokenFailed(talk.Failed("session_over"))
            talk.say(line, talk.Signed(worker.sign(asked.data)))

    def _end(self, name: bytes) -> None:
        with self._lock:
            session = self._sessions.pop(name, None)
        if session is not None:
            session.worker.end()

    def _holder_of(self, certificate: bytes) -> tuple[str, Token, Certificate]:
        with self._lock:
            for one in self._plugged.values():
                for token in one.tokens:
                    for found in token.certificates:
                        if sha256(found.der).digest() == certificate:
                            return one.key, token, found
        raise TokenFailed(talk.Failed("no_token"))


def _is_file(path: str) -> bool:
    return Path(path).is_file()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
