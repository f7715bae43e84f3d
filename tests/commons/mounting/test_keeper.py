"""Sticks come and go for real: a udev that tells of loop devices, the helper in its own mount namespace."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from commons.mounting import asking
from commons.mounting.values import FOLDER_NAME, Told
from commons.stick import Stick, StickFull, StickGone, StickReadOnly, StickUnfit
from tests.support.plugging import Rig, image, run
from tests.support.waiting import until

EXT4 = ("mkfs.ext4", "-q")
SIZE = 16 << 20


def test_a_stick_comes_and_goes(sticks: Rig, tmp_path: Path) -> None:
    one = sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="BLUE\\x2016")
    assert sticks.until_told("here") == [Told("BLUE 16", "here", "", "ext4", SIZE)]
    (mounted,) = sticks.mounts()
    assert {"nosuid", "nodev", "noexec", "nosymfollow", "rw"} <= mounted.options
    sticks.pull(one)
    assert sticks.until_told() == []
    until(lambda: sticks.mounts() == [] and list(sticks.root.iterdir()) == [])


def test_what_is_in_before_the_helper_starts_is_found(sticks: Rig, tmp_path: Path) -> None:
    sticks.helper.terminate()
    sticks.helper.wait(10)
    sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="BLUE")
    sticks.start()
    sticks.until_told("here")


def test_nothing_on_a_stick_can_be_run_followed_or_opened_as_a_device(sticks: Rig, tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "script").write_text("#!/bin/sh\necho taken over\n")
    (content / "script").chmod(0o4755)
    (content / "autorun.inf").write_text("[autorun]\nopen=script\n")
    os.mknod(content / "null", 0o666 | 0o020000, os.makedev(1, 3))
    (content / "link").symlink_to("/etc/passwd")
    sticks.plug(image(tmp_path, *EXT4, content=content), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    stick = sticks.inside / "BLUE"
    into = ["nsenter", f"--mount=/proc/{sticks.helper.pid}/ns/mnt"]
    assert subprocess.run([*into, sticks.root / "BLUE" / "script"], check=False, capture_output=True).returncode != 0
    with pytest.raises(OSError, match="Permission denied"):
        (stick / "null").read_bytes()
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        (stick / "link").read_bytes()


def test_the_unprivileged_service_writes_in_our_folder_alone(sticks: Rig, tmp_path: Path) -> None:
    sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    stick = sticks.root / "BLUE"
    assert sticks.as_nobody(lambda: Stick(stick).prepare())
    assert sticks.as_nobody((stick / FOLDER_NAME / "READ-ME.txt").read_bytes)
    assert not sticks.as_nobody((stick / "other").touch)
    assert not sticks.as_nobody((stick / "lost+found").rmdir)


def test_a_folder_of_ours_from_another_office_is_given_over_and_nothing_else(sticks: Rig, tmp_path: Path) -> None:
    content = tmp_path / "content"
    (content / FOLDER_NAME).mkdir(parents=True)
    (content / FOLDER_NAME / "moth--hub--1.bag").write_bytes(b"x")
    for path in (content / FOLDER_NAME, content / FOLDER_NAME / "moth--hub--1.bag"):
        os.chown(path, 1234, 1234)
    (content / "others").mkdir()
    sticks.plug(image(tmp_path, *EXT4, content=content), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    stick = sticks.inside / "BLUE"
    assert (stick / FOLDER_NAME).stat().st_uid == 65534
    assert (stick / FOLDER_NAME / "moth--hub--1.bag").stat().st_uid == 1234
    assert (stick / "others").stat().st_uid == 0
    assert sticks.as_nobody((sticks.root / "BLUE" / FOLDER_NAME / "moth--hub--1.bag").unlink)


def test_a_link_in_the_place_of_our_folder_gives_nothing_away(sticks: Rig, tmp_path: Path) -> None:
    content, elsewhere = tmp_path / "content", sticks.folder / "elsewhere"
    content.mkdir()
    elsewhere.mkdir()
    (content / FOLDER_NAME).symlink_to(elsewhere)
    sticks.plug(image(tmp_path, *EXT4, content=content), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    assert elsewhere.stat().st_uid == 0
    with pytest.raises(StickUnfit):
        Stick(sticks.inside / "BLUE").prepare()


@pytest.mark.parametrize(
    ("file_system", "usage", "code"),
    [
        ("xfs", "filesystem", "stick.file_system"),
        ("btrfs", "filesystem", "stick.file_system"),
        ("squashfs", "filesystem", "stick.file_system"),
        ("crypto_LUKS", "crypto", "stick.locked"),
        ("ext4", "filesystem", "stick.damaged"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_reason(
    sticks: Rig, tmp_path: Path, file_system: str, usage: str, code: str
) -> None:
    sticks.plug(image(tmp_path), file_system, ID_FS_LABEL_ENC="BLUE", ID_FS_USAGE=usage)
    (told,) = sticks.until_told("fault")
    assert (told.code, told.file_system) == (code, file_system)
    assert sticks.mounts() == []


def test_a_device_that_is_no_usb_stick_is_not_touched(sticks: Rig, tmp_path: Path) -> None:
    made = image(tmp_path, *EXT4)
    loop = run("losetup", "-f", "--show", str(made)).strip()
    number = Path(loop).stat().st_rdev
    sticks.udev.add(
        "P: /devices/virtual/block/x", "N: x", "E: SUBSYSTEM=block", "E: DEVTYPE=disk", f"E: DEVNAME={loop}",
        f"E: MAJOR={os.major(number)}", f"E: MINOR={os.minor(number)}", "E: ID_FS_TYPE=ext4", "A: size=99\\n",
    )  # fmt: skip
    sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="RED")
    assert [one.name for one in sticks.until_told("here")] == ["RED"]
    run("losetup", "-d", loop)


def test_labels_lead_nowhere(sticks: Rig, tmp_path: Path) -> None:
    for label in ("..\\x2f..\\x2fetc", "two\\x0alines", "..", "नीली"):
        sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC=label, ID_FS_UUID="0a1b")
    told = sticks.until_told("here", "here", "here", "here")
    assert sorted(one.name for one in told) == ["etc", "stick 0a1b", "two-lines", "नीली"]
    assert sorted(Path(one.place).name for one in sticks.mounts()) == [one.name for one in told]


@pytest.mark.parametrize("used_before", [False, True])
def test_a_stick_that_takes_no_writes_is_told_as_such(sticks: Rig, tmp_path: Path, used_before: bool) -> None:
    content = tmp_path / "content"
    if used_before:
        content.mkdir()
        Stick(content).prepare()
    made = image(tmp_path, *EXT4, content=content if used_before else None)
    sticks.plug(made, read_only=True, ID_FS_LABEL_ENC="BLUE")
    (told,) = sticks.until_told("here")
    assert told.read_only
    with pytest.raises(StickReadOnly):
        Stick(sticks.inside / "BLUE").prepare()


def test_a_full_stick_is_told_as_such(sticks: Rig, tmp_path: Path) -> None:
    sticks.plug(image(tmp_path, *EXT4, "-O", "^has_journal", megabytes=1), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    stick = Stick(sticks.inside / "BLUE")
    stick.prepare()
    with pytest.raises(StickFull):
        stick.write("moth", "hub", 1, (bytes(65536) for _ in range(64)))
    assert stick.bags("hub") == []


def test_pulled_out_half_way_is_told_and_taken_away(sticks: Rig, tmp_path: Path) -> None:
    one = sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    stick = Stick(sticks.inside / "BLUE")
    stick.prepare()

    def half() -> object:
        yield bytes(1 << 20)
        one.goes_bad()
        yield bytes(1 << 20)

    with pytest.raises((StickGone, StickReadOnly)):
        stick.write("moth", "hub", 1, half())  # type: ignore[arg-type]  # a generator that breaks the stick
    sticks.pull(one)
    sticks.until_told()
    until(lambda: sticks.mounts() == [] and list(sticks.root.iterdir()) == [])
    with pytest.raises(StickGone):
        Stick(sticks.inside / "BLUE")


def test_a_stick_that_was_let_go_stays_out_until_it_is_plugged_in_anew(sticks: Rig, tmp_path: Path) -> None:
    made = image(tmp_path, *EXT4)
    one = sticks.plug(made, ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    assert sticks.as_nobody(lambda: asking.ask_out(sticks.root, "BLUE"))
    sticks.until_told("out")
    assert sticks.mounts() == []
    sticks.pull(one)
    sticks.until_told()
    sticks.plug(made, ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")


def test_the_parts_of_a_stick_leave_together(sticks: Rig, tmp_path: Path) -> None:
    disk = sticks.plug(image(tmp_path), "", ID_PART_TABLE_TYPE="dos")
    for label in ("ONE", "TWO"):
        sticks.plug(image(tmp_path, *EXT4), on=disk, ID_FS_LABEL_ENC=label)
    sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="OTHER")
    sticks.until_told("here", "here", "here")
    assert asking.ask_out(sticks.root, "ONE")
    told = sticks.until_told("out", "here", "out")
    assert [one.name for one in told] == ["ONE", "OTHER", "TWO"]


def test_a_stick_in_use_leaves_when_it_is_free(sticks: Rig, tmp_path: Path) -> None:
    sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    fd = os.open(sticks.inside / "BLUE", os.O_RDONLY)
    assert asking.ask_out(sticks.root, "BLUE")
    sticks.until_told("leaving")
    assert len(sticks.mounts()) == 1
    os.close(fd)
    sticks.until_told("out")


@pytest.mark.parametrize("name", ["", "..", "RED", "/", "BLUE/..", "../sticks/BLUE", "/etc"])
def test_nothing_but_a_stick_can_be_let_go(sticks: Rig, tmp_path: Path, name: str) -> None:
    sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    assert not asking.ask_out(sticks.root, name)
    assert len(sticks.mounts()) == 1


def test_a_helper_that_was_killed_goes_on_with_what_is_mounted(sticks: Rig, tmp_path: Path) -> None:
    sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    asking.told_path(sticks.root).unlink()
    keeper = subprocess.Popen(["nsenter", f"--mount=/proc/{sticks.helper.pid}/ns/mnt", "sleep", "60"])
    until(lambda: Path(f"/proc/{keeper.pid}/ns/mnt").samefile(f"/proc/{sticks.helper.pid}/ns/mnt"))
    sticks.helper.send_signal(signal.SIGKILL)
    sticks.helper.wait(10)
    sticks.start(within=keeper.pid)
    keeper.kill()
    keeper.wait(10)
    sticks.until_told("here")
    assert len(sticks.mounts()) == 1


def test_many_other_files_are_nobodys_business(sticks: Rig, tmp_path: Path) -> None:
    sticks.plug(image(tmp_path, *EXT4, "-N", "110000", megabytes=96), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    place = sticks.inside / "BLUE"
    for number in range(100_000):
        os.mknod(place / f"DSC{number:06}.JPG")
    (place / "autorun.inf").write_text("[autorun]\nopen=setup.exe\n")
    stick = Stick(place)
    stick.prepare()
    stick.write("moth", "hub", 1, [b"a bag"])
    assert [bag.size for bag in stick.bags("hub")] == [5]
    assert sum(1 for _ in os.scandir(place)) == 100_000 + 3
