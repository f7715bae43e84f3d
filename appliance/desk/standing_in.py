"""Who stands in for whom: a post's holder, link officers in his absence, and posts that nobody holds."""

from __future__ import annotations

from datetime import date

import msgspec

from protocol.directory import LINK, Charge, DirectoryIndex


class Holding(msgspec.Struct, frozen=True):
    """How a post is held on a day: employee codes. `until` is the last day of the leave (ISO), "" when none."""

    post: str
    holders: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    until: str = ""

    @property
    def on_leave(self) -> bool:
        """Someone stands in for the holder."""
        return bool(self.holders and self.links)

    @property
    def vacant(self) -> bool:
        """Nobody works on what arrives."""
        return not self.holders and not self.links


def holding_of(index: DirectoryIndex, post: str, day: date) -> Holding:
    """How the post is held on `day`. Pure."""
    charges = index.holders(post, day)
    links = [charge for charge in charges if charge.kind == LINK]
    until = max((charge.to_date.isoformat() for charge in links if charge.to_date is not None), default="")
    return Holding(
        post,
        tuple(charge.employee for charge in charges if charge.kind != LINK),
        tuple(charge.employee for charge in links),
        until,
    )


def is_link(index: DirectoryIndex, charge: int) -> bool:
    """Whether an event under this charge was done by a link officer. Pure."""
    found = index.charge(charge)
    return found is not None and found.kind == LINK


def link_charge(index: DirectoryIndex, employee: str, post: str, day: date) -> Charge | None:
    """The charge by which a person stands in at a post on `day`; None when it is his own or none. Pure."""
    held = [charge for charge in index.charges_of_employee(employee, day) if charge.post == post]
    return held[0] if held and held[0].kind == LINK else None
