"""Settings of a program: one TOML file, `PATRAVALI_*` variables over it, secrets only as files that it names.

A program describes its settings as a Struct in which every field is annotated with `described("...")`; a test compares
these with docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from protocol.errors import LocalError

PREFIX = "PATRAVALI_"

Kind = TypeVar("Kind", bound=msgspec.Struct)


class BadSettings(LocalError):
    """A settings file that cannot be used: codes settings.absent, settings.malformed, settings.unknown, settings.value.

    Values: `path`, and where known `name` and `why`.
    """

    code = "settings.malformed"


class Described(msgspec.Struct, frozen=True):
    """One setting: `default` is None when it must be given."""

    name: str
    variable: str
    default: object
    description: str


def described(text: str) -> msgspec.Meta:
    """The annotation that gives a field its description."""
    return msgspec.Meta(description=text)


def settings_of(kind: type[msgspec.Struct]) -> tuple[Described, ...]:
    """All settings of a program, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        Described(
            field.name,
            PREFIX + field.name.upper(),
            None if field.default is msgspec.NODEFAULT else field.default,
            _description(hints[field.name]),
        )
        for field in msgspec.structs.fields(kind)
    )


def load(
    kind: type[Kind], path: Path, environment: Mapping[str, str], given: Mapping[str, object] | None = None
) -> Kind:
    """The settings in the TOML file `path`, under those of `environment`, under those `given` on the command line.

    Raises BadSettings, also for a name that the program does not know: a misspelt setting must not be passed over.
    """
    names = {field.name for field in msgspec.structs.fields(kind)}
    try:
        values: dict[str, object] = msgspec.toml.decode(path.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise BadSettings("settings.absent", path=str(path)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSettings("settings.malformed", path=str(path), why=str(error)) from error
    for name in values:
        if name not in names:
            raise BadSettings("settings.unknown", path=str(path), name=name)
    for name in names:
        if PREFIX + name.upper() in environment:
            values[name] = environment[PREFIX + name.upper()]
    values |= {name: value for name, value in (given or {}).items() if value is not None}
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadSettings("settings.value", path=str(path), why=str(error)) from error


def dump(settings: msgspec.Struct) -> bytes:
    """A TOML file that gives each setting its value, with its description above it."""
    lines = []
    for setting in settings_of(type(settings)):
        value = msgspec.json.encode(getattr(settings, setting.name)).decode()
        lines.append(f"# {setting.description}\n{setting.name} = {value}\n")
    return "\n".join(lines).encode()


def _description(hint: object) -> str:
    for note in getattr(hint, "__metadata__", ()):
        if isinstance(note, msgspec.Meta) and note.description:
            return note.description
    return ""
