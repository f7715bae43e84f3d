"""What people write, made safe and countable: NFC, allow-listed HTML, paragraphs."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import nh3

TAGS = {
    "p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"[ \t\u00a0]+")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
_TEXT_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)


def plain(text: str) -> str:
    """One line of plain text, NFC, without control characters."""
    kept = "".join(ch if unicodedata.category(ch)[0] != "C" or ch in "\u200c\u200d" else " " for ch in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def sanitise(html: str) -> str:
    """Allow-listed HTML in NFC. Plain text becomes paragraphs, one for each blank-line-separated piece."""
    text = unicodedata.normalize("NFC", html).replace("\r\n", "\n").replace("\x00", "")
    if not _TEXT_TAG.search(text):
        text = "".join(f"<p>{_escape(piece)}</p>" for piece in re.split(r"\n\s*\n|\n", text) if piece.strip())
    clean = _clean(text)
    if not _TEXT_TAG.search(clean):
        clean = f"<p>{clean.strip()}</p>"
    return clean.strip() if words_of(clean) else ""


def _clean(html: str) -> str:
    return nh3.clean(html, tags=TAGS, attributes={"*": {"lang"}}, link_rel=None, strip_comments=True)


def _escape(text: str) -> str:
    return text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def words_of(html: str) -> str:
    """The plain text of a note."""
    return _SPACE.sub(" ", unescape(_TAG.sub(" ", html))).strip()


def count_paragraphs(html: str) -> int:
    """How many numbers a note takes: one for each block of the top level, at least one when it says anything."""
    if not words_of(html):
        return 0
    return max(1, len(top_blocks(html)))


def top_blocks(html: str) -> list[str]:
    """The note (sanitised) cut into its numbered paragraphs.

    A paragraph of the top level begins one; what else stands there, a list or a table, belongs to the one before it.
    """
    starts = _Starts(html).found
    pieces = [html[a:b] for a, b in pairwise([0, *starts, len(html)])]
    blocks: list[str] = []
    before = ""
    for piece in pieces:
        if words_of(before + piece):
            blocks.append(before + piece)
            before = ""
        else:
            before += piece
    if blocks:
        blocks[-1] += before
    return blocks


class _Starts(HTMLParser):
    """Where paragraphs of the top level begin, as offsets; nh3 has made the tags match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[int] = []
        self._depth = 0
        self._lines = [0, *(match.end() for match in re.finditer("\n", html))]
        self.feed(html)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if tag == "p" and self._depth == 0:
            line, column = self.getpos()
            self.found.append(self._lines[line - 1] + column)
        if tag != "br":
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if tag != "br":
            self._depth -= 1


def language_of(html: str) -> str:
    """`hi` when most letters are Devanagari."""
    words = words_of(html)
    return "hi" if 2 * len(_DEVANAGARI.findall(words)) > len(words.replace(" ", "")) / 2 else "en"
