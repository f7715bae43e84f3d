"""Where the helper may mount: nowhere that another user can turn into somewhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from commons.mounting import cli
from commons.mounting.keeper import BadPlace, check_place


@pytest.fixture
def sticks(tmp_path: Path) -> Path:
    root = tmp_path / "run" / "sticks"
    root.mkdir(parents=True)
    return root


def test_a_folder_of_our_own_will_do(sticks: Path) -> None:
    check_place(sticks)


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o757])
def test_not_where_others_can_move_things(sticks: Path, mode: int) -> None:
    sticks.parent.chmod(mode)
    with pytest.raises(BadPlace):
        check_place(sticks)


def test_not_through_a_link(sticks: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(sticks.parent)
    with pytest.raises(BadPlace):
        check_place(tmp_path / "link" / "sticks")


def test_not_in_a_folder_of_the_service(sticks: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("gives a folder away: needs root")
    os.chown(sticks.parent, 65534, 65534)
    with pytest.raises(BadPlace):
        check_place(sticks)


def test_it_says_why_it_does_not_run(sticks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--sticks", str(sticks), "--user", "nobody-of-that-name"]) == 3
    assert "nobody-of-that-name" in capsys.readouterr().err
    sticks.parent.chmod(0o777)
    assert cli.main(["--sticks", str(sticks), "--user", "nobody"]) == 3
    assert str(sticks.parent) in capsys.readouterr().err
