"""Which nodes a demonstration has, where they listen, and what lies where in its data folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from provisioning.demo import content

DEFAULT_DATA = Path("data/demo")
DEFAULT_BASE_PORT = 8800
PAGE, FIRST_LINE, PRACTICE = 10, 11, 20
PRACTICE_OF = "moth"
PRACTICE_NODE = "moth-practice"
HOST = "127.0.0.1"
OFFICE_NODES = ("jhansi-hq", "moth", "chirgaon")
"""In the order of their ports, which follow the hub's."""


class Place(msgspec.Struct, frozen=True):
    """One node: where people reach it and, of an office, the port of its line to the hub."""

    node: str
    role: str
    port: int
    line_port: int = 0

    @property
    def listen(self) -> str:
        """The address in the form that `serve` takes."""
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The address for a browser."""
        return f"http://{HOST}:{self.port}/"

    @property
    def hub_url(self) -> str:
        """Where an office reaches the hub: through its line."""
        return f"http://{HOST}:{self.line_port}"


class Plan(msgspec.Struct, frozen=True):
    """The demonstration in one data folder on one row of ports."""

    data: Path
    base_port: int

    @property
    def hub(self) -> Place:
        """The district server."""
        return Place(content.HUB_NODE, "hub", self.base_port)

    @property
    def offices(self) -> tuple[Place, ...]:
        """District headquarters and the block offices."""
        return tuple(
            Place(node, "appliance", self.base_port + 1 + place, self.base_port + FIRST_LINE + place)
            for place, node in enumerate(OFFICE_NODES)
        )

    @property
    def practice(self) -> Place:
        """Moth's practice office, which has no line."""
        return Place(PRACTICE_NODE, "practice", self.base_port + PRACTICE)

    @property
    def places(self) -> tuple[Place, ...]:
        """All nodes, the hub first."""
        return (self.hub, *self.offices)

    @property
    def page_port(self) -> int:
        """Port of the demonstration's own page."""
        return self.base_port + PAGE

    @property
    def page_url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.page_port}/"

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port that is listened on."""
        lines = tuple(place.line_port for place in self.offices)
        return (*(place.port for place in self.places), self.page_port, *lines, self.practice.port)

    def folder(self, node: str) -> Path:
        """A node's folder."""
        return self.data / node

    @property
    def run_file(self) -> Path:
        """Roles, addresses, log-ins and process ids of the run."""
        return self.data / "run.json"

    @property
    def made_file(self) -> Path:
        """There when the district was made to its end."""
        return self.data / "made.json"
