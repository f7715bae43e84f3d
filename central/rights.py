"""Who may do what at the district's screens. Pure."""

from __future__ import annotations

from datetime import date

from protocol.directory import DirectoryIndex, Post
from protocol.proposals import heads_of

HEADQUARTERS = "headquarters"
ADMIN_WORD = "admin"
NORMAL = "normal"


def may_order(index: DirectoryIndex | None, employee: str, day: date) -> bool:
    """Whether a person decides what was set aside, and moves custody by order (docs/decisions/0020-set-aside.md).

    Who has charge on that day of a post at the head of the district's headquarters, of one directly below the head (the
    next rank, and it answers to the head), or of its post `<office>.admin`.
    """
    if index is None:
        return False
    offices = {office.code for office in index.directory.offices if office.kind == HEADQUARTERS and not office.closed}
    return any(_is_high(index, post) for post in index.posts_of_employee(employee, day) if post.office in offices)


def is_veiled(grading: str, *, graded: bool) -> bool:
    """Whether a title is not shown; `graded`: to one who may read graded ones. An unknown grading veils."""
    return grading != NORMAL and not graded


def _is_high(index: DirectoryIndex, post: Post) -> bool:
    heads = heads_of(index, post.office)
    if post.code in heads or post.code == f"{post.office}.{ADMIN_WORD}":
        return True
    above = index.post(post.superior) if post.superior in heads and post.superior else None
    return above is not None and post.rank == above.rank + 1
