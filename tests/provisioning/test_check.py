"""`patravali check`, `status` and `appliance restore` on the folder of one small office."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance import practice
from appliance.config import Config, make, open_unit
from provisioning import cli
from provisioning.authority import Authority
from provisioning.demo import content
from provisioning.demo.district import directory

NOW = 1_790_000_000
FILE = practice.File(
    "moth.vikas", "तालाब", "hi", 0, (practice.Note("moth.da1", ("पहला",)), practice.Note("moth.bdo", ("दूसरा",)))
)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    authority = Authority.create(tmp_path / "authority", content.DISTRICT_CODE, NOW)
    for node in ("moth", "chirgaon", "jhansi-hq"):
        keys = make(tmp_path / node, Config(node=node, hub=content.HUB_NODE), authority.root.der)
        authority.issue(keys.request(node), "appliance", [node], NOW)
    signed = authority.sign_directory(directory(NOW))
    holders = {charge.post: (charge.employee, charge.number) for charge in content.CHARGES}
    practice.furnish(tmp_path / "moth", signed, {"1001": "secret"}, holders, [FILE])
    return tmp_path / "moth"


def test_a_sound_folder_is_sound(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(office)]) == 0
    assert capsys.readouterr().out == "moth: everything fits together\n"


def test_a_changed_word_in_the_journal_is_found(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unit = open_unit(office)
    changed = unit.db.execute_sql(
        "UPDATE event SET body=CAST(replace(CAST(body AS TEXT), 'दूसरा', 'तीसरा') AS BLOB) WHERE kind='note'"
    )
    assert changed.rowcount > 0
    unit.db.close()
    assert cli.main(["check", str(office)]) == 1
    assert "does not fit together" in capsys.readouterr().err
    assert cli.main(["appliance", "serve", "--data", str(office), "--listen", "127.0.0.1:20999"]) == 3


def test_a_foreign_storage_key_is_refused(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (office / "keys" / "storage.key").write_bytes(bytes(32))
    assert cli.main(["check", str(office)]) == 1
    assert "does not fit the database" in capsys.readouterr().err


def test_status_tells_the_file_and_where_it_stands(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", str(office), "--json"]) == 0
    said = capsys.readouterr().out
    assert '"title": "तालाब"' in said
    assert '"post": "moth.bdo"' in said
    assert '"paragraphs": 2' in said


def test_a_restored_office_stops(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["appliance", "restore", "--data", str(office), "--copy-of", "2026-11-20T18:00+05:30"]
    assert cli.main(arguments) == 0
    unit = open_unit(office)
    assert unit.db.row("SELECT mode, copy_of_ms FROM node") == ("stopped", 1_795_177_800_000)
    unit.db.close()
    capsys.readouterr()
    assert cli.main(["status", str(office)]) == 0
    assert capsys.readouterr().out.startswith("moth: stopped, restored")
