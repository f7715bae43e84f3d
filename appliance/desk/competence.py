"""Who is competent to approve a draft (docs/decisions/0013-drafts.md)."""

from __future__ import annotations

from protocol.directory import DirectoryIndex
from protocol.proposals import heads_of


def may_decide(index: DirectoryIndex, drafter: str, post: str) -> bool:
    """Whether a post is competent to approve what another drafted. Pure."""
    mine, theirs = index.post(post), index.post(drafter)
    if mine is None:
        return False
    if post == drafter:
        return post in heads_of(index, mine.office)
    if post in {superior.code for superior in index.superiors(drafter)}:
        return True
    return theirs is not None and theirs.office == mine.office and mine.rank <= theirs.rank
