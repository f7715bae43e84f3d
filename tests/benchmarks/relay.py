"""A line of TCP that counts what crosses it, and can break at a given byte."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import NamedTuple

CHUNK_BYTES = 65_536


class Crossed(NamedTuple):
    """Bytes of payload each way, and how often an answer began after something was said."""

    up: int
    down: int
    round_trips: int

    @property
    def both(self) -> int:
        """Both ways together."""
        return self.up + self.down


class Relay:
    """From a port of its own to `port` on this machine. Use it as a context manager."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = threading.Lock()
        self._up = self._down = self._trips = 0
        self._said = False
        self._cut_at: int | None = None
        self._is_cut = False
        self._held: list[socket.socket] = []
        self._words = b""
        self.met: list[float] = []
        """When (monotonic) it broke before the words of `cut_before`."""

        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_: object) -> None:
        self._close(self._listener, *self._held)

    def cut_at(self, total: int) -> None:
        """Break, without a word to the far end, once so many bytes have crossed since the count began."""
        self._cut_at, self._is_cut = total, False

    def cut_before(self, words: bytes) -> None:
        """Break every connection over which these words come, either way, before the piece that ends them crosses."""
        self._words = words

    def mend(self) -> None:
        """Carry everything again."""
        self._cut_at, self._is_cut = None, False

    @property
    def is_cut(self) -> bool:
        """Whether the break has happened."""
        return self._is_cut

    def take(self) -> Crossed:
        """What crossed since it was last asked; the count begins anew."""
        with self._lock:
            crossed = Crossed(self._up, self._down, self._trips)
            self._up = self._down = self._trips = 0
            self._said = False
        return crossed

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._is_cut:
                    self._close(near)
                    continue
                far = socket.create_connection(("127.0.0.1", self._target))
                self._held += [near, far]
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pour, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._pour, args=(far, near, False), daemon=True).start()

    def _pour(self, source: socket.socket, target: socket.socket, upward: bool) -> None:
        before = b""
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                if self._words and self._words in before + data:
                    self.met.append(time.monotonic())
                    self._close(source, target)
                    return
                before = data[-len(self._words) :]
                passed = self._count(len(data), upward)
                target.sendall(data[:passed])
                if passed < len(data):
                    self._close(source if upward else target)
                    return
            target.shutdown(socket.SHUT_WR)

    def _count(self, size: int, upward: bool) -> int:
        with self._lock:
            if self._is_cut:
                return 0
            if self._cut_at is not None and self._up + self._down + size >= self._cut_at:
                size = self._cut_at - self._up - self._down
                self._is_cut = True
            if upward:
                self._up += size
                self._said = True
            else:
                self._trips += self._said
                self._down += size
                self._said = False
            return size

    @staticmethod
    def _close(*ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
