"""The post by stick at an office and at the district: it appears by itself, one press, in words for everybody."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from commons.mounting import asking
from commons.mounting.values import Owner, State, Telling, Told
from tests.browser.screen import Screen, Windows
from tests.browser.test_screens import faults, faults_here

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def stick(sticks: Path) -> Iterator[Path]:
    """A stick that can be used, among others that cannot."""
    made = sticks / "नीली"
    made.mkdir(parents=True)
    yield made
    shutil.rmtree(sticks)
    asking.told_path(sticks).unlink(missing_ok=True)


def tell(sticks: Path, *more: tuple[State, str]) -> None:
    """What a helper would say."""
    others = tuple(Told(f"STICK {n}", state, code, "btrfs", 8 << 30) for n, (state, code) in enumerate(more))
    asking.tell(
        sticks, Telling((Told("नीली", "here", "", "vfat", 8 << 30, True), *others)), Owner(os.getuid(), os.getgid())
    )


@pytest.mark.parametrize("language", ["hi", "en"])
def test_it_appears_is_pressed_and_may_be_pulled_out(
    windows: Windows, sticks: Path, stick: Path, language: str
) -> None:
    hub = windows.stage.role("jhansi-hub")
    stick.rmdir()
    for screen in (windows.person("moth.da1", language), windows.person("jhansi-hq.cdo", language, node=hub.node)):
        screen.go("/stick")
        assert screen.page.locator("[data-sticks]").count() == 0
        stick.mkdir(parents=True)
        _all_states_read_well(screen, sticks)
        screen.go("/stick")
        screen.page.click("[data-verb=stick]")
        screen.page.wait_for_selector("[data-stick=done]")
        assert faults_here(screen) == []
        shutil.rmtree(stick)


def _all_states_read_well(screen: Screen, sticks: Path) -> None:
    screen.page.wait_for_selector("[data-sticks='1']")
    tell(
        sticks, ("fault", "stick.file_system"), ("fault", "stick.unclean"), ("out", ""), ("coming", ""), ("leaving", "")
    )
    screen.page.wait_for_selector("[data-sticks='6']")
    assert faults(screen, "/stick") == []
    asking.told_path(sticks).unlink()
