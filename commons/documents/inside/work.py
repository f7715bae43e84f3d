"""One task on the documents given, done by what knows their kind.

Decoders are imported when they are wanted, since most of a worker's time is its start, and all of them by `prepare`:
once the worker is confined it can open no file, not even a module.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from importlib import import_module

from commons.documents.tasks import Answer, Draw, Drawn, Joined, JoinPdfs, JoinPictures, Look, Read, Seen, Task, Words
from commons.documents.values import PDF, RawText

Content = bytes | mmap.mmap


def prepare(kinds: Sequence[str], tasks: Sequence[Task]) -> None:
    """Imports all that these tasks on documents of these kinds will use."""
    if any(kind != PDF for kind in kinds) or any(isinstance(task, Draw) for task in tasks):
        _load("encode", "pictures")
    if PDF in kinds:
        _load("pdfs")
    if any(isinstance(task, JoinPictures | JoinPdfs) for task in tasks):
        _load("joining")


def _load(*names: str) -> None:
    for name in names:
        import_module(f"{__package__}.{name}")


def do(documents: Sequence[Content], kinds: Sequence[str], task: Task) -> Answer:
    """The answer. Raises NotTaken, and MemoryError for a document that wants too much."""
    if isinstance(task, JoinPictures | JoinPdfs):
        from commons.documents.inside import joining

        if isinstance(task, JoinPdfs):
            return Joined(joining.pdfs_as_one(documents))
        return Joined(joining.pictures_as_pdf(list(zip(documents, kinds, strict=True))))
    return _with_pdf(documents[0], task) if kinds[0] == PDF else _with_picture(documents[0], kinds[0], task)


def _with_pdf(document: Content, task: Look | Draw | Read) -> Answer:
    from commons.documents.inside import pdfs

    match task:
        case Look():
            return Seen(pdfs.look(document))
        case Draw(pages, width, gray):
            return Drawn(tuple(pdfs.draw(document, pages, width, gray=gray)))
        case Read(first, count):
            return Words(*pdfs.read(document, first, count))


def _with_picture(document: Content, kind: str, task: Look | Draw | Read) -> Answer:
    from commons.documents.inside import pictures

    match task:
        case Look():
            return Seen(pictures.look(document, kind))
        case Draw(pages, width, gray):
            return Drawn(tuple(pictures.draw(document, kind, pages, width, gray=gray)))
        case Read(first, count):
            all_pages = pictures.look(document, kind)
            asked = range(first, min(all_pages, first - 1 + count) + 1)
            return Words(all_pages, tuple(RawText("", drawn=True) for _ in asked))
