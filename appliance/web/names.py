"""What posts, offices and people are called, in the reader's language, by the directory that this node holds."""

from __future__ import annotations

from flask import g

from appliance.web.session import this_unit
from protocol.directory import DirectoryIndex, Office


class Names:
    """Look-ups that always give something to show: the code itself for what the directory does not know."""

    def __init__(self, index: DirectoryIndex, language: str, node: str) -> None:
        self._index = index
        self._hindi = language == "hi"
        self._node = node

    def post(self, code: str) -> str:
        """The post; with its office when that is not served here."""
        post = self._index.post(code)
        if post is None:
            return code
        name = post.name_hi if self._hindi else post.name_en
        if self._index.node_of_post(code) == self._node:
            return name
        return f"{name}, {self.office(post.office)}"

    def is_elsewhere(self, code: str) -> bool:
        """Whether another node serves the post."""
        return self._index.node_of_post(code) != self._node

    def short_post(self, code: str) -> str:
        """The post without its office."""
        post = self._index.post(code)
        return code if post is None else (post.name_hi if self._hindi else post.name_en)

    def office(self, code: str) -> str:
        """The office."""
        return self._office(self._index.office(code), code)

    def office_of_post(self, code: str) -> str:
        """The office that a post belongs to; "" when unknown."""
        post = self._index.post(code)
        return self.office(post.office) if post else ""

    def node(self, code: str) -> str:
        """The first office that a node serves."""
        offices = self._index.offices_of_node(code)
        return self._office(offices[0] if offices else None, code)

    def person(self, code: str) -> str:
        """The person's name as he writes it."""
        employee = self._index.employee(code)
        return employee.name if employee else code

    def section(self, code: str) -> str:
        """The section."""
        section = self._index.section(code)
        return code if section is None else (section.name_hi if self._hindi else section.name_en)

    def sections_of(self, office: str) -> list[tuple[str, str]]:
        """Code and name of each section of an office."""
        found = [section for section in self._index.directory.sections if section.office == office]
        return [(section.code, section.name_hi if self._hindi else section.name_en) for section in found]

    def _office(self, office: Office | None, code: str) -> str:
        if office is None:
            return code
        return office.name_hi if self._hindi else office.name_en


def names() -> Names:
    """The names for this request."""
    if "names" not in g:
        unit = this_unit()
        g.names = Names(unit.directory(), g.language, unit.node)
    found: Names = g.names
    return found
