"""`patravali appliance practice`: the practice office beside a real one, in a folder of its own."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from appliance import config
from appliance.practice import room
from appliance.practice.values import Progress
from commons import serve, supervise
from commons.folder import held
from commons.loglines import log_to_stderr

if TYPE_CHECKING:
    from appliance.web.practice_app import PracticeApp

LISTEN = "127.0.0.1:8821"
THREADS = 8 + 24  # as any office: requests, and streams of news
WATCH_SECONDS = 0.5

WORDS = """\
A second office with made-up people, letters and files, where everything may be tried: in DIR, which is its own folder
and never that of a real office. It is made at the first start, has no line and talks to nobody; people choose a role
instead of a log-in, and can put the sample back on its page. Write its address into the real office's config.toml
(practice_url), and the log-in and help pages there lead to it.
"""


class Add(Protocol):
    """How a command is added to `patravali appliance`."""

    def __call__(
        self, name: str, run: Callable[[argparse.Namespace], int], words: str, more: str = "", /
    ) -> argparse.ArgumentParser:
        """The new command's parser."""


def programs(folder: Path, *, listen: str, name: str = "", logs: Path | None = None) -> list[supervise.Program]:
    """The processes of a practice office that is made, for a supervisor; their output goes to files in `logs`."""
    prefix = f"{name}-" if name else ""
    return [
        supervise.Program(
            prefix + what,
            (sys.executable, "-m", "appliance.cli", f"practice-{what}", "--data", str(folder), "--listen", listen),
            logs / f"{prefix}{what}.log" if logs else None,
        )
        for what in ("web", "queue")
    ]


def add_to(add: Add) -> None:
    """Add the commands."""
    command = add("practice", _serve, "a practice office with sample work, beside the real one, until Ctrl-C", WORDS)
    command.add_argument("--reset", action="store_true", help="put the sample back, then end; also while it is served")
    parts = (
        command,
        add("practice-web", _web, "its screens alone, in this process (practice starts it)"),
        add("practice-queue", _queue, "its queue alone, in this process (practice starts it)"),
    )
    for one in parts:
        one.add_argument("--listen", metavar="ADDR", default=LISTEN, help=f"where its screens are served ({LISTEN})")


def _serve(options: argparse.Namespace) -> int:
    log_to_stderr()
    if options.reset:
        room.make(options.data, _say)
        return 0
    serve.check_listening(options.listen)
    room.prepare(options.data)
    with ExitStack() as stack:
        stack.enter_context(held(options.data, room.LOCK))
        room.heal(options.data, _say)
        return supervise.keep(supervise.Supervisor(programs(options.data, listen=options.listen)))


def _say(progress: Progress) -> None:
    print(f"practice: {progress.step} {progress.done}/{progress.total}", file=sys.stderr, flush=True)


def _web(options: argparse.Namespace) -> int:
    supervise.end_with_parent()
    log_to_stderr()
    serve.check_loopback(options.listen)

    def application() -> PracticeApp:
        from appliance.web.practice_app import PracticeApp

        return PracticeApp(room.Room(options.data))

    serve.run_web(application, options.listen, THREADS, "patravali-practice-web")
    return 0


def _queue(options: argparse.Namespace) -> int:
    """Reads the papers of the current sample; after a reset it ends, and is started again on the new one."""
    from appliance.queue import run_consumer

    supervise.end_with_parent()
    log_to_stderr()
    number = room.current(options.data)
    unit = config.open_unit(room.folder_of(options.data, number), room.NO_LINE)
    threading.Thread(target=_end_after, args=(options.data, number), name="watch", daemon=True).start()
    run_consumer(unit)
    return 0


def _end_after(folder: Path, number: int) -> None:
    quiet = threading.Event()
    while room.current(folder) == number:
        quiet.wait(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
