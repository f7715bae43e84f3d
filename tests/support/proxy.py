"""A real proxy between an office and its hub."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import free_port, wait_for


@contextmanager
def proxy(folder: Path, *, login: str = "", port: int = 0) -> Iterator[str]:
    """Tinyproxy; its address without the log-in."""
    program, port = shutil.which("tinyproxy"), port or free_port()
    assert program is not None, "tinyproxy is missing: apt-get install tinyproxy-bin"
    settings = folder / "tinyproxy.conf"
    settings.write_text(f"Port {port}\nListen 127.0.0.1\nTimeout 30\nMaxClients 20\n{login}\n")
    process = subprocess.Popen([program, "-d", "-c", str(settings)], stdout=(folder / "proxy.log").open("wb"))
    try:
        wait_for(port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
