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
def serve_hub(
    folder: Path,
    *,
    port: int = 0,
    workers: int = 1,
    host: str = "127.0.0.1",
    tls: Path | None = None,
    **environment: str,
) -> Iterator[Server]:
    """The hub's doors under gunicorn, ended afterwards; with `tls` (key and certificate in one file) over https."""
    port = port or free_port()
    secure = ("--certfile", str(tls), "--keyfile", str(tls)) if tls else ()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--worker-class", "gthread", "--threads",
            "8", "--workers", str(workers), "--no-control-socket", *secure,
            "tests.support.server:hub_app()",
        ],
        env={**os.environ, "TEST_DISTRICT": str(folder), **environment},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        yield Server(f"{'https' if tls else 'http'}://{host}:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def plain_server(page: bytes, status: int = 200, **headers: str) -> Iterator[str]:
    """A captive portal: answers with its own page to whatever is asked. `content_type` is the header of that name."""

    class Portal(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def do_PATCH(self) -> None:
            self.do_POST()

        def do_GET(self) -> None:
            self.do_POST()

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
