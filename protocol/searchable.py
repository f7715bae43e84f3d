"""What of an event can be found by its words: a literal table of kinds and fields, and the text without its marking."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

from protocol import events as ev

NORMAL = "normal"
"""Gradings whose subjects only the posts of their chain find."""


class Searchable(NamedTuple):
    """The words of one event. `place` is the first paragraph or page, 0 for none; `paper` the paper that it brings."""

    kind: str
    text: str
    number: str = ""
    sender: str = ""
    place: int = 0
    paper: bytes = b""


class Source(NamedTuple):
    """Which fields of a kind's body hold words; `html` fields lose their tags first."""

    kind: str
    text: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    place: str = ""


SOURCES: dict[str, Source] = {
    "open": Source("file", ("title", "category"), number=("number", "old_number", "earlier")),
    "amend": Source("file", ("title", "category"), number=("earlier", "later")),
    "note": Source("note", html=("html",), place="first"),
    "attach": Source("paper", ("name",), place="first_page"),
    "draft": Source("draft", ("title", "to", "copies", "reference"), ("text",), place="draft"),
    "diarise": Source(
        "receipt",
        ("title", "category", "vip"),
        number=("number", "letter_no", "reference"),
        sender=("sender", "sender_address"),
    ),
    "letter": Source("receipt", ("title",), number=("number",), sender=("sender",)),
    "enclose": Source("receipt", ("title",), number=("number", "letter_no"), sender=("sender",)),
    "ask": Source("opinion", ("title",), ("html",)),
    "issue": Source("issue", number=("number",)),
    "dispatch": Source("remark", ("remarks",), number=("number",)),
    "approve": Source("remark", ("remarks",)),
    "send": Source("remark", ("remarks",)),
    "park": Source("remark", ("reason",)),
    "close": Source("remark", ("remarks",)),
    "reopen": Source("remark", ("remarks",)),
    "pullup": Source("remark", ("reason",)),
    "draw": Source("remark", ("reason",)),
    "force": Source("remark", ("reason",)),
    "out_paper": Source("remark", ("to", "remarks"), number=("slip",)),
    "back_paper": Source("remark", ("remarks",)),
    "record": Source("remark", ("remarks",)),
    "review": Source("remark", ("remarks",)),
    "weed": Source("remark", ("remarks",), number=("order_number",)),
}
"""Kinds that a search reads. One that this release does not know has no words yet."""

KINDS = tuple(dict.fromkeys(source.kind for source in SOURCES.values()))
"""What a hit can be."""


def searchable(body: ev.Body | None) -> Searchable | None:
    """The words of an event; None when it has none to be found by."""
    source = None if body is None else SOURCES.get(body.kind)
    if body is None or source is None:
        return None
    text = "\n".join([*_fields(body, source.text), *(plain_text(html) for html in _fields(body, source.html))])
    number, sender = "\n".join(_fields(body, source.number)), "\n".join(_fields(body, source.sender))
    paper = body.sha256 if isinstance(body, ev.Attach) else b""
    if not (text.strip() or number.strip() or sender.strip() or paper):
        return None
    place = getattr(body, source.place) if source.place else 0
    return Searchable(source.kind, text, number, sender, place, paper)


def grading_of(body: ev.Body | None) -> str | None:
    """The grading that an event gives to its subject; None when it leaves it."""
    if body is None or body.kind not in {"open", "amend", "diarise", "letter", "ask"}:
        return None
    found: str | None = getattr(body, "grading", None)
    return found


def _fields(body: ev.Body, names: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        value = getattr(body, name, "")
        found += [value] if isinstance(value, str) else [str(one) for one in value]
    return [value for value in found if value]


_BREAKS = frozenset({"p", "br", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "div", "h1", "h2", "h3"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BREAKS:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        self.out.append(data)


def plain_text(html: str) -> str:
    r"""The text of allow-listed HTML: paragraphs, cells and list items on lines of their own, words whole.

    >>> plain_text("<p>नि<b>रीक्षण</b></p><ul><li>एक</li></ul>")
    'निरीक्षण\nएक'
    """
    if "<" not in html and "&" not in html:
        return html
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.out).split("\n"))
    return "\n".join(line for line in lines if line)
