"""The production's own processes over a folder, and a bare one to compare with; and how much CPU they used."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WAIT_SECONDS = 60.0
LOG_CHARS = 4_000


@dataclass(frozen=True)
class Server:
    """A running process with its children."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """What it and its children have used so far, user and system."""
        return sum(_cpu_seconds(pid) for pid in _family(self.process.pid))


@contextmanager
def hub_web(folder: Path) -> Iterator[Server]:
    """The hub's program as `patravali hub` runs it."""
    with _running("central.cli", "web", "--data", str(folder), "--listen") as server:
        yield server


@contextmanager
def office_web(folder: Path) -> Iterator[Server]:
    """The office's screens as `patravali appliance` runs them."""
    with _running("appliance.cli", "web", "--data", str(folder), "--listen") as server:
        yield server


@contextmanager
def memory_web(folder: Path) -> Iterator[Server]:
    """The office's templates from memory (tests.benchmarks.memory)."""
    with _running("tests.benchmarks.memory", "--data", str(folder), "--listen") as server:
        yield server


@contextmanager
def bare_web() -> Iterator[Server]:
    """Flask and gunicorn alone (tests.benchmarks.bare)."""
    with _running("tests.benchmarks.bare") as server:
        yield server


@contextmanager
def _running(module: str, *arguments: str) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", module, *arguments, f"127.0.0.1:{port}"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        try:
            _wait_for(port, process)
            yield Server(port, process)
        except Exception as error:
            log.seek(0)
            error.add_note(f"{module} said:\n{log.read().decode(errors='replace')[-LOG_CHARS:]}")
            raise
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until a whole answer comes: the application is loaded with the first worker."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as connection:
                connection.sendall(b"GET /no-such-page HTTP/1.0\r\n\r\n")
                if connection.recv(1):
                    return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(process.args)


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until something listens there."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(process.args)


def _family(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [pid]
    for known in found:
        found += parents.get(known, [])
    return found


def _cpu_seconds(pid: int) -> float:
    """The process's own clock, in nanoseconds' steps (clock_getcpuclockid(3))."""
    return time.clock_gettime(~pid << 3 | 2)
