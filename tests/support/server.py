"""Real servers for tests: gunicorn over a test district's hub, and a stranger that answers everything."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from flask import Flask

from central.web.doors import blueprints
from commons.clock import Clock
from tests.support.district import open_hub, papers_of


@dataclass
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]


def hub_app() -> Flask:
    """The doors of the hub whose folder the environment names, for gunicorn."""
    folder = Path(os.environ["TEST_DISTRICT"])
    offices = tuple(os.environ.get("TEST_OFFICES", "moth,chirgaon").split(","))
    hub = open_hub(folder, papers_of(offices), Clock(), synchronous=os.environ.get("TEST_SYNCHRONOUS", "full"))
    hub.db.close()
    app = Flask(__name__)
    for blueprint in blueprints(hub):
        app.register_blueprint(blueprint)
    app.teardown_appcontext(lambda _: hub.db.give_back())
    return app


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, seconds: float = 30) -> None:
    """Until something listens."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(port)


@contextmanager
def serve_hub(folder: Path, *, port: int = 0, workers: int = 1, **environment: str) -> Iterator[Server]:
    """The hub's doors under gunicorn, ended afterwards."""
    port = port or free_port()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads",
            "8", "--workers", str(workers), "--no-control-socket", "tests.support.server:hub_app()",
        ],
        env={**os.environ, "TEST_DISTRICT": str(folder), **environment},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        yield Server(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def plain_server(page: bytes) -> Iterator[str]:
    """A captive portal: answers 200 with its own page to whatever is asked."""

    class Portal(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Portal)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
