"""Papers as they really go: the office's own client, its patches and pieces, through the hub's own doors, no socket."""

from __future__ import annotations

import io

import requests
from flask import Flask
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

from appliance.link.https import HttpsCarrier
from appliance.link.paper_line import Papers
from appliance.store.unit import Unit
from central.web.doors import blueprints
from commons.tus.line import Line
from tests.simulation.line import BadLine, spoil
from tests.simulation.offices import HUB_CODE
from tests.simulation.world import Crash, Node, World

HERE = "http://127.0.0.1"


class DoorLine(BadLine):
    """A bad line on which papers pass the doors: cut in the midst of a piece, changed by what stands in between."""

    def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As the carrier of every office."""
        Papers(_Carrier(self.world, self.node)).send_paper(unit, sha256, size, token)

    def bring_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """As the carrier of every office."""
        Papers(_Carrier(self.world, self.node)).bring_paper(unit, sha256, size, token)


class _Carrier(HttpsCarrier):
    def __init__(self, world: World, node: Node) -> None:
        super().__init__(HERE, node.unit.incoming)
        self._hall = requests.Session()
        self._hall.trust_env = False
        self._hall.mount("http://", _Hall(world))

    def line(self, token: str) -> Line:
        """To the hub's doors."""
        return Line(self._hall, {"Authorization": f"Bearer {token}"})


class _Hall(BaseAdapter):
    """Between the two: hands a request to the hub's application, as much of it as gets through."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Raises ConnectionError where the line breaks before an answer."""
        world = self._world
        body = b"".join(request.body) if request.body else b""  # type: ignore[arg-type] # our own bodies give bytes
        fate = self._fate()
        if fate == "lost":
            raise requests.ConnectionError
        given = body[: world.rng.randrange(len(body))] if fate == "cut" and body else body
        environ = EnvironBuilder(
            request.path_url, HERE, method=request.method or "", headers=list(request.headers.items()),
            input_stream=io.BytesIO(spoil(world, given, fate) if fate == "changed" else given),
            content_length=len(body),
        ).get_environ()  # fmt: skip
        try:
            chunks, status, headers = run_wsgi_app(_doors(world), environ)
            answer = b"".join(chunks)
        except Crash as crash:
            if crash.who != HUB_CODE:
                raise
            world.revive(crash)
            raise requests.ConnectionError from crash
        if fate == "cut" and body:
            raise requests.ConnectionError
        world.record.patches += b"patch-of" in str(request.headers).encode() or "Content-Encoding" in headers
        fate = self._fate() if request.method == "GET" else "whole"
        if fate != "whole":
            answer = spoil(world, answer, "changed" if fate == "changed" else "cut")
        code = int(status.split()[0])
        raw = HTTPResponse(io.BytesIO(answer), headers=dict(headers), status=code, preload_content=False)
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """Nothing to close."""

    def _fate(self) -> str:
        world = self._world
        if not world.chance(world.plan.bad_line / 2):
            return "whole"
        world.record.cuts += 1
        fate = world.rng.choice(("lost", "cut", "cut", "changed"))
        world.say(f"  paper {fate}")
        return fate


def _doors(world: World) -> Flask:
    """The doors of the hub that runs now."""
    if world.doors is None or world.doors[0] is not world.hub.unit:
        app = Flask("doors")
        for blueprint in blueprints(world.hub.unit):
            app.register_blueprint(blueprint)
        world.doors = (world.hub.unit, app)
    return world.doors[1]
