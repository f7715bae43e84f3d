"""Sets a template with values and gives back the PDF: PDF/A-2a and PDF/UA-1, the same bytes for the same values.

User text reaches a template as JSON only, never as markup, so no text can do anything but stand on the page.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

import msgspec
import typst

from commons.typeset.clean import printable
from commons.typeset.fonts import fonts
from protocol.errors import LocalError

TEMPLATES: Final = Path(__file__).parent / "templates"
STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
AT_ONCE: Final = 2
"""Short settings of one process that run at the same time; a long one runs alone, in a process of its own."""
WAIT_SECONDS: Final = 60.0
LONG_BYTES: Final = 150_000
"""Of the values as JSON: about thirty pages. What is longer would leave the web process fat for ever."""
LONG_SECONDS: Final = 180.0
LIMIT_LETTERS: Final = 2_000_000
"""Of the values: about ten thousand rows of a register."""
FAILED_EXIT: Final = 4

_INDIA: Final = timezone(timedelta(hours=5, minutes=30))
_short, _long = BoundedSemaphore(AT_ONCE), BoundedSemaphore(1)
_log = logging.getLogger("patravali.typeset")


_mark: dict[str, str] = {}


def mark_all(words: str) -> None:
    """From now on every page that this process sets bears these words across it; "" for none."""
    _mark.clear()
    if words:
        _mark["mark"] = words


class TypesetError(LocalError):
    """Nothing was printed.

    Codes: `typeset.busy` (too many at once; try again), `typeset.too_long` (values: found_letters and limit_letters,
    or limit_seconds), `typeset.failed` (a fault of ours, told in the log; values: template).
    """


class Spot(msgspec.Struct, frozen=True):
    """A place on a page: `page` from 1; points (1/72 inch) from the page's upper left corner."""

    page: int
    left_pt: float
    top_pt: float
    width_pt: float
    height_pt: float


class Job(msgspec.Struct, frozen=True):
    """What one setting needs; `inputs` are the values as JSON and the pictures."""

    template: str
    inputs: dict[str, str]
    at: datetime


def typeset(
    template: str,
    data: msgspec.Struct | Mapping[str, object],
    *,
    at: datetime,
    pictures: Mapping[str, str] | None = None,
) -> bytes:
    """The PDF of a template of this package (`letter`, `register`, ...) with these values.

    `at` (aware) is the document's date and the only thing beside the values and `mark_all` that its bytes depend on.
    `pictures` are SVG texts of our own making by the name that the template knows. Raises TypesetError, FontAbsent.
    """
    fonts()
    job = _job(template, data, at, pictures)
    if len(job.inputs["data"]) > LONG_BYTES:
        with _turn(_long):
            return _in_own_process(job)
    with _turn(_short):
        try:
            return run_job(job)
        except typst.TypstError as error:
            raise _failed(template, error.trace) from error


def spots(template: str, data: msgspec.Struct | Mapping[str, object], label: str, *, at: datetime) -> tuple[Spot, ...]:
    """Where a template has put what it marks with `<label>`, for a stamp that is laid over later."""
    job = _job(template, data, at, None)
    with _turn(_short):
        try:
            found = _compiler(job).query(f"<{label}>", field="value")
        except typst.TypstError as error:
            raise _failed(template, error.trace) from error
    return msgspec.json.decode(found, type=tuple[Spot, ...])


def read_job(encoded: bytes) -> Job:
    """A job from another process of ours."""
    return msgspec.msgpack.decode(encoded, type=Job)


def run_job(job: Job) -> bytes:
    """The PDF; raises typst.TypstError."""
    at = job.at.astimezone(_INDIA).replace(microsecond=0)  # the compiler refuses a part of a second
    made = _compiler(job).compile(format="pdf", pdf_standards=STANDARDS, timestamp=at)
    assert isinstance(made, bytes)
    return made


def _job(
    template: str,
    data: msgspec.Struct | Mapping[str, object],
    at: datetime,
    pictures: Mapping[str, str] | None,
) -> Job:
    given = msgspec.to_builtins(data)
    found_letters = _letters(given)
    if found_letters > LIMIT_LETTERS:
        raise TypesetError("typeset.too_long", found_letters=found_letters, limit_letters=LIMIT_LETTERS)
    values = msgspec.json.encode(_clean(given))
    return Job(template, {"data": values.decode(), **_mark, **(pictures or {})}, at)


def _compiler(job: Job) -> typst.Compiler:
    return typst.Compiler(
        input=TEMPLATES / f"{job.template}.typ",
        root=TEMPLATES,
        font_paths=fonts(),
        ignore_system_fonts=True,
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
        sys_inputs=job.inputs,
    )


def _in_own_process(job: Job) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "commons.typeset"],
            input=msgspec.msgpack.encode(job),
            capture_output=True,
            check=False,
            timeout=LONG_SECONDS,
            cwd=Path(__file__).parent.parent.parent,
        )
    except subprocess.TimeoutExpired as error:
        raise TypesetError("typeset.too_long", limit_seconds=LONG_SECONDS) from error
    if done.returncode:
        raise _failed(job.template, [f"exit {done.returncode}"])
    return done.stdout


def _letters(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list | tuple):
        return sum(map(_letters, value))
    return sum(map(_letters, value.values())) if isinstance(value, dict) else 0


def _clean(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return value


@contextmanager
def _turn(turns: BoundedSemaphore) -> Iterator[None]:
    if not turns.acquire(timeout=WAIT_SECONDS):
        raise TypesetError("typeset.busy")
    try:
        yield
    finally:
        turns.release()


def _failed(template: str, places: list[str]) -> TypesetError:
    _log.error("typeset failed", extra={"template": template, "places": places})
    return TypesetError("typeset.failed", template=template)
