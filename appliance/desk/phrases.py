"""Standard phrases (मानक वाक्य): those that come with the program, and what the office and each post make of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from appliance.desk.refused import Refused
from appliance.desk.shipped_phrases import ENGLISH, HINDI
from appliance.desk.values import Actor
from appliance.desk.writing import plain
from appliance.store.room import require_room
from appliance.store.unit import Unit

WORDS_CHARS, OWN_PHRASES = 500, 300
OFFICE: Final = "office"
"""The owner of what holds for all posts of the office; any other owner is a post."""


class Phrase(msgspec.Struct, frozen=True):
    """A phrase as one post finds it. `words` empty: hidden."""

    key: str  # code of a shipped one, "own-<number>" of one that was added
    language: str
    words: str
    owner: str  # "" as shipped, OFFICE, or the post
    shipped: bool  # stands in the place of a shipped one, to which it can be set back


def phrases(unit: Unit, actor: Actor, *, hidden: bool = False) -> list[Phrase]:
    """What the post can insert: its own first, then the office's, then those shipped; hidden ones only when asked."""
    rows = unit.db.rows(
        "SELECT id, owner, language, words, replaces FROM phrase WHERE owner IN (?, ?) ORDER BY id", OFFICE, actor.post
    )
    found = arrange([_Row(*row) for row in rows])
    return [phrase for phrase in found if phrase.words or hidden]


class _Row(msgspec.Struct, frozen=True):
    id: int
    owner: str
    language: str
    words: str
    replaces: str


def arrange(rows: Iterable[_Row]) -> list[Phrase]:
    """Shipped phrases with what the office, and over it the post, put in their place; pure."""
    shipped = {
        key: Phrase(key, language, words, "", True)
        for language, all_words in (("hi", HINDI), ("en", ENGLISH))
        for key, words in all_words.items()
    }
    own: list[Phrase] = []
    for row in sorted(rows, key=lambda row: row.owner != OFFICE):
        old = shipped.get(row.replaces)
        if old is not None:
            shipped[row.replaces] = Phrase(old.key, old.language, row.words, row.owner, True)
        elif not row.replaces:
            own.append(Phrase(f"own-{row.id}", row.language, row.words, row.owner, False))
    return [*sorted(own, key=lambda phrase: phrase.owner == OFFICE), *shipped.values()]


def may_keep_office(unit: Unit, actor: Actor) -> bool:
    """Whether the actor keeps the phrases of the whole office: the post with no superior in the same office."""
    directory = unit.directory()
    post = directory.post(actor.post)
    if post is None:
        return False
    superior = directory.post(post.superior or "")
    return superior is None or superior.office != post.office


def keep(unit: Unit, actor: Actor, key: str, *, language: str, words: str, owner: str = "") -> None:
    """Adds a phrase (`key` empty), or puts words in the place of one; empty words hide a shipped one.

    `owner` is OFFICE or empty for the post's own. Raises Refused phrase_empty, phrase_too_long, too_many_phrases,
    no_such_phrase, not_office_head.
    """
    whose, said = _owner(unit, actor, owner), plain(words)
    if len(said) > WORDS_CHARS:
        raise Refused("phrase_too_long", limit=WORDS_CHARS)
    shipped = key in HINDI or key in ENGLISH
    if not said and not shipped:
        raise Refused("phrase_empty")
    require_room(unit)
    with unit.db.writing():
        if shipped:
            unit.db.run(
                "INSERT OR REPLACE INTO phrase (owner, language, words, replaces) VALUES (?,?,?,?)",
                whose, "hi" if key in HINDI else "en", said, key,
            )  # fmt: skip
        elif key:
            unit.db.run("UPDATE phrase SET words=? WHERE id=?", said, _id_of(unit, key, whose))
        else:
            known: int = unit.db.value("SELECT count(*) FROM phrase WHERE owner=?", whose) or 0
            if known >= OWN_PHRASES:
                raise Refused("too_many_phrases", limit=OWN_PHRASES)
            unit.db.run(
                "INSERT INTO phrase (owner, language, words) VALUES (?,?,?)",
                whose, language if language in ("hi", "en") else "hi", said,
            )  # fmt: skip


def set_back(unit: Unit, actor: Actor, key: str, *, owner: str = "") -> None:
    """Takes away what the post (or the office) added, or gives a shipped phrase its words again."""
    whose = _owner(unit, actor, owner)
    with unit.db.writing():
        if key in HINDI or key in ENGLISH:
            unit.db.run("DELETE FROM phrase WHERE owner=? AND replaces=?", whose, key)
        else:
            unit.db.run("DELETE FROM phrase WHERE id=?", _id_of(unit, key, whose))


def words_of(unit: Unit, actor: Actor, key: str) -> str:
    """The words of a phrase. Raises Refused no_such_phrase."""
    found = next((phrase.words for phrase in phrases(unit, actor) if phrase.key == key), "")
    if not found:
        raise Refused("no_such_phrase")
    return found


def _owner(unit: Unit, actor: Actor, owner: str) -> str:
    if owner != OFFICE:
        return actor.post
    if not may_keep_office(unit, actor):
        raise Refused("not_office_head")
    return OFFICE


def _id_of(unit: Unit, key: str, owner: str) -> int:
    word, _, number = key.partition("-")
    if word != "own" or not number.isdecimal() or not number.isascii():
        raise Refused("no_such_phrase")
    if not unit.db.row("SELECT 1 FROM phrase WHERE id=? AND owner=? AND replaces=''", int(number[:18]), owner):
        raise Refused("no_such_phrase")
    return int(number[:18])
