from __future__ import annotations

from commons.mounting.mountinfo import is_shared, parse, read
from commons.mounting.values import Mounted

TEXT = rb"""22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw,errors=remount-ro
30 22 0:25 / /run rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,size=100k
91 30 8:17 / /run/patravali/sticks/BLUE\04016GB rw,nosuid,nodev,noexec,nosymfollow - vfat /dev/sdb1 ro,fmask=0177
92 22 0:50 / /odd\012name rw master:3 - btrfs /dev/sdc1 rw
garbage
"""


def test_places_are_read_as_they_are() -> None:
    found = parse(TEXT)
    assert [one.place for one in found] == ["/", "/run", "/run/patravali/sticks/BLUE 16GB", "/odd\nname"]
    assert found[2] == Mounted(
        "8:17",
        "/run/patravali/sticks/BLUE 16GB",
        frozenset({"rw", "nosuid", "nodev", "noexec", "nosymfollow", "ro"}),
        "/dev/sdb1",
    )


def test_whether_others_see_what_is_mounted() -> None:
    assert is_shared(TEXT, "/run/patravali/sticks")
    assert is_shared(TEXT, "/var")
    assert not is_shared(TEXT, "/odd\nname/below")


def test_this_machines_own_list_is_read() -> None:
    assert "/" in {one.place for one in read()}
