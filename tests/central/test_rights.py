from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from central.rights import may_order
from protocol.directory import Charge, Directory, DirectoryIndex, Office, Post

DAY = date(2026, 11, 20)


def post(word: str, rank: int, superior: str | None, office: str = "hq") -> Post:
    return Post(f"{office}.{word}", office, word, word, word, superior, rank)


POSTS = (
    post("dm", 1, None), post("cdo", 2, "hq.dm"), post("steno", 7, "hq.dm"), post("ddo", 3, "hq.cdo"),
    post("other", 2, "hq.cdo"), post("admin", 9, "hq.ddo"), post("bdo", 1, None, "moth"),
    post("admin", 9, "moth.bdo", "moth"),
)  # fmt: skip
INDEX = Directory(
    1, 0, "d", "d", "d",
    offices=(Office("hq", "hq", "hq", "hq", "headquarters"), Office("moth", "moth", "moth", "moth", "block")),
    posts=POSTS,
    charges=tuple(Charge(n, one.code, one.code, date(2026, 1, 1)) for n, one in enumerate(POSTS, 1)),
)  # fmt: skip


@pytest.mark.parametrize("who", [one.code for one in POSTS])
def test_the_head_who_stands_directly_below_and_the_administrator_of_the_headquarters(who: str) -> None:
    assert may_order(DirectoryIndex(INDEX), who, DAY) == (who in {"hq.dm", "hq.cdo", "hq.admin"})


def test_only_on_a_day_of_the_charge_and_never_without_a_directory_or_a_headquarters() -> None:
    ended = replace(INDEX, charges=(Charge(1, "hq.dm", "hq.dm", date(2026, 1, 1), date(2026, 11, 19)),))
    assert not may_order(DirectoryIndex(ended), "hq.dm", DAY)
    assert may_order(DirectoryIndex(ended), "hq.dm", date(2026, 11, 19))
    assert not may_order(None, "hq.dm", DAY)
    closed = replace(INDEX, offices=tuple(replace(one, closed=True) for one in INDEX.offices))
    assert not may_order(DirectoryIndex(closed), "hq.dm", DAY)
