"""Keeps a program's processes running: starts them, starts again what dies, stops them all, and only them."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

from commons.words import REFUSED_EXIT

PARENT = "PATRAVALI_PARENT"
"""Variable by which a child knows whose child it is; see `end_with_parent`."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, CALM_SECONDS = 0.5, 30.0, 60.0
LOOK_SECONDS = 0.1
GRACE_SECONDS = 8.0

_PR_SET_PDEATHSIG = 1
_lines = logging.getLogger("patravali.supervise")
_encode = msgspec.json.Encoder()


class Program(msgspec.Struct, frozen=True):
    """One process to keep: `log` is the file that its output is appended to, None for our own."""

    name: str
    command: tuple[str, ...]
    log: Path | None = None


class _Kept:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.wait = FIRST_WAIT_SECONDS
        self.again_at = 0.0


class Supervisor:
    """Call it from the main thread alone: children notice the death of the thread that started them."""

    def __init__(self, programs: Iterable[Program], changed: Callable[[], None] = lambda: None) -> None:
        self._kept = [_Kept(program) for program in programs]
        self._changed = changed
        self.refused = False
        """A child said that it cannot run at all (exit code 3): starting it again would change nothing."""

    def start(self) -> None:
        """Start every process."""
        for kept in self._kept:
            self._start(kept)
        self._changed()

    def pids(self) -> dict[str, int]:
        """Process ids of those that run, by name."""
        return {kept.program.name: kept.process.pid for kept in self._kept if kept.process is not None}

    def look(self) -> None:
        """Notice who died, and start again whose time has come."""
        now = time.monotonic()
        for kept in self._kept:
            if kept.process is not None and kept.process.poll() is not None:
                self._ended(kept, now)
            if kept.process is None and now >= kept.again_at and not self.refused:
                self._start(kept)
                self._changed()

    def run(self, stop: threading.Event) -> None:
        """Look until `stop` is set or a child refuses to run; the children then still run."""
        while not stop.wait(LOOK_SECONDS) and not self.refused:
            self.look()

    def stop(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Ask all to end, and end with force what has not after the grace."""
        running = [kept.process for kept in self._kept if kept.process is not None]
        for process in running:
            _signal(process, signal.SIGTERM)
        until = time.monotonic() + grace_seconds
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _note("ended_with_force", pid=process.pid)
            _signal_group(process, signal.SIGKILL)
            process.wait()
        for kept in self._kept:
            kept.process = None

    def _start(self, kept: _Kept) -> None:
        program = kept.program
        output: IO[bytes] | None = program.log.open("ab") if program.log else None
        try:
            kept.process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=os.environ | {PARENT: str(os.getpid())},
            )
        finally:
            if output is not None:
                output.close()
        kept.started = time.monotonic()
        _note("started", name=program.name, pid=kept.process.pid)

    def _ended(self, kept: _Kept, now: float) -> None:
        assert kept.process is not None
        code = kept.process.returncode
        _signal_group(kept.process, signal.SIGKILL)
        kept.process = None
        if code == REFUSED_EXIT:
            self.refused = True
        kept.wait = FIRST_WAIT_SECONDS if now - kept.started > CALM_SECONDS else kept.wait
        kept.again_at = now + kept.wait
        _note("ended", name=kept.program.name, exit=code, again_in_seconds=kept.wait)
        kept.wait = min(kept.wait * 2, LONGEST_WAIT_SECONDS)


def keep(supervisor: Supervisor) -> int:
    """Run the children until a signal ends it or one refuses to run; the exit code."""
    stop = stop_on_signals()
    supervisor.start()
    try:
        supervisor.run(stop)
    finally:
        supervisor.stop()
    return REFUSED_EXIT if supervisor.refused else 0


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM, SIGINT and SIGHUP set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def end_with_parent() -> None:
    """In a child: be asked to end (SIGTERM) when the supervisor dies, however it dies. Elsewhere: nothing."""
    parent = os.environ.pop(PARENT, "")
    if not parent or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(1)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(number)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To what is left of the child's own session, such as the workers of a killed web master."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _note(event: str, **values: object) -> None:
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event} | values
    _lines.info(_encode.encode(line).decode())
