"""The text that a PDF carries, page by page, read in a process of its own that may die of it.

`python -m appliance.pdfwords` takes the bytes on its input and answers with JSON.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import msgspec

from appliance.store.papertext import PageText

SECONDS = 60
MEMORY_BYTES = 1 << 30
MAX_PAGES = 500


def read_text(document: bytes) -> list[PageText]:
    """Text of each page; nothing for a picture, a document that cannot be read, or one that takes too long."""
    if not document.startswith(b"%PDF-"):
        return []
    try:
        done = subprocess.run(
            [sys.executable, "-m", "appliance.pdfwords"],
            input=document,
            capture_output=True,
            timeout=2 * SECONDS,
            check=True,
        )
        return msgspec.json.decode(done.stdout, type=list[PageText])
    except (subprocess.SubprocessError, msgspec.DecodeError):
        return []


def _main() -> None:
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    import pypdfium2

    found = []
    with pypdfium2.PdfDocument(sys.stdin.buffer.read()) as document:
        for number in range(min(len(document), MAX_PAGES)):
            text = document[number].get_textpage().get_text_bounded()
            found.append(PageText(number + 1, text, "text" if text.strip() else "none"))
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    _main()
