"""Which nodes lie in a folder (one, or all of a demonstration), what they say of themselves, whether they are sound."""

from __future__ import annotations

from pathlib import Path

import msgspec

import appliance.config
import appliance.status
import central.config
import central.status
from commons.folder import CONFIG, BadFolder
from commons.settings import BadSettings

OfficeStatus = appliance.status.Status
HubStatus = central.status.Status


class NodeFolder(msgspec.Struct, frozen=True):
    """A node's folder; `is_hub` says of which program."""

    path: Path
    is_hub: bool


class District(msgspec.Struct, frozen=True):
    """The status of all nodes in a folder."""

    hub: HubStatus | None
    offices: list[OfficeStatus]

    def office(self, node: str) -> OfficeStatus:
        """The office of that code; KeyError when it is not in the folder."""
        for office in self.offices:
            if office.node == node:
                return office
        raise KeyError(node)


def find(folder: Path) -> list[NodeFolder]:
    """The nodes in `folder`, a hub first. Raises BadFolder if there is none, BadSettings."""
    if not folder.is_dir():
        raise BadFolder("folder.absent", path=str(folder))
    paths = [folder] if (folder / CONFIG).exists() else sorted(path.parent for path in folder.glob(f"*/{CONFIG}"))
    if not paths:
        raise BadSettings("settings.absent", path=str(folder / CONFIG))
    found = [NodeFolder(path, _is_hub(path / CONFIG)) for path in paths]
    return sorted(found, key=lambda node: (not node.is_hub, node.path.name))


def status(folder: Path) -> District:
    """What the databases in `folder` say; running programs are not disturbed."""
    hub: HubStatus | None = None
    offices: list[OfficeStatus] = []
    for node in find(folder):
        if node.is_hub:
            opened = central.config.open_hub(node.path)
            hub = central.status.status_of(opened)
            opened.db.close()
        else:
            unit = appliance.config.open_unit(node.path)
            offices.append(appliance.status.status_of(unit))
            unit.db.close()
    return District(hub, offices)


def words(district: District) -> str:
    """The same, short, for a person at a terminal."""
    hub = [central.status.words(district.hub)] if district.hub else []
    return "\n".join([*hub, *(appliance.status.words(office) for office in district.offices)])


def check(node: NodeFolder) -> str:
    """Verify everything that this folder can show; the node's code. Raises what opening raises, and CheckFailed."""
    if node.is_hub:
        hub = central.config.open_hub(node.path, check=True)
        hub.db.close()
        return hub.node
    unit = appliance.config.open_unit(node.path, check=True)
    unit.db.close()
    return unit.node


def _is_hub(config: Path) -> bool:
    try:
        values = msgspec.toml.decode(config.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSettings("settings.malformed", path=str(config), why=str(error)) from error
    return "hub" not in values
