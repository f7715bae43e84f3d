import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from commons.papers import Incoming, PaperStore
from commons.tus import Line, Outgoing
from tests.support.waiting import until

ROOT = Path(__file__).parents[3]


class Server:
    """gunicorn with the test's application on a loopback port; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        options = ["-b", f"127.0.0.1:{self.port}", "-k", "gthread", "--threads", "8", "--log-level", "critical"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options, "tests.commons.tus.served:create_app()"],
            cwd=ROOT,
            env=os.environ | {"PAPERS_FOLDER": str(self.folder)},
            start_new_session=True,
        )
        until(self.answers)

    def answers(self) -> bool:
        assert self.process.poll() is None
        with suppress(requests.ConnectionError):
            return requests.options(self.uploads, timeout=5).status_code == 204
        return False

    def kill(self) -> None:
        """End the master and its workers: they are a process group of their own."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def uploads(self) -> str:
        return f"{self.url}/papers/upload"

    def paper_url(self, content: bytes) -> str:
        return f"{self.url}/papers/{hashlib.sha256(content).hexdigest()}"

    @property
    def store(self) -> PaperStore:
        return PaperStore(self.folder / "papers", bytes(32))

    @property
    def incoming(self) -> Incoming:
        return Incoming(self.folder / "incoming", bytes(32))

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


def _shut(end: socket.socket, how: int) -> None:
    with suppress(OSError):
        end.shutdown(how)


class Cutter:
    """A line through which so many bytes pass each way, and which then breaks; it counts what passed."""

    def __init__(self, to_port: int, up_bytes: int, down_bytes: int) -> None:
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.left = {"up": up_bytes, "down": down_bytes}
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to_port))
                for carry in (self._down, self._up):
                    thread = threading.Thread(target=carry, args=(near, far), daemon=True)
                    thread.start()
                    self._threads.append(thread)

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while self.left["up"] > 0 and (data := near.recv(min(2000, self.left["up"]))):
                far.sendall(data)
                self.left["up"] -= len(data)
        _shut(near, socket.SHUT_RDWR)
        _shut(far, socket.SHUT_WR)

    def _down(self, near: socket.socket, far: socket.socket) -> None:
        """Carry the answers, and see the server close its end although nobody hears it any more."""
        with suppress(OSError):
            while data := far.recv(min(2000, self.left["down"])):
                with suppress(OSError):
                    near.sendall(data)
                self.left["down"] -= len(data)
        _shut(near, socket.SHUT_RDWR)
        _shut(far, socket.SHUT_RDWR)

    def settle(self) -> None:
        """Wait until the server is done with all that was carried."""
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        self._listener.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("served"))
    yield server
    server.kill()


@pytest.fixture
def cutter(server: Server) -> Iterator[Callable[[int, int], Cutter]]:
    made: list[Cutter] = []

    def make(up_bytes: int, down_bytes: int) -> Cutter:
        made.append(Cutter(server.port, up_bytes, down_bytes))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def content(request: pytest.FixtureRequest) -> bytes:
    """Give 300,000 bytes that are this test's own."""
    return hashlib.shake_256(request.node.nodeid.encode()).digest(300_000)


@pytest.fixture
def line() -> Iterator[Line]:
    with requests.Session() as session:
        yield Line(session, {"Authorization": "Bearer moth"}, timeout_seconds=10)


def outgoing(content: bytes, **extra_metadata: str) -> Outgoing:
    def read(offset: int) -> Iterator[bytes]:
        for start in range(offset, len(content), 10_000):
            yield content[start : start + 10_000]

    return Outgoing(hashlib.sha256(content).hexdigest(), len(content), read, extra_metadata)
