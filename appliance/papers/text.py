"""The allow-listed HTML of a note or a draft as a small tree of values, so that no markup reaches a template."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

import msgspec

DEEPEST: Final = 6
"""Lists and tables inside each other; what lies deeper is set at this depth."""

_STYLE: Final = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline"}


class Run(msgspec.Struct, frozen=True):
    """Words of one look; a line end in them is a line break."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False


class Words(msgspec.Struct, frozen=True, tag_field="kind", tag="words"):
    """A paragraph."""

    runs: tuple[Run, ...]


class List(msgspec.Struct, frozen=True, tag_field="kind", tag="list"):
    """Numbered (`ordered`) or with dots."""

    ordered: bool
    items: tuple[tuple[Block, ...], ...]


class Cell(msgspec.Struct, frozen=True):
    """Of a table's row; `head` is a `th`."""

    blocks: tuple[Block, ...]
    head: bool = False


class Grid(msgspec.Struct, frozen=True, tag_field="kind", tag="table"):
    """Rows of equal length."""

    rows: tuple[tuple[Cell, ...], ...]


Block = Words | List | Grid


def read(html: str) -> tuple[Block, ...]:
    """The blocks of HTML (sanitised or not: unknown tags count for nothing, script and style are left out whole)."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.finish()


class _Frame:
    """Something that is open and holds blocks: the text as a whole, a list item, a cell."""

    def __init__(self, tag: str, *, head: bool = False) -> None:
        self.tag = tag
        self.head = head
        self.blocks: list[Block] = []
        self.runs: list[Run] = []
        self.items: list[tuple[Block, ...]] = []  # of a list
        self.rows: list[list[Cell]] = []  # of a table

    def end_words(self) -> None:
        runs = _trim(self.runs)
        if runs:
            self.blocks.append(Words(runs))
        self.runs = []


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[_Frame] = [_Frame("")]
        self._styles: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        top = self._open[-1]
        if tag in {"script", "style"}:
            self._hidden += 1
        elif tag in _STYLE:
            self._styles.append(tag)
        elif tag == "br":
            self._add("\n")
        elif tag in {"p", "div"}:
            top.end_words()
        elif tag in {"ul", "ol", "table"}:
            self._begin(tag)
        elif tag == "li":
            self._close("li", within={"ul", "ol"})
            if self._open[-1].tag in {"ul", "ol"}:
                self._open.append(_Frame("li"))
        elif tag == "tr":
            self._close("td", within={"table"})
            if self._open[-1].tag == "table":
                self._open[-1].rows.append([])
        elif tag in {"td", "th"}:
            self._close("td", within={"table"})
            if self._open[-1].tag == "table":
                self._open.append(_Frame("td", head=tag == "th"))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _STYLE:
            if tag in self._styles:
                self._styles.reverse()
                self._styles.remove(tag)
                self._styles.reverse()
        elif tag in {"p", "div"}:
            self._open[-1].end_words()
        elif tag == "li":
            self._close("li", within={"ul", "ol"})
        elif tag in {"td", "th", "tr"}:
            self._close("td", within={"table"})
        elif tag in {"ul", "ol", "table"} and any(frame.tag == tag for frame in self._open):
            while self._open[-1].tag != tag:
                self._pop()
            self._pop()

    def handle_data(self, data: str) -> None:
        if self._open[-1].tag in {"ul", "ol", "table"}:
            if not data.strip():
                return
            self._open.append(_Frame("li" if self._open[-1].tag != "table" else "td"))
        self._add(" ".join(data.replace("\u00a0", " ").split()) if data.strip() else " ", data)

    def finish(self) -> tuple[Block, ...]:
        """What has been read; what was left open is closed."""
        while len(self._open) > 1:
            self._pop()
        self._open[0].end_words()
        return tuple(self._open[0].blocks)

    def _begin(self, tag: str) -> None:
        if sum(frame.tag in {"ul", "ol", "table"} for frame in self._open) >= DEEPEST:
            self._open[-1].end_words()
            return
        if self._open[-1].tag in {"ul", "ol", "table"}:
            self._open.append(_Frame("li" if self._open[-1].tag != "table" else "td"))
        self._open[-1].end_words()
        self._open.append(_Frame(tag))

    def _add(self, text: str, source: str = "") -> None:
        if self._hidden:
            return
        if source.strip():
            text = (" " if source[0].isspace() else "") + text + (" " if source[-1].isspace() else "")
        looks = {_STYLE[tag] for tag in self._styles}
        self._open[-1].runs.append(Run(text, "bold" in looks, "italic" in looks, "underline" in looks))

    def _close(self, tag: str, *, within: set[str]) -> None:
        """Close the open item or cell of the innermost list or table, with what is still open inside it."""
        for frame in reversed(self._open):
            if frame.tag in within:
                return
            if frame.tag == tag:
                while self._open[-1] is not frame:
                    self._pop()
                self._pop()
                return
            if frame.tag in {"li", "td", "ul", "ol", "table"} and frame.tag not in {tag, *within}:
                return

    def _pop(self) -> None:
        frame = self._open.pop()
        frame.end_words()
        under = self._open[-1]
        if frame.tag == "li":
            if frame.blocks:
                under.items.append(tuple(frame.blocks))
        elif frame.tag == "td":
            if not under.rows:
                under.rows.append([])
            under.rows[-1].append(Cell(tuple(frame.blocks), frame.head))
        elif frame.tag in {"ul", "ol"}:
            if frame.items:
                under.blocks.append(List(frame.tag == "ol", tuple(frame.items)))
        elif frame.tag == "table":
            rows = [row for row in frame.rows if row]
            width = max((len(row) for row in rows), default=0)
            if width:
                even = tuple((*row, *[Cell(())] * (width - len(row))) for row in rows)
                under.blocks.append(Grid(even))


def _trim(runs: list[Run]) -> tuple[Run, ...]:
    """Runs of one look joined, without space at the ends of lines."""
    joined: list[Run] = []
    for run in runs:
        text = run.text
        if not joined or joined[-1].text.endswith((" ", "\n")):
            text = text.lstrip(" ")
        if text == "\n" and joined:
            joined[-1] = msgspec.structs.replace(joined[-1], text=joined[-1].text.rstrip(" "))
        if not text:
            continue
        if joined and msgspec.structs.replace(joined[-1], text="") == msgspec.structs.replace(run, text=""):
            joined[-1] = msgspec.structs.replace(joined[-1], text=joined[-1].text + text)
        else:
            joined.append(msgspec.structs.replace(run, text=text))
    while joined and not joined[-1].text.strip():
        joined.pop()
    while joined and not joined[0].text.strip():
        joined.pop(0)
    if joined:
        joined[0] = msgspec.structs.replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = msgspec.structs.replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(joined)
