"""docs/operations.md has every setting of both programs, with its variable, its default and its description."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

import appliance.config
import central.config
from appliance.store.unit import Settings
from commons.settings import settings_of

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
PROGRAMS: dict[str, type[msgspec.Struct]] = {"appliance": appliance.config.Config, "hub": central.config.Config}


def table_of(program: str) -> str:
    """The part of the page under the program's heading."""
    _, _, rest = OPERATIONS.read_text().partition(f"### Settings of `{program}`\n")
    return rest.partition("\n#")[0]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_setting_is_documented_as_it_is(program: str) -> None:
    lines = [line for line in table_of(program).splitlines() if line.startswith("| `")]
    words: dict[object, str] = {None: "must be given", "": "empty"}
    wanted = [
        f"| `{setting.name}` | {words.get(setting.default, f'`{setting.default}`')} | {setting.description} |"
        for setting in settings_of(PROGRAMS[program])
    ]
    assert lines == wanted


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_setting_has_a_description(program: str) -> None:
    assert [setting.name for setting in settings_of(PROGRAMS[program]) if not setting.description] == []


def told_to_a_node() -> dict[str, object]:
    """Fields of a node's settings with their defaults; those of the mail server under their names there."""
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(Settings):
        if field.name == "mail":
            found |= dict.fromkeys(("mail_server", "mail_security", "mail_sender", "mail_user", "mail_password"), NONE)
        else:
            found[field.name] = field.default
    return found


NONE = msgspec.NODEFAULT


def test_whatever_a_node_can_be_told_is_a_setting() -> None:
    names = {setting.name for setting in settings_of(appliance.config.Config)}
    assert told_to_a_node().keys() <= names


def test_defaults_are_those_of_the_node_itself() -> None:
    told = {setting.name: setting.default for setting in settings_of(appliance.config.Config)}
    for name, default in told_to_a_node().items():
        if default is not NONE:
            assert told[name] == default
