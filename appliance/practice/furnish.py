"""Puts accounts and made-up files into an office, by the same verbs as its people: for the demonstration."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import closing
from html import escape
from pathlib import Path

import msgspec

from appliance.config import open_unit
from appliance.desk import people, verbs
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from protocol.directory import DirectoryIndex

UP, DOWN = "up", "down"


class Note(msgspec.Struct, frozen=True):
    """A green note by a post, as plain paragraphs."""

    post: str
    paragraphs: tuple[str, ...]


class Paper(msgspec.Struct, frozen=True):
    """A paper that the file's opener attaches."""

    name: str
    media_type: str
    content: bytes


class File(msgspec.Struct, frozen=True):
    """A file with its notes in order; it is handed over wherever the post changes. `section`: whole code."""

    section: str
    subject: str
    language: str
    priority: int
    notes: tuple[Note, ...]
    papers: tuple[Paper, ...] = ()


def furnish(
    folder: Path,
    directory: bytes,
    passwords: Mapping[str, str],
    holders: Mapping[str, tuple[str, int]],
    files: Sequence[File],
) -> None:
    """Give a new office the signed directory, its people their passwords (by employee), and its first files.

    `holders`: by post, who holds it (employee) and by which charge.
    """
    unit = open_unit(folder)
    with closing(unit.db):
        unit.take_directory(directory)
        for employee, password in passwords.items():
            people.set_password(unit, employee, password)
        for file in files:
            put_file(unit, holders, file)


def put_file(unit: Unit, holders: Mapping[str, tuple[str, int]], file: File) -> str:
    """Open the file and play its notes; its id. `holders` as in `furnish`."""

    def actor_of(post: str) -> Actor:
        employee, charge = holders[post]
        return Actor(employee, post, charge)

    posts = unit.directory()
    here = file.notes[0].post
    opened = verbs.open_file(
        unit,
        actor_of(here),
        subject=file.subject,
        section=file.section,
        language=file.language,
        priority=file.priority,
    )
    for paper in file.papers:
        stream = io.BytesIO(paper.content)
        verbs.attach(unit, actor_of(here), opened, name=paper.name, media_type=paper.media_type, stream=stream)
    for note in file.notes:
        if note.post != here:
            verbs.send(unit, actor_of(here), opened, to_post=note.post, how=_way(posts, here, note.post))
            verbs.receive(unit, actor_of(note.post), opened)
            here = note.post
        html = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in note.paragraphs)
        verbs.save_yellow(unit, actor_of(here), opened, html, 0)
        verbs.confirm_note(unit, actor_of(here), opened)
    return opened


def _way(posts: DirectoryIndex, here: str, to_post: str) -> str:
    return UP if any(post.code == to_post for post in posts.superiors(here)) else DOWN
