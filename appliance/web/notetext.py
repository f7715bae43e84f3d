"""A note as plain text, for a browser without scripts: paragraphs, lists and cells become lines and back."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

from appliance.desk.writing import sanitise

LIST_MARK = "- "
CELL_MARK = " | "


def to_html(text: str) -> str:
    """Paragraphs where lines are; lines that begin with "- " become one list, lines with " | " one table."""
    out: list[str] = []
    kind = ""
    for line in [*text.replace("\r", "").split("\n"), ""]:
        shown = line.strip()
        now = "ul" if shown.startswith(LIST_MARK) else "table" if CELL_MARK in shown else ""
        if kind and now != kind:
            out.append("</ul>" if kind == "ul" else "</tbody></table>")
        if now and now != kind:
            out.append("<ul>" if now == "ul" else "<table><tbody>")
        if now == "ul":
            out.append(f"<li>{escape(shown.removeprefix(LIST_MARK), quote=False)}</li>")
        elif now == "table":
            cells = "".join(f"<td>{escape(cell.strip(), quote=False)}</td>" for cell in shown.split(CELL_MARK))
            out.append(f"<tr>{cells}</tr>")
        elif shown:
            out.append(f"<p>{escape(shown, quote=False)}</p>")
        kind = now
    return "".join(out)


def to_text(html: str) -> str:
    """The lines that `to_html` would read back; bold is lost, so keep the old note when nothing was changed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_line()
    return "\n".join(reader.lines)


def paragraph(text: str) -> str:
    """One line of plain text as a paragraph."""
    return f"<p>{escape(text, quote=False)}</p>"


def safe(html: str) -> str:
    """What an editor sent, for a page that shows it again after a refusal."""
    return sanitise(html)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._line = ""
        self._cells: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in {"p", "br", "table", "ul", "ol"}:
            self.end_line()
        elif tag == "li":
            self.end_line()
            self._line = LIST_MARK
        elif tag == "tr":
            self.end_line()
            self._cells = []

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li"} and self._cells is None:
            self.end_line()
        elif tag in {"td", "th"} and self._cells is not None:
            self._cells.append(self._line.strip())
            self._line = ""
        elif tag == "tr" and self._cells is not None:
            self._line, self._cells = CELL_MARK.join(self._cells), None
            self.end_line()

    def handle_data(self, data: str) -> None:
        self._line += data.replace("\n", " ")

    def end_line(self) -> None:
        """Take the line that has come together, if it says anything."""
        if self._cells is not None:
            self._line += " " if self._line else ""
            return
        if self._line.strip() not in {"", LIST_MARK.strip()}:
            self.lines.append(self._line.strip())
        self._line = ""
