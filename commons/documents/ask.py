"""What a program asks about documents from outside; each is opened in a process of its own (see `run`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from commons.documents.held import Held, Source, hold, hold_all
from commons.documents.names import plain_name
from commons.documents.run import run
from commons.documents.tasks import Answer, Draw, Drawn, Joined, JoinPdfs, JoinPictures, Look, Read, Seen, Task, Words
from commons.documents.values import MAX_BYTES, MAX_PAGES, PDF, Looked, NotTaken, RawText

LOOK_SECONDS = 15.0
DRAW_SECONDS = 20.0
READ_SECONDS = 60.0
JOIN_SECONDS = 90.0
JOIN_BYTES = 200 << 20  # photos as they leave phones, all together
Of = TypeVar("Of", bound=Answer)
LookAt = Callable[[Held, str], Looked]


def look(source: Source, name: str = "", limit_bytes: int = MAX_BYTES) -> Looked:
    """What a document is by its content: PDF, JPEG, PNG or TIFF, with its pages counted. Raises NotTaken."""
    with hold(source, name, limit_bytes) as held:
        return look_at(held, name)


def look_at(held: Held, name: str) -> Looked:
    """The same of a document that is in memory already, so that what was looked at can be put away."""
    return Looked(held.kind, pages_of(held), held.size, plain_name(name, held.kind))


def page_pictures(source: Source, pages: Sequence[int], width: int) -> list[bytes]:
    """Pictures of pages (from 1) as WebP, `width` pixels wide at most, all by one worker. Raises NotTaken."""
    with hold(source) as held:
        return list(_one(run([held], [Draw(tuple(pages), width)], seconds=DRAW_SECONDS), Drawn).pictures)


def page_picture(source: Source, page: int, width: int) -> bytes:
    """A picture of one page (from 1) as WebP. Raises NotTaken."""
    return page_pictures(source, [page], width)[0]


def texts(source: Source) -> list[str]:
    """The text that each page of a PDF carries; see `quality.soundness` for how far to believe it. Raises NotTaken."""
    with hold(source) as held:
        return [page.text for page in raw_texts(held, nice=0)]


def raw_texts(held: Held, *, nice: int) -> tuple[RawText, ...]:
    """Text of each page, and whether the page shows more than text."""
    return _one(run([held], [Read(1, MAX_PAGES)], seconds=READ_SECONDS, nice=nice), Words).texts


def pages_of(held: Held) -> int:
    """How many pages it has. Raises NotTaken."""
    return _one(run([held], [Look()], seconds=LOOK_SECONDS), Seen).pages


def gray_page(held: Held, page: int, width: int, *, nice: int) -> bytes:
    """One page as a gray PNG, for a machine to read. Raises NotTaken."""
    return _one(run([held], [Draw((page,), width, gray=True)], seconds=DRAW_SECONDS, nice=nice), Drawn).pictures[0]


def join_pictures(pictures: Iterable[Source]) -> bytes:
    """Photos or scans (JPEG, PNG, TIFF) as one PDF of A4 pages at about 200 dpi, upright. Raises NotTaken."""
    return _join(pictures, JoinPictures(), pdfs=False)


def join_pdfs(pdfs: Iterable[Source]) -> bytes:
    """The pages of all these PDFs as one PDF. Raises NotTaken."""
    return _join(pdfs, JoinPdfs(), pdfs=True)


def _join(sources: Iterable[Source], task: Task, *, pdfs: bool) -> bytes:
    with hold_all(sources, limit_bytes=JOIN_BYTES) as held:
        if not held:
            raise NotTaken("paper_empty")
        if any((one.kind == PDF) is not pdfs for one in held):
            raise NotTaken("paper_not_pdf", name="", seems="picture" if pdfs else "late_pdf")
        return _one(run(held, [task], seconds=JOIN_SECONDS), Joined).pdf


def _one(answers: list[Answer], kind: type[Of]) -> Of:
    answer = answers[0]
    if not isinstance(answer, kind):
        raise NotTaken("paper_broken")
    return answer
