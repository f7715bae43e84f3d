"""Serves whichever node of a practice office is the current one."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from appliance import config
from appliance.practice.room import NO_LINE, Room, current, folder_of
from appliance.store.unit import Unit
from appliance.web.app import create_app
from commons.typeset.press import mark_all

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

MARK = "अभ्यास · PRACTICE"


class _Office(NamedTuple):
    number: int
    unit: Unit
    app: Flask


class PracticeApp:
    """The WSGI application. After a reset the next request is answered from the new sample; one that is being
    answered ends on the old one.
    """

    def __init__(self, room: Room) -> None:
        mark_all(MARK)
        self._room = room
        self._guard = threading.Lock()
        self._office = self._open(current(room.root))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._now().app(environ, start_response)

    def _now(self) -> _Office:
        with self._guard:
            number = current(self._room.root)
            if number != self._office.number:
                self._office.unit.db.close()
                self._office = self._open(number)
            return self._office

    def _open(self, number: int) -> _Office:
        unit = config.open_unit(folder_of(self._room.root, number), NO_LINE)
        return _Office(number, unit, create_app(unit, self._room))
