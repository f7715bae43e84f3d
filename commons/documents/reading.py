"""The words of a document, page by page: its own text where that is sound, else read off its picture."""

from __future__ import annotations

from collections.abc import Sequence

from commons.documents import ocr
from commons.documents.ask import pages_of, raw_texts
from commons.documents.held import Held, Source, hold
from commons.documents.quality import can_be_searched, letters
from commons.documents.values import PDF, PageText, RawText

NICE = 10


def read_text(
    source: Source, languages: Sequence[str] = ocr.LANGUAGES, *, page_seconds: float = ocr.PAGE_SECONDS
) -> list[PageText]:
    """All pages of a PDF or picture, each with its words; for the queue, since a scan takes seconds a page.

    A page whose own text is broken or missing is read by Tesseract; if that fails, its own text stands, and failed says
    so when it has none. Raises NotTaken for the document; CannotRead when a page needs Tesseract and it is not here,
    so that the caller may come back to the document when it is.
    """
    with hold(source) as held:
        own = list(raw_texts(held, nice=NICE)) if held.kind == PDF else _pictures(held)
        wanting = [number for number, text in enumerate(own, 1) if needs_reading(text)]
        if wanting:
            ocr.check(languages)
        read = dict(zip(wanting, ocr.words_of(held, wanting, languages, page_seconds), strict=True))
    return [page_text(number, text, read.get(number), asked=number in read) for number, text in enumerate(own, 1)]


def needs_reading(own: RawText) -> bool:
    """Whether the page's picture must be read; a page with neither text nor anything drawn is blank."""
    return not can_be_searched(own.text) and (own.drawn or letters(own.text) > 0)


def page_text(number: int, own: RawText, read: str | None, *, asked: bool) -> PageText:
    """Which of the two texts a page gets. `asked`: its picture was read, with `read` or nothing as the outcome."""
    if not asked:
        return PageText(number, own.text, "pdf")
    if read is None:
        return PageText(number, own.text, "pdf" if letters(own.text) else "failed")
    return PageText(number, read, "ocr")


def _pictures(held: Held) -> list[RawText]:
    return [RawText("", drawn=True)] * pages_of(held)
