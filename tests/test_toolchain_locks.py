"""The lock files: everything fixed, hashed and explained; no place to fetch from."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
SOURCES = sorted((ROOT / "requirements").glob("*.in"))


def entries(lock: Path) -> list[str]:
    text = re.sub(r"^\s*#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def names(source: Path) -> list[str]:
    lines = source.read_text(encoding="utf-8").splitlines()
    return [re.split(r"[=<>~;\[\s]", line)[0] for line in lines if line and not line.startswith(("#", "-"))]


def test_each_source_has_a_lock_and_each_lock_a_source() -> None:
    assert [lock.stem for lock in LOCKS] == [source.stem for source in SOURCES] == ["dev", "lock", "run"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_entry_has_one_version_and_hashes(lock: Path) -> None:
    assert entries(lock)
    for entry in entries(lock):
        assert re.match(r"[a-z0-9-]+==[\w.+]+( ; [^-]+?)?(\s+--hash=sha256:[0-9a-f]{64})+$", entry.strip()), entry[:80]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_no_lock_says_where_to_fetch_from(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(i|f|-index|-extra-index|-find-links|-trusted)", text, flags=re.MULTILINE)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_dependency_is_locked_and_explained(source: Path) -> None:
    locked = {entry.split("==")[0] for entry in entries(source.with_suffix(".txt"))}
    explained = set(
        re.findall(r"^\| `([^`]+)`", (ROOT / "docs/dependencies.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(names(source)) <= locked
    assert set(names(source)) <= explained


def test_the_explanations_name_nothing_that_is_not_used() -> None:
    explained = re.findall(r"^\| `([^`]+)`", (ROOT / "docs/dependencies.md").read_text(encoding="utf-8"), re.MULTILINE)
    assets = re.findall(r'^name = "([^"]+)"', (ROOT / "assets.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(explained) == sorted([*assets, *(name for source in SOURCES for name in names(source))])


def test_what_checks_and_what_runs_agree_on_versions() -> None:
    run, dev = (
        dict(entry.split()[0].split("==") for entry in entries(ROOT / "requirements" / name))
        for name in ("run.txt", "dev.txt")
    )
    shared = run.keys() & dev.keys()
    assert shared
    assert {name: run[name] for name in shared} == {name: dev[name] for name in shared}
