from __future__ import annotations

from pathlib import Path

import pytest

from commons.words import SENTENCES, sentences
from protocol.errors import LocalError
from provisioning import cli

COMMANDS = ("demo", "story", "line", "appliance", "hub", "status", "check")


def test_help_names_every_command_with_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for command in COMMANDS:
        assert f"    {command}" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_of_its_own(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 5


def test_a_folder_that_is_no_node_is_refused_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["appliance", "serve", "--data", str(tmp_path)]) == 3
    said = capsys.readouterr().err
    assert "this is not the folder of a node" in said
    assert "यह किसी नोड का फ़ोल्डर नहीं है" in said


def test_an_unknown_office_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["line", "mauranipur", "down", "--data", str(tmp_path)]) == 3
    assert "moth" in capsys.readouterr().err


@pytest.mark.parametrize("code", SENTENCES)
def test_both_sentences_speak_of_the_same_values(code: str) -> None:
    words = SENTENCES[code]
    values = {
        name: f"<{name}>" for name in ("path", "name", "why", "found", "needed", "address", "port", "problems", "url")
    }
    english, hindi = sentences(LocalError(code, **values))
    assert {v for v in values.values() if v in english} == {v for v in values.values() if v in hindi}
    assert words.en != words.hi
    assert any("ऀ" <= letter <= "ॿ" for letter in hindi)


def test_a_code_without_sentences_is_still_said() -> None:
    assert sentences(LocalError("strange", path="x")) == ("strange: path=x", "strange: path=x")
