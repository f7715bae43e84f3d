"""What is done with each stick, as tables: properties of the device in, verdict out; then what follows of several."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from commons.mounting.decide import FILE_SYSTEMS, MOST_PARTITIONS, MOST_STICKS, plan, telling, verdict, verdicts
from commons.mounting.system import DATA, FLAGS
from commons.mounting.values import FOLDER_NAME, Device, Mount, Mounted, Told, Unmount
from commons.stick import FOLDER

ROOT = "/run/patravali/sticks"
SAFE = frozenset({"rw", "nosuid", "nodev", "noexec"})
DISK = Device("sda#1", "/dev/sda", "8:0", usb=True, disk="8:0", size_bytes=8 << 30, table="dos")
STICK = Device(
    "sda1#1", "/dev/sda1", "8:1", usb=True, disk="8:0", size_bytes=8 << 30, usage="filesystem", file_system="vfat",
    label="POST", serial="1234-ABCD",
)  # fmt: skip
HERE = Mounted("8:1", f"{ROOT}/POST", SAFE)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ""),
        ({"file_system": "exfat"}, ""),
        ({"file_system": "ntfs"}, ""),
        ({"file_system": "ext2"}, ""),
        ({"file_system": "ext4"}, ""),
        ({"usb": False}, "pass"),
        ({"held": True}, "pass"),
        ({"size_bytes": 0}, "pass"),
        ({"part_type": "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"}, "pass"),
        ({"part_type": "0xef"}, "pass"),
        ({"file_system": "crypto_LUKS", "usage": "crypto"}, "stick.locked"),
        ({"file_system": "BitLocker", "usage": "crypto"}, "stick.locked"),
        ({"file_system": "", "usage": ""}, "stick.empty"),
        ({"file_system": "btrfs"}, "stick.file_system"),
        ({"file_system": "xfs"}, "stick.file_system"),
        ({"file_system": "iso9660"}, "stick.file_system"),
        ({"file_system": "hfsplus"}, "stick.file_system"),
        ({"file_system": "fuseblk"}, "stick.file_system"),
        ({"file_system": "tmpfs"}, "stick.file_system"),
        ({"file_system": "linux_raid_member", "usage": "raid"}, "stick.file_system"),
        ({"file_system": "swap", "usage": "other"}, "stick.file_system"),
    ],
)
def test_what_a_device_is(said: dict[str, object], expected: str) -> None:
    assert verdict(replace(STICK, **said)) == expected


def codes(*devices: Device, mounted: tuple[Mounted, ...] = ()) -> dict[str, str]:
    return {key: code for key, (_, code) in verdicts(devices, mounted, ROOT).items()}


def part(number: int, **said: object) -> Device:
    return replace(STICK, key=f"sda{number}#1", path=f"/dev/sda{number}", number=f"8:{number}", **said)


def test_a_disk_with_partitions_is_its_partitions() -> None:
    assert codes(DISK, STICK) == {"sda1#1": ""}


def test_a_disk_without_partitions_may_be_a_file_system_itself() -> None:
    assert codes(replace(DISK, table="", file_system="vfat", usage="filesystem")) == {"sda#1": ""}
    assert codes(replace(DISK, table="")) == {"sda#1": "stick.empty"}
    assert codes(DISK) == {"sda#1": "stick.empty"}


def test_of_a_disk_from_which_the_machine_runs_nothing_is_touched() -> None:
    assert codes(DISK, part(1), part(2), mounted=(Mounted("8:1", "/"),)) == {}
    assert codes(DISK, part(1), part(2, held=True)) == {}


def test_beside_what_can_be_used_the_rest_of_a_stick_is_not_worth_a_word() -> None:
    assert codes(DISK, part(1), part(2, file_system="xfs")) == {"sda1#1": ""}
    assert codes(DISK, part(1, file_system="hfsplus"), part(2, file_system="xfs")) == {
        "sda1#1": "stick.file_system",
        "sda2#1": "stick.file_system",
    }


def test_a_stick_of_too_many_parts_is_refused_once() -> None:
    many = [part(number) for number in range(1, MOST_PARTITIONS + 2)]
    assert codes(DISK, *many) == {"sda1#1": "stick.partitions"}
    assert set(codes(DISK, *many[:-1]).values()) == {""}


def planned(
    *devices: Device,
    mounted: tuple[Mounted, ...] = (),
    settled: dict[str, str] | None = None,
    out: tuple[str, ...] = (),
) -> list[Mount | Unmount]:
    return plan(verdicts(devices, mounted, ROOT), mounted, settled or {}, out, ROOT)


@pytest.mark.parametrize(
    ("devices", "mounted", "settled", "out", "expected"),
    [
        ((), (), {}, (), []),
        ((STICK,), (), {}, (), [Mount(STICK, "POST")]),
        ((replace(STICK, read_only=True),), (), {}, (), [Mount(replace(STICK, read_only=True), "POST", True)]),
        ((STICK,), (HERE,), {}, (), []),
        ((STICK,), (HERE,), {}, ("other",), []),
        ((STICK,), (HERE,), {}, ("POST",), [Unmount(HERE.place, "8:1")]),
        ((STICK,), (), {"sda1#1": ""}, (), []),
        ((STICK,), (), {"sda1#1": "stick.damaged"}, (), []),
        ((STICK,), (), {"sda1#0": ""}, (), [Mount(STICK, "POST")]),
        ((), (HERE,), {}, (), [Unmount(HERE.place, "8:1", at_once=True)]),
        ((), (Mounted("8:1", "/media/POST"),), {}, ("POST",), []),
        ((STICK,), (replace(HERE, options=SAFE - {"noexec"}),), {}, (), [Unmount(HERE.place, "8:1", at_once=True)]),
        ((STICK,), (Mounted("8:1", "/media/POST"),), {}, (), []),
        ((replace(STICK, label="../.."),), (), {}, (), [Mount(replace(STICK, label="../.."), "stick 1234-ABCD")]),
    ],
)
def test_what_is_done_next(
    devices: tuple[Device, ...],
    mounted: tuple[Mounted, ...],
    settled: dict[str, str],
    out: tuple[str, ...],
    expected: list[Mount | Unmount],
) -> None:
    assert planned(*devices, mounted=mounted, settled=settled, out=out) == expected


def test_two_sticks_of_one_label_have_two_names() -> None:
    twin = replace(STICK, key="sdb1#2", path="/dev/sdb1", number="8:17", disk="8:16")
    assert [one.name for one in planned(STICK, twin) if isinstance(one, Mount)] == ["POST", "POST 2"]
    assert planned(STICK, twin, mounted=(HERE,)) == [Mount(twin, "POST 2")]


def test_no_more_are_mounted_than_can_be_looked_at() -> None:
    sticks = [
        replace(STICK, key=f"{n}", path=f"/dev/sd{n}", number=f"8:{16 * n}", disk=f"8:{16 * n}")
        for n in range(MOST_STICKS + 5)
    ]
    assert len(planned(*sticks)) == MOST_STICKS


def told(device: Device, *mounted: Mounted, settled: dict[str, str] | None = None, at_work: object = None) -> Told:
    assert at_work is None or isinstance(at_work, dict)
    (one,) = telling(verdicts([device], mounted, ROOT), mounted, settled or {}, at_work or {}, ROOT)
    return one


def test_what_the_pages_read() -> None:
    size = STICK.size_bytes
    assert told(STICK) == Told("POST", "coming", "", "vfat", size)
    assert told(STICK, HERE) == Told("POST", "here", "", "vfat", size)
    assert told(STICK, replace(HERE, options=SAFE | {"ro"})).read_only
    assert told(STICK, HERE, at_work={STICK.key: "leaving"}).state == "leaving"
    assert told(STICK, settled={STICK.key: ""}) == Told("POST", "out", "", "vfat", size)
    assert told(STICK, settled={STICK.key: "stick.damaged"}) == Told("POST", "fault", "stick.damaged", "vfat", size)
    assert told(replace(STICK, file_system="xfs")).code == "stick.file_system"


def test_every_driver_has_its_options_and_none_gives_more_rights() -> None:
    assert set(FILE_SYSTEMS.values()) == set(DATA)
    assert FLAGS & 0b1110 == 0b1110
    assert not [data for data in DATA.values() if {"exec", "suid", "dev"} & set(data.split(","))]
    assert FOLDER_NAME == FOLDER
