"""The stick as a technician uses it: one command at the office, one at the district."""

from __future__ import annotations

from pathlib import Path

import pytest

import appliance.config
from appliance.desk import verbs
from appliance.desk.values import Actor
from provisioning import cli
from tests.benchmarks import district as made

ACTOR = Actor("e1", "moth.da", 1)


@pytest.fixture
def district(tmp_path: Path) -> made.District:
    return made.make(tmp_path / "district")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    root = tmp_path / "stick"
    root.mkdir()
    return root


def _office_post(district: made.District, code: str, stick: Path) -> int:
    return cli.main(["appliance", "post", "--data", str(district.folder / code), str(stick)])


def test_a_file_goes_to_another_office_by_commands_alone(
    district: made.District, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = appliance.config.open_unit(district.folder / "moth")
    file = verbs.open_file(unit, ACTOR, subject="सड़क", section="moth.dev", language="hi")
    verbs.send(unit, ACTOR, file, to_post="chirgaon.da", how="up")
    unit.db.close()
    assert _office_post(district, "moth", stick) == 0
    assert "1 newly sent" in capsys.readouterr().out
    assert cli.main(["post", "--data", str(district.hub_folder), str(stick), "--to-all"]) == 0
    said = capsys.readouterr().out
    assert "moth: bag taken in" in said
    assert "chirgaon: answer on the stick" in said
    assert "You may pull the stick out now." in said
    assert _office_post(district, "chirgaon", stick) == 0
    assert "1 bag(s) in, with 1 deliveries" in capsys.readouterr().out
    there = appliance.config.open_unit(district.folder / "chirgaon")
    assert there.db.value("SELECT phase FROM efile WHERE file=?", file) == "held"
    there.db.close()


def test_a_stick_that_is_none_is_told_plainly(
    district: made.District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert _office_post(district, "moth", tmp_path / "file") == 3
    said = capsys.readouterr().err
    assert "Take another one" in said
    assert "दूसरी स्टिक लें" in said
    assert _office_post(district, "moth", tmp_path / "nothing") == 3
    assert "does not answer" in capsys.readouterr().err


def test_a_bad_bag_is_told_and_shown_in_the_exit_code(
    district: made.District, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (stick / "PATRAVALI").mkdir()
    (stick / "PATRAVALI" / "moth--jhansi-hub--5.bag").write_bytes(b"not a bag")
    assert cli.main(["post", "--data", str(district.hub_folder), str(stick)]) == 1
    assert "moth: This bag is torn" in capsys.readouterr().out
