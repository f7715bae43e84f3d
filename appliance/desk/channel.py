"""The channel of submission: where a post puts up to, by the directory or by the office's own setting."""

from __future__ import annotations

import msgspec

from appliance.desk.administration import require_administrator
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.unit import Unit


class ChannelRow(msgspec.Struct, frozen=True):
    """One post of the office: where it puts up to now, and what the directory alone would say."""

    post: str
    next_post: str
    by_directory: str
    own: bool


def settings(unit: Unit) -> dict[str, str]:
    """The office's own channel: post by post; "" ends the channel there."""
    return dict(unit.db.rows("SELECT post, next_post FROM channel"))


def next_up(unit: Unit, post: str) -> str:
    """The next post in the channel of submission; "" at its end."""
    own = unit.db.row("SELECT next_post FROM channel WHERE post=?", post)
    if own is not None and (not own[0] or unit.directory().post(own[0]) is not None):
        return str(own[0])
    found = unit.directory().post(post)
    return (found.superior or "") if found is not None else ""


def channel(unit: Unit, office: str) -> list[ChannelRow]:
    """The channel of an office, highest post first."""
    own = settings(unit)
    return [
        ChannelRow(post.code, next_up(unit, post.code), post.superior or "", post.code in own)
        for post in unit.directory().posts_of_office(office)
    ]


def set_next(unit: Unit, actor: Actor, post: str, next_post: str | None) -> None:
    """The next post up from now on; None: as the directory says.

    Raises Refused not_administrator, no_such_post, channel_cycle.
    """
    require_administrator(unit, actor)
    directory = unit.directory()
    if directory.post(post) is None or directory.node_of_post(post) != unit.node:
        raise Refused("no_such_post", post=post)
    if next_post and directory.post(next_post) is None:
        raise Refused("no_such_post", post=next_post)
    with unit.db.writing():
        if next_post is None:
            unit.db.run("DELETE FROM channel WHERE post=?", post)
        else:
            unit.db.run(
                "INSERT OR REPLACE INTO channel (post, next_post, set_by, set_ms) VALUES (?,?,?,?)",
                post, next_post, actor.employee, unit.clock.now_ms(),
            )  # fmt: skip
        seen, here = {post}, next_up(unit, post)
        while here:
            if here in seen:
                raise Refused("channel_cycle", post=here)
            seen.add(here)
            here = next_up(unit, here)
