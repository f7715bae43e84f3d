"""What posts, offices and people are called, in the reader's language, by the directory that this node holds."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g

from appliance.web.session import this_unit
from commons.web.words import gettext
from protocol.directory import DirectoryIndex, Office


class Names:
    """Look-ups that always give something to show: the code itself for what the directory does not know."""

    def __init__(
        self, index: DirectoryIndex, language: str, node: str, unconfirmed: frozenset[tuple[str, str]] = frozenset()
    ) -> None:
        self._index = index
        self._hindi = language == "hi"
        self._node = node
        self._unconfirmed = unconfirmed

    def is_unconfirmed(self, kind: str, key: object) -> bool:
        """Whether the office added this itself and the district has yet to confirm it."""
        return (kind, str(key)) in self._unconfirmed

    def _marked(self, name: str, kind: str, key: str) -> str:
        return f"{name} ({gettext('not yet confirmed')})" if self.is_unconfirmed(kind, key) else name

    def post(self, code: str) -> str:
        """The post; with its office when that is not served here."""
        post = self._index.post(code)
        if post is None:
            return code
        name = self._marked(post.name_hi if self._hindi else post.name_en, "post", code)
        if self._index.node_of_post(code) == self._node:
            return name
        return f"{name}, {self.office(post.office)}"

    def is_elsewhere(self, code: str) -> bool:
        """Whether another node serves the post."""
        return self._index.node_of_post(code) != self._node

    def short_post(self, code: str) -> str:
        """The post without its office."""
        post = self._index.post(code)
        if post is None:
            return code
        return self._marked(post.name_hi if self._hindi else post.name_en, "post", code)

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
        return self._marked(employee.name, "employee", code) if employee else code

    def people(self, codes: Iterable[str]) -> str:
        """Several people's names."""
        return ", ".join(self.person(code) for code in codes)

    def section(self, code: str) -> str:
        """The section."""
        section = self._index.section(code)
        if section is None:
            return code
        return self._marked(section.name_hi if self._hindi else section.name_en, "section", code)

    def sections_of(self, office: str) -> list[tuple[str, str]]:
        """Code and name of each section of an office."""
        found = [section.code for section in self._index.directory.sections if section.office == office]
        return [(code, self.section(code)) for code in found]

    def _office(self, office: Office | None, code: str) -> str:
        if office is None:
            return code
        return office.name_hi if self._hindi else office.name_en


def names() -> Names:
    """The names for this request."""
    if "names" not in g:
        unit = this_unit()
        g.names = Names(unit.directory(), g.language, unit.node, unit.unconfirmed())
    found: Names = g.names
    return found
