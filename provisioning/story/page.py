"""What a person can see and press on a page, read from its HTML by the hooks of docs/screens.md; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect", "source", "wbr"})


class NotThere(LookupError):
    """The page has no such control."""


@dataclass
class Element:
    """A tag with its attributes, its children, and the text directly in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    parent: Element | None = None

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Elements below by tag and attributes; `data_verb="send"` stands for data-verb, "" for any value."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.walk()
            if (not tag or element.tag == tag)
            and all(n in element.attributes and value in ("", element.attributes[n]) for n, value in wanted.items())
        ]

    def up(self, tag: str) -> Element | None:
        """The nearest element of that tag around this one."""
        here = self.parent
        while here is not None and here.tag != tag:
            here = here.parent
        return here

    @property
    def text(self) -> str:
        """All text in it, with single spaces."""
        return " ".join(" ".join(piece for element in self.walk() for piece in element.texts).split())


@dataclass(frozen=True)
class Submission:
    """A form as it would be sent by pressing one button."""

    action: str
    method: str
    multipart: bool
    values: dict[str, str]


class Page:
    """One HTML page."""

    def __init__(self, html: str) -> None:
        builder = _Builder()
        builder.feed(html)
        builder.close()
        self.root = builder.root

    @property
    def language(self) -> str:
        """Of the screen: hi or en."""
        return self.value("html", "lang")

    def value(self, tag: str, attribute: str) -> str:
        """An attribute of the first element that has it; "" if none."""
        return next((e.attributes[attribute] for e in self.root.all(tag) if attribute in e.attributes), "")

    def hook(self, name: str) -> str:
        """The value of `data-<name>` where it first stands; "" if nowhere."""
        return self.value("", f"data-{name}")

    def has_verb(self, verb: str) -> bool:
        """Whether there is a control that does the verb."""
        return bool(self.root.all(data_verb=verb))

    def files(self) -> list[str]:
        """Ids of the files in the list on the page."""
        return [element.attributes["data-file"] for element in self.root.all("tr", data_file="")]

    def press(self, verb: str, fields: dict[str, str]) -> Submission:
        """What pressing the button of `verb` sends, with `fields` filled in. Raises NotThere."""
        for button in self.root.all("button", data_verb=verb):
            form = button.up("form")
            if form is not None:
                return _submission(form, button, fields)
        raise NotThere(verb)


def _submission(form: Element, button: Element, fields: dict[str, str]) -> Submission:
    values = dict(_values(form))
    for name in fields:
        if name not in values and not form.all(name=name):
            raise NotThere(name)
    if "name" in button.attributes:
        values[button.attributes["name"]] = button.attributes.get("value", "")
    return Submission(
        button.attributes.get("formaction") or form.attributes.get("action", ""),
        form.attributes.get("method", "get").lower(),
        form.attributes.get("enctype") == "multipart/form-data",
        values | fields,
    )


def _values(form: Element) -> Iterator[tuple[str, str]]:
    for element in form.walk():
        name = element.attributes.get("name", "")
        if not name or "disabled" in element.attributes:
            continue
        if element.tag == "textarea":
            yield name, "".join(element.texts).removeprefix("\n")
        elif element.tag == "select":
            options = element.all("option")
            chosen = [option for option in options if "selected" in option.attributes] or options
            yield name, chosen[0].attributes.get("value", chosen[0].text) if chosen else ""
        elif element.tag == "input":
            kind = element.attributes.get("type", "text")
            ticked = kind not in {"radio", "checkbox"} or "checked" in element.attributes
            if kind not in {"file", "submit", "button"} and ticked:
                yield name, element.attributes.get("value", "on" if kind == "checkbox" else "")


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._here = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self._here)
        self._here.children.append(element)
        if tag not in VOID:
            self._here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self._here)
        self._here.children.append(element)

    def handle_endtag(self, tag: str) -> None:
        here: Element | None = self._here
        while here is not None and here.tag != tag:
            here = here.parent
        if here is not None and here.parent is not None:
            self._here = here.parent

    def handle_data(self, data: str) -> None:
        self._here.texts.append(data)
