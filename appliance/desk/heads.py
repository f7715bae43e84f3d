"""The file heads of an office, basic to tertiary: the list that a new file's number is built from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from appliance.desk.acting import working_book
from appliance.desk.administration import require_administrator
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.desk.writing import plain
from appliance.store.unit import Unit

LEVELS = 3
NAME_CHARS = 80
_CODE = re.compile(r"[A-Z0-9]{1,6}")


class Head(msgspec.Struct, frozen=True):
    """One head. `path`: the codes from the basic head down to it, joined by a hyphen (RD-01-2)."""

    path: str
    name_hi: str
    name_en: str
    closed: bool = False

    @property
    def level(self) -> int:
        """1 basic, 2 secondary, 3 tertiary."""
        return self.path.count("-") + 1

    @property
    def basic(self) -> str:
        """The code of the basic head that it belongs to."""
        return self.path.partition("-")[0]


class _Below(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    hi: str
    en: str
    below: tuple[_Below, ...]


class _Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    head: tuple[_Below, ...]


@cache
def first_heads() -> tuple[Head, ...]:
    """The heads with which every office begins."""
    text = (Path(__file__).parent / "data" / "heads.toml").read_text(encoding="utf-8")

    def flat(rows: tuple[_Below, ...], above: str) -> Iterator[Head]:
        for row in rows:
            path = f"{above}-{row.code}" if above else row.code
            yield Head(path, row.hi, row.en)
            yield from flat(row.below, path)

    return tuple(flat(msgspec.convert(tomllib.loads(text), _Seed).head, ""))


def office_of(unit: Unit, actor: Actor) -> str:
    """The office of the post that the actor works in. Raises Refused no_such_post."""
    post = unit.directory().post(actor.post)
    if post is None:
        raise Refused("no_such_post", post=actor.post)
    return post.office


def heads(unit: Unit, office: str, *, closed: bool = False) -> list[Head]:
    """The heads of an office in the order of their codes; closed ones too when wished."""
    rows = unit.db.rows("SELECT path, name_hi, name_en, closed FROM head WHERE office=? ORDER BY path", office)
    kept = [Head(path, hi, en, bool(shut)) for path, hi, en, shut in rows] or list(first_heads())
    shut_paths = [head.path for head in kept if head.closed]
    return [head for head in kept if closed or not _is_shut(head.path, shut_paths)]


def _is_shut(path: str, shut: list[str]) -> bool:
    return any(path == one or path.startswith(f"{one}-") for one in shut)


def chosen(unit: Unit, office: str, path: str) -> tuple[Head, ...]:
    """The open heads from the basic one down to `path`. Raises Refused no_such_head."""
    known = {head.path: head for head in heads(unit, office)}
    codes = path.split("-")
    paths = ["-".join(codes[:depth]) for depth in range(1, len(codes) + 1)]
    if path not in known or any(one not in known for one in paths):
        raise Refused("no_such_head")
    return tuple(known[one] for one in paths)


def add_head(unit: Unit, actor: Actor, *, above: str, code: str, name_hi: str, name_en: str) -> str:
    """A head below another one, or a basic one (`above` empty); its path. Only the administrator of the office.

    Raises Refused not_administrator, bad_head_code, no_head_name, head_taken, no_such_head, head_too_deep.
    """
    require_administrator(unit, actor)
    office = office_of(unit, actor)
    word, hindi, english = plain(code).upper(), plain(name_hi), plain(name_en)
    if not _CODE.fullmatch(word):
        raise Refused("bad_head_code")
    if not hindi or max(len(hindi), len(english)) > NAME_CHARS:
        raise Refused("no_head_name", limit=NAME_CHARS)
    path = f"{above}-{word}" if above else word
    if path.count("-") >= LEVELS:
        raise Refused("head_too_deep")
    with unit.db.writing():
        working_book(unit)
        known = {head.path for head in heads(unit, office, closed=True)}
        if above and above not in known:
            raise Refused("no_such_head")
        if path in known:
            raise Refused("head_taken", path=path)
        _own_list(unit, office)
        unit.db.run("INSERT INTO head VALUES (?,?,?,?,0)", office, path, hindi, english or hindi)
    return path


def close_head(unit: Unit, actor: Actor, path: str, *, closed: bool) -> None:
    """A closed head, with all below it, is no longer offered; files under it stay. Raises Refused as `add_head`."""
    require_administrator(unit, actor)
    office = office_of(unit, actor)
    with unit.db.writing():
        working_book(unit)
        if path not in {head.path for head in heads(unit, office, closed=True)}:
            raise Refused("no_such_head")
        _own_list(unit, office)
        unit.db.run("UPDATE head SET closed=? WHERE office=? AND path=?", closed, office, path)


def _own_list(unit: Unit, office: str) -> None:
    """From its first change on the list is the office's own."""
    if unit.db.row("SELECT 1 FROM head WHERE office=?", office) is None:
        for head in first_heads():
            unit.db.run("INSERT INTO head VALUES (?,?,?,?,0)", office, head.path, head.name_hi, head.name_en)
