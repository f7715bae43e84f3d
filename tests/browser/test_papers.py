"""A file's papers in the browser: turned page by page, and one that is far too large."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.picture import dark_share
from tests.browser.screen import SOON, Windows
from tests.support.paper import locked_pdf, pdf
from tests.support.waiting import becomes

LOADED = "() => document.querySelector('img.pv-image-paper').naturalWidth > 0"
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def huge(tmp_path: Path) -> Path:
    path = tmp_path / "बहुत-बड़ा.pdf"
    with path.open("wb") as file:
        file.write(pdf())
        file.truncate(200 << 20)
    return path


@pytest.fixture
def three_pages(tmp_path: Path) -> Path:
    path = tmp_path / "तीन पृष्ठ.pdf"
    path.write_bytes(pdf(3))
    return path


@pytest.mark.parametrize("scripts", [True, False])
def test_pages_are_turned_from_paper_to_paper_and_made_larger(
    windows: Windows, three_pages: Path, letter: Path, scripts: bool
) -> None:
    screen = windows.person("moth.da2", "hi", scripts=scripts)
    page = screen.page
    screen.go("/files/new")
    page.fill("#subject", "पृष्ठ पलटना")
    page.set_input_files("#paper", letter)
    screen.press("open-file")
    page.set_input_files("#paper", three_pages)
    screen.press("attach")
    expect(page.locator(".pv-thumbs li")).to_have_count(2)
    at = page.locator("span[data-page]")
    expect(at).to_have_attribute("data-page", "1")
    for number in (2, 3, 4):
        if scripts:
            page.keyboard.press("Alt+PageDown")
        else:
            screen.verb("page-next").click()
        expect(at).to_have_attribute("data-page", str(number), timeout=SOON)
    expect(screen.verb("page-next")).to_have_count(0)
    expect(page.locator("[data-paper]")).to_contain_text("तीन पृष्ठ.pdf")
    picture = page.locator("img.pv-image-paper")
    expect(picture).to_be_visible()
    page.wait_for_function(LOADED) if scripts else None
    assert dark_share(page, "img.pv-image-paper") > 0.002, "the page is not drawn"
    before = picture.bounding_box()
    screen.verb("zoom").click()
    expect(page.locator(".pv-sheet.zoomed")).to_be_visible(timeout=SOON)
    assert before
    wide = 2 * before["width"]
    assert becomes(lambda: ((box := picture.bounding_box()) is not None) and box["width"] > wide, SOON / 1000)
    expect(at).to_have_attribute("data-page", "4")


def test_a_password_is_told_beside_the_field(windows: Windows, tmp_path: Path) -> None:
    path = tmp_path / "बंद.pdf"
    path.write_bytes(locked_pdf())
    screen = windows.person("moth.da2", "hi")
    screen.go("/files/new")
    screen.page.fill("#subject", "पासवर्ड")
    screen.press("open-file")
    screen.refusals = {422}
    screen.page.set_input_files("#paper", path)
    screen.verb("attach").click()
    expect(screen.page.locator("[data-why]")).to_contain_text("पासवर्ड से खुलती है", timeout=SOON)


@pytest.mark.parametrize("scripts", [True, False])
def test_200_megabytes_are_refused_in_words(windows: Windows, huge: Path, scripts: bool) -> None:
    screen = windows.person("moth.da2", "hi", scripts=scripts)
    page = screen.page
    screen.go("/files/new")
    page.fill("#subject", "बड़ा पत्र")
    screen.press("open-file")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.set_input_files("#paper", huge)
    screen.refusals = {413}
    if scripts:
        screen.verb("attach").click()
        expect(page.locator("[data-why]")).to_contain_text("52 MB")
        assert "POST" not in asked, "it was sent although it cannot be taken"
    else:
        screen.press("attach")
        expect(page.locator("[data-problem=too_large]")).to_be_visible()
