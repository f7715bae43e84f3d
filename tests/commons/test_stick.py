"""A stick as it comes: full, read-only, lying, with other things on it, pulled out half-way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commons.stick import FOLDER, Stick, StickLies, StickUnfit, Waiting
from commons.stick.read_me import NAME, READ_ME
from protocol.words import MAX_INT

MOTH, HUB = "moth", "jhansi-hub"


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    made = Stick(tmp_path)
    made.prepare()
    return made


def read_all(stick: Stick, bag: Waiting) -> bytes:
    with stick.open(bag) as read:
        return read(1 << 30)


def test_a_bag_is_there_for_its_addressee_alone(stick: Stick) -> None:
    stick.write(MOTH, HUB, 5, [b"abc", b"def"])
    (found,) = stick.bags(HUB)
    assert (found.sender, found.number, found.size) == (MOTH, 5, 6)
    assert read_all(stick, found) == b"abcdef"
    assert stick.bags(MOTH) == []
    assert stick.senders() == {MOTH}


def test_a_newer_bag_takes_the_place_of_an_older_one(stick: Stick) -> None:
    stick.write(MOTH, HUB, 5, [b"old"])
    stick.write("chirgaon", HUB, 4, [b"theirs"])
    stick.write(MOTH, HUB, 6, [b"new"])
    assert [(bag.sender, bag.number) for bag in stick.bags(HUB)] == [("chirgaon", 4), (MOTH, 6)]


def test_numbers_rise_also_when_the_clock_was_set_back(stick: Stick) -> None:
    stick.write(MOTH, HUB, 5_000, [b"new"])
    assert stick.next_number(MOTH, HUB, 10) == 5_001
    assert stick.next_number(HUB, MOTH, 10) == 10


def test_pulled_out_half_way_the_old_bag_is_still_there(stick: Stick) -> None:
    stick.write(MOTH, HUB, 5, [b"old"])

    def pulled_out() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stick.write(MOTH, HUB, 6, pulled_out())
    (left,) = stick.bags(HUB)
    assert read_all(stick, left) == b"old"


def test_what_a_power_cut_left_is_cleared_away(stick: Stick, tmp_path: Path) -> None:
    part = tmp_path / FOLDER / "moth--jhansi-hub--9.bag.part"
    part.write_bytes(b"half")
    assert stick.bags(HUB) == []
    stick.prepare()
    assert not part.exists()


@pytest.mark.usefixtures("stick")
def test_the_page_says_in_both_languages_what_it_is(tmp_path: Path) -> None:
    said = (tmp_path / FOLDER / NAME).read_bytes()
    assert said == READ_ME
    text = said.decode("utf-8-sig")
    assert "पत्रावली" in text
    assert "hand it in at any block development office" in text


def test_a_changed_page_is_written_anew(stick: Stick, tmp_path: Path) -> None:
    page = tmp_path / FOLDER / NAME
    page.write_bytes(b"open autorun.exe")
    stick.prepare()
    assert page.read_bytes() == READ_ME


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [_link, _pipe, Path.mkdir])
def test_only_plain_files_are_bags(stick: Stick, tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / FOLDER / "moth--jhansi-hub--9.bag")
    assert stick.bags(HUB) == []


@pytest.mark.parametrize(
    "name",
    ["moth--jhansi-hub--9.bag.exe", "MOTH--jhansi-hub--9.bag", "moth--jhansi-hub--x.bag", "autorun.inf"],
)
def test_other_names_are_passed_over(stick: Stick, tmp_path: Path, name: str) -> None:
    (tmp_path / FOLDER / name).write_bytes(b"x")
    assert stick.bags(HUB) == []
    assert (tmp_path / FOLDER / name).exists()


@pytest.mark.parametrize("number", [MAX_INT - 1, MAX_INT, 10**19 - 1])
def test_a_number_that_leaves_none_above_it_is_passed_over(stick: Stick, tmp_path: Path, number: int) -> None:
    """Else one file with a false name would end the post between two nodes on this stick for ever."""
    (tmp_path / FOLDER / f"{MOTH}--{HUB}--{number}.bag").write_bytes(b"x")
    assert stick.all_bags() == []
    assert stick.next_number(MOTH, HUB, 10) == 10
    stick.write(MOTH, HUB, 10, [b"abc"])
    assert [bag.number for bag in stick.bags(HUB)] == [10]


@pytest.mark.parametrize("number", [MAX_INT - 4, MAX_INT - 3, MAX_INT - 2])
def test_a_bag_beside_the_highest_numbers_is_read_all_the_same(stick: Stick, tmp_path: Path, number: int) -> None:
    (tmp_path / FOLDER / f"{MOTH}--{HUB}--{number}.bag").write_bytes(b"x")
    for said in (b"one", b"two", b"three"):
        written = stick.write(MOTH, HUB, stick.next_number(MOTH, HUB, 10), [said])
        assert written in stick.bags(HUB)
        assert read_all(stick, written) == said


def test_our_folder_as_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = tmp_path / "stick"
    root.mkdir()
    (root / FOLDER).symlink_to(elsewhere)
    with pytest.raises(StickUnfit):
        Stick(root).prepare()
    assert list(elsewhere.iterdir()) == []


def test_a_name_that_became_a_link_is_not_opened(stick: Stick, tmp_path: Path) -> None:
    bag = stick.write(MOTH, HUB, 5, [b"abc"])
    bag.path.unlink()
    bag.path.symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_bytes(b"secret")
    with pytest.raises(StickUnfit), stick.open(bag):
        pass


def test_a_bag_is_found_among_ten_thousand_other_files(stick: Stick, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    for number in range(10_000):
        (folder / f"picture-{number}.jpg").touch()
    stick.write(MOTH, HUB, 5, [b"abc"])
    assert [bag.number for bag in stick.bags(HUB)] == [5]


def flip_what_was_written(folder: Path) -> Callable[[int], None]:
    """A stick that keeps something else than it was given, without a word."""

    def progress(_count: int) -> None:
        for part in folder.glob("*.part"):
            part.write_bytes(bytes([part.read_bytes()[0] ^ 1]) + part.read_bytes()[1:])

    return progress


def test_a_stick_that_lies_about_writes_is_found_out(stick: Stick, tmp_path: Path) -> None:
    stick.write(MOTH, HUB, 5, [b"old"])
    with pytest.raises(StickLies):
        stick.write(MOTH, HUB, 6, [b"new"], flip_what_was_written(tmp_path / FOLDER))
    (left,) = stick.bags(HUB)
    assert (left.number, read_all(stick, left)) == (5, b"old")
    assert list((tmp_path / FOLDER).glob("*.part")) == []


def on_a_small_stick(folder: Path, script: str) -> list[str]:
    """What the script says, run with a file system of 3 MB as `root` that is gone with its process."""
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("this kernel lets nobody make a mount namespace")
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", MOUNTED + script, str(folder)],
        check=False, capture_output=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


MOUNTED = """
import subprocess, sys
from pathlib import Path
from commons.stick import Stick, StickFull, StickReadOnly
root = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", root], check=True)
stick = Stick(root)
stick.prepare()
stick.write("moth", "hub", 5, [b"old"])
"""
FULL = """
try:
    stick.write("moth", "hub", 6, (b"x" * 100_000 for _ in range(100)))
except StickFull:
    print("full")
(left,) = stick.bags("hub")
print(left.number, left.size)
stick.write("moth", "hub", 7, [b"after"])
print(*[bag.number for bag in stick.bags("hub")])
"""
READ_ONLY = """
subprocess.run(["mount", "-o", "remount,ro", root], check=True)
try:
    stick.write("moth", "hub", 6, [b"abc"])
except StickReadOnly:
    print("read only")
print(*[bag.number for bag in stick.bags("hub")])
"""


def test_a_full_stick_keeps_what_it_had(tmp_path: Path) -> None:
    assert on_a_small_stick(tmp_path, FULL) == ["full", "5 3", "7"]


def test_a_read_only_stick_says_so(tmp_path: Path) -> None:
    assert on_a_small_stick(tmp_path, READ_ONLY) == ["read only", "5"]


def test_what_is_no_folder_is_no_stick(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StickUnfit):
        Stick(tmp_path / "file")
