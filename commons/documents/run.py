"""Starts the worker that opens a hostile document, and takes nothing from it but a bounded answer in time."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from math import ceil
from typing import IO

import msgspec

from commons.documents.held import Held
from commons.documents.tasks import Answer, Order, Refusal, Task
from commons.documents.values import NotTaken

MEMORY_BYTES = 1 << 30  # address space, most of it libraries: a document gets about 700 MB
ANSWER_BYTES = 96 << 20
SECONDS = 20.0
WALL = 3
OUT_OF_TIME = frozenset({-signal.SIGXCPU, -signal.SIGKILL})
AT_ONCE = 2
WAIT_SECONDS = 60.0
WORKER = "commons.documents.worker"
FAULT_CHARS = 300
_log = logging.getLogger("patravali.documents")
_workers = threading.BoundedSemaphore(AT_ONCE)
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Answer]).decode


def run(held: Sequence[Held], tasks: Sequence[Task], *, seconds: float = SECONDS, nice: int = 0) -> list[Answer]:
    """One short-lived worker does all the tasks on these documents; the answers, one a task, in their order.

    At most two work at once in this process; `seconds` bounds the processor's time, thrice that the wall's: on a busy
    machine a sound document is late, not slow. Raises NotTaken: what the worker refused; paper_slow; paper_broken when
    the document made it crash; paper_busy.
    """
    order = Order(
        tuple(one.fd for one in held), tuple(one.kind for one in held), tuple(tasks), MEMORY_BYTES,
        ceil(seconds), ANSWER_BYTES,
    )  # fmt: skip
    if not _workers.acquire(timeout=WAIT_SECONDS):
        raise NotTaken("paper_busy")
    try:
        answers = _answers(_worked(order, seconds, nice))
    finally:
        _workers.release()
    if answers and isinstance(answers[-1], Refusal):
        refusal = answers[-1]
        if refusal.fault:
            _log.warning("document_worker", extra={"fault": refusal.fault[:FAULT_CHARS]})
        raise NotTaken(refusal.code, **refusal.values)
    if len(answers) != len(tasks):
        raise NotTaken("paper_broken")
    return answers


def _worked(order: Order, seconds: float, nice: int) -> bytes:
    with ExitStack() as stack:
        said = stack.enter_context(_memory(_encode(order)))
        answer = stack.enter_context(_memory(b""))
        process = subprocess.Popen(
            [*(["nice", "-n", str(nice)] if nice else []), sys.executable, "-I", "-m", WORKER],
            stdin=said, stdout=answer, stderr=subprocess.DEVNULL, pass_fds=order.fds, env={}, cwd="/",
        )  # fmt: skip
        if not _ended(process, WALL * seconds):
            process.kill()
            process.wait()
            raise NotTaken("paper_slow", seconds=int(seconds))
        if process.wait() in OUT_OF_TIME:
            raise NotTaken("paper_slow", seconds=int(seconds))
        if process.returncode:
            _log.warning("document_worker", extra={"exit": process.returncode})
            raise NotTaken("paper_broken")
        if os.fstat(answer.fileno()).st_size > order.answer_bytes:
            raise NotTaken("paper_broken")
        return os.pread(answer.fileno(), order.answer_bytes, 0)


def _answers(raw: bytes) -> list[Answer]:
    try:
        return _decode(raw)
    except msgspec.MsgspecError as error:
        raise NotTaken("paper_broken") from error


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether it ends within that time; noticed at once, which Popen.wait with a timeout does not."""
    end = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(end, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(end)


def _memory(content: bytes) -> IO[bytes]:
    file = os.fdopen(os.memfd_create("task"), "w+b", buffering=0)
    file.write(content)
    file.seek(0)
    return file
