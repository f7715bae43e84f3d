"""The checks themselves: they see what they are there for."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("appliance", "central", "commons", "protocol", "provisioning")


def run(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "MAKE", "MFLAGS"))}
    return subprocess.run(
        command, cwd=cwd, env={**clean, **environment}, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages' code and the settings, to be spoilt."""
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            target = tmp_path / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("place", "line", "broken"),
    [
        ("protocol", "import socket", "protocol touches nothing"),
        ("protocol", "import time", "protocol touches nothing"),
        ("protocol", "import commons", "provisioning, above"),
        ("commons", "import appliance", "provisioning, above"),
        ("central", "import appliance", "provisioning, above"),
        ("appliance/store", "import appliance.desk", "inside both programs"),
        ("appliance/link", "import appliance.web", "nothing imports web but cli"),
        ("central/hub", "import flask", "Flask stays"),
        ("provisioning", "import central.store", "provisioning knows"),
    ],
)
def test_a_wrong_import_is_seen(copy: Path, place: str, line: str, broken: str) -> None:
    (copy / place / "spoilt.py").write_text(line + "\n", encoding="utf-8")
    found = run(
        str(Path(sys.executable).with_name("lint-imports")), "--no-cache", cwd=copy, PYTHONPATH=str(copy), COLUMNS="200"
    )
    verdicts = [text for text in found.stdout.splitlines() if " BROKEN" in text]
    assert found.returncode == 1, found.stdout + found.stderr
    assert any(text.startswith(broken) for text in verdicts), found.stdout


def test_a_skip_fails_where_nothing_may_be_skipped(tmp_path: Path) -> None:
    bodies = {
        "test_called.py": "import pytest\ndef test_it(): pytest.skip('no')",
        "test_marked.py": "import pytest\n@pytest.mark.skip(reason='no')\ndef test_it(): pass",
        "test_module.py": "import pytest\npytest.importorskip('nonesuch')",
        "test_sound.py": "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False",
    }
    for name, body in bodies.items():
        (tmp_path / name).write_text(body, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = (sys.executable, "-m", "pytest", "-p", "xdist", "-n", "2", "-rfE", str(tmp_path))
    quick = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    assert run(*command, cwd=tmp_path, **quick).returncode == 0
    strict = run(*command, cwd=tmp_path, PYTEST_ADDOPTS="-p tests.no_skips", **quick)
    assert strict.returncode == 1
    assert set(re.findall(r"^(?:FAILED|ERROR) (\w+\.py)", strict.stdout, re.MULTILINE)) == {*bodies} - {"test_sound.py"}


def test_help_lists_every_target_for_people() -> None:
    shown = run("make", "help").stdout
    listed = set(re.findall(r"make ([a-z-]+)", shown))
    assert {"setup", "run", "story", "clean-data", "lint", "test", "simulate", "bench", "catalogues"} <= listed
    assert run("make").stdout == shown


def test_clean_data_removes_a_demo_s_data_and_nothing_else(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "letter.txt").write_text("keep me", encoding="utf-8")
    assert run("make", "clean-data", f"DATA={papers}").returncode != 0
    assert (papers / "letter.txt").exists()
    (papers / "run.json").write_text("{}", encoding="utf-8")
    assert run("make", "clean-data", f"DATA={papers}").returncode == 0
    assert not papers.exists()


def test_ci_s_script_can_be_run() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert run("bash", "-n", str(script)).returncode == 0
