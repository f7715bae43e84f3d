from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from commons.settings import BadSettings, described, dump, load, settings_of


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    name: Annotated[str, described("What it is called.")]
    shelves: Annotated[int, described("How many."), msgspec.Meta(ge=1)] = 3
    open_seconds: Annotated[float, described("How long.")] = 1.5


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def test_command_line_over_environment_over_file_over_default(tmp_path: Path) -> None:
    path = written(tmp_path, 'name = "file"\nshelves = 4\n')
    assert load(Shop, path, {}) == Shop(name="file", shelves=4)
    environment = {"PATRAVALI_SHELVES": "5", "PATRAVALI_NAME": "environment", "SHELVES": "9"}
    assert load(Shop, path, environment) == Shop(name="environment", shelves=5)
    assert load(Shop, path, environment, {"name": "given", "shelves": None}) == Shop(name="given", shelves=5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('name = "x"\nshelfs = 4\n', "settings.unknown"),
        ("name = \n", "settings.malformed"),
        ('name = "x"\nshelves = "many"\n', "settings.value"),
        ('name = "x"\nshelves = 0\n', "settings.value"),
        ("shelves = 4\n", "settings.value"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(BadSettings) as refused:
        load(Shop, written(tmp_path, text), {})
    assert refused.value.code == code
    assert refused.value.values["path"] == str(tmp_path / "config.toml")


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        load(Shop, tmp_path / "none.toml", {})
    assert refused.value.code == "settings.absent"


def test_a_dumped_file_reads_back_and_explains_itself(tmp_path: Path) -> None:
    shop = Shop(name='कार्यालय "मोंठ"', shelves=7)
    text = dump(shop).decode()
    assert load(Shop, written(tmp_path, text), {}) == shop
    assert "# How many." in text


def test_settings_are_described() -> None:
    name, shelves, _ = settings_of(Shop)
    assert (name.variable, name.default, name.description) == ("PATRAVALI_NAME", None, "What it is called.")
    assert shelves.default == 3
