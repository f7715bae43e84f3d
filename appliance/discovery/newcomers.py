"""Names heard and not looked at yet: a flood of false ones neither fills the machine nor hides a true one."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.discovery import roster
from appliance.discovery.announcement import office_in, service_of
from appliance.discovery.roster import Roster
from appliance.discovery.values import Own

MOST_OWN = 4096
"""Of this office's own name."""
MOST_OF_OTHER = 64


class Newcomers:
    """Names of services, each once; own ones wait in a room of their own."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self._names: dict[str, set[str]] = {}  # by office
        self._farewells: set[str] = set()

    def heard(self, name: str, came: bool, known: Roster) -> None:
        """A name has come (or changed), or said good-bye; what nobody could use is dropped."""
        if name == service_of(self._own):
            return
        if name in known or (came and self._may_enter(name, known)):
            self._names.setdefault(office_in(name), set()).add(name)
            (self._farewells.discard if came else self._farewells.add)(name)

    def take(self) -> set[str]:
        """All that wait, out of the room."""
        names, self._names = self._names, {}
        return set().union(*names.values())

    def put_back(self, names: Iterable[str]) -> None:
        """To be looked at in the next round."""
        for name in names:
            self._names.setdefault(office_in(name), set()).add(name)

    def said_farewell(self, name: str) -> bool:
        """Whether its last word was good-bye; asked once."""
        said = name in self._farewells
        self._farewells.discard(name)
        return said

    def _may_enter(self, name: str, known: Roster) -> bool:
        office = office_in(name)
        waiting = len(self._names.get(office, ()))
        if office == self._own.office:
            return waiting < MOST_OWN
        return bool(office) and waiting < MOST_OF_OTHER and roster.has_room(known, self._own, office)
