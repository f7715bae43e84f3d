"""The process that opens one hostile document and ends: `python -I -m commons.documents.worker`.

Its order is on standard input, its answers go to standard output, the documents are open files that it was given.
Before it reads a byte of them it gives up memory, time and every further file, socket and process; so a fault of a
decoder reaches nothing. It has no environment.
"""

from __future__ import annotations

import codecs
import mmap
import os
import resource
import sys
import traceback

import msgspec

from commons.documents.inside import work
from commons.documents.tasks import Answer, Order, Refusal
from commons.documents.values import NotTaken

CODECS = ("ascii", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-16-be")  # that decoders ask for by name


def main() -> None:
    """Do the order's tasks, one after the other, up to the first that is refused."""
    order = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Order)
    for codec in CODECS:
        codecs.lookup(codec)
    work.prepare(order.kinds, order.tasks)
    documents = [_open(fd) for fd in order.fds]
    confine(order.memory_bytes, order.cpu_seconds, order.answer_bytes)
    answers = _done(documents, order)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answers))
    sys.stdout.buffer.flush()


def _done(documents: list[mmap.mmap], order: Order) -> list[Answer]:
    answers: list[Answer] = []
    try:
        answers.extend(work.do(documents, order.kinds, task) for task in order.tasks)
    except NotTaken as refused:
        numbers = {name: value for name, value in refused.values.items() if isinstance(value, int)}
        answers.append(Refusal(refused.code, numbers))
    except MemoryError:
        answers.append(Refusal("paper_broken", {}, "MemoryError"))
    except Exception as error:  # noqa: BLE001 - whatever a decoder raises, the document is at fault until the log is read
        answers.append(Refusal("paper_broken", {}, _fault(error)))
    return answers


def _fault(error: Exception) -> str:
    places = reversed(traceback.extract_tb(error.__traceback__))
    named = " < ".join(f"{place.filename.rsplit('/', 1)[-1]}:{place.lineno} {place.name}" for place in places)
    return f"{type(error).__name__} {named}"


def confine(memory_bytes: int, cpu_seconds: int, answer_bytes: int) -> None:
    """Gives up, for the rest of this process, what opening a document does not need."""
    bounds = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: answer_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    for kind, bound in bounds.items():
        resource.setrlimit(kind, (bound, bound))


def _open(fd: int) -> mmap.mmap:
    return mmap.mmap(fd, os.fstat(fd).st_size, access=mmap.ACCESS_COPY)


if __name__ == "__main__":
    main()
