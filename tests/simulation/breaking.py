"""How a rule is broken: a change of the source as it is loaded, so that the production code stays clean."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import NamedTuple


class Change(NamedTuple):
    """In this module, a text that stands there exactly once becomes another."""

    module: str
    old: str
    new: str


class Moved(Exception):
    """The text that a fault changes is not there exactly once: the code has moved on, the fault must follow."""


@dataclass(frozen=True)
class Fault:
    """`seed`: where it is caught. `codes`: violations of which one must be reported. `world`: key of `WORLDS`."""

    what: str
    changes: tuple[Change, ...]
    seed: int
    codes: frozenset[str]
    world: str


def fault(what: str, *changes: Change, seed: int, codes: str, world: str) -> Fault:
    """One entry of the table; `codes` with spaces between."""
    return Fault(what, changes, seed, frozenset(codes.split()), world)


class _Loader(importlib.machinery.SourceFileLoader):
    """Reads a module's source and changes it before it is compiled; nothing of it is cached."""

    def __init__(self, name: str, path: str, changes: Sequence[Change]) -> None:
        super().__init__(name, path)
        self._changes = changes

    def get_code(self, fullname: str) -> CodeType:
        text = self.get_data(self.path).decode()
        for change in self._changes:
            if text.count(change.old) != 1:
                raise Moved(f"{fullname}: {text.count(change.old)} times: {change.old.strip()[:80]}")
            text = text.replace(change.old, change.new)
        code: CodeType = compile(text, self.path, "exec")
        return code


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        mine = [change for change in self._changes if change.module == name]
        if not mine:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found is None or found.origin is None:
            return None
        return importlib.util.spec_from_file_location(name, found.origin, loader=_Loader(name, found.origin, mine))


def install(changes: Sequence[Change]) -> None:
    """Breaks a rule in this process, before anything of the product is imported."""
    for change in changes:
        if change.module in sys.modules:
            raise Moved(f"{change.module} is already loaded")
    sys.meta_path.insert(0, _Finder(changes))
