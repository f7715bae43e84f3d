"""Words off pictures of pages, by Tesseract as a program of its own: last in the queue for the processor, bounded."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache

from commons.documents.ask import gray_page, pages_of
from commons.documents.held import Held, Source, hold
from commons.documents.values import NotTaken
from protocol.errors import LocalError

LANGUAGES = ("hin", "eng")
PAGE_SECONDS = 120.0
MEMORY_BYTES = 1 << 30
NICE = 19
WIDTH = 2480  # pixels: A4 at 300 dpi, what Tesseract reads best
TEXT_BYTES = 1 << 20


class CannotRead(LocalError):
    """Tesseract cannot be used: ocr_missing (the program), ocr_language_missing (languages: those without data)."""

    code = "ocr_missing"


def ocr(source: Source, languages: Sequence[str] = LANGUAGES, *, page_seconds: float = PAGE_SECONDS) -> list[str]:
    """The words of each page of a PDF or picture, in the order of lines; "" for a page that could not be read in time.

    It takes seconds a page: call it from the queue. Raises CannotRead before it begins, NotTaken for the document.
    """
    check(languages)
    with hold(source) as held:
        return [text or "" for text in words_of(held, range(1, pages_of(held) + 1), languages, page_seconds)]


def words_of(
    held: Held, pages: Sequence[int], languages: Sequence[str] = LANGUAGES, page_seconds: float = PAGE_SECONDS
) -> Iterator[str | None]:
    """The words of these pages (from 1), one after the other; None for one that could not be drawn or read."""
    for page in pages:
        try:
            picture = gray_page(held, page, WIDTH, nice=NICE)
        except NotTaken:
            yield None
            continue
        yield _read(picture, languages, page_seconds)


def check(languages: Sequence[str] = LANGUAGES) -> None:
    """Raises CannotRead unless Tesseract is here with the data of these languages."""
    missing = sorted(set(languages) - installed_languages())
    if missing:
        raise CannotRead("ocr_language_missing", languages=missing)


def installed_languages() -> frozenset[str]:
    """The languages that Tesseract here can read. Raises CannotRead ocr_missing."""
    try:
        said = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, check=True, timeout=20, env=_environment()
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotRead("ocr_missing") from error
    return frozenset(said.stdout.decode(errors="replace").split("\n")[1:]) - {""}


def _read(picture: bytes, languages: Sequence[str], page_seconds: float) -> str | None:
    """The words of one picture of ours, None when Tesseract fails or takes too long.

    Its files are the picture on standard input and, since it draws on a scratch folder, one of its own.
    """
    with _picture(picture) as said, tempfile.TemporaryFile() as answer:
        command = [
            "nice", "-n", str(NICE), "prlimit", f"--as={MEMORY_BYTES}", f"--cpu={int(page_seconds) + 1}",
            f"--fsize={TEXT_BYTES}", "--core=0", "--",
            "tesseract", "stdin", "stdout", "-l", "+".join(languages), "--dpi", "300",
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, stdin=said, stdout=answer, stderr=subprocess.DEVNULL, timeout=page_seconds, check=False,
                env=_environment(),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None
        if done.returncode:
            return None
        answer.seek(0)
        return _lines(answer.read(TEXT_BYTES).decode(errors="replace"))


@contextlib.contextmanager
def _picture(content: bytes) -> Iterator[int]:
    fd = os.memfd_create("page")
    try:
        with os.fdopen(os.dup(fd), "wb") as file:
            file.write(content)
        os.lseek(fd, 0, os.SEEK_SET)
        yield fd
    finally:
        os.close(fd)


def _lines(text: str) -> str:
    return "\n".join(line for line in (raw.strip() for raw in text.replace("\f", "\n").split("\n")) if line)


@cache
def _environment() -> dict[str, str]:
    """One thread, and where the programs and Tesseract's data are; nothing else of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
    return {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8", **kept}
