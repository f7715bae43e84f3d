"""Every screen in both languages: judged by axe, on a desk and on a phone."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from provisioning.story.person import Attachment
from provisioning.story.stage import Stage
from tests.browser.screen import DESK, PHONE, Screen, Windows

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
RUN = """(tags) => axe.run(document, {runOnly: {type: "tag", values: tags}, iframes: false}).then((found) =>
  found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`))"""
WIDER = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.right > document.documentElement.clientWidth + 1 && getComputedStyle(one).position !== "absolute" &&
    !one.closest(".pv-filter, .pv-tabs, .pv-sr");
}).slice(0, 3).map((one) => one.outerHTML.slice(0, 120))"""
SQUEEZED = """() => [...document.querySelectorAll("input, select, textarea, button")].filter((one) => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return box.width && (box.width < 12 || box.height < 12) && style.position !== "absolute" && style.opacity !== "0" &&
    !one.closest(".pv-sr");
}).map((one) => `squeezed: ${one.outerHTML.slice(0, 120)}`)"""
PALE = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const rgb = parts(getComputedStyle(at).backgroundColor);
      if (rgb.length === 3 || rgb[3] === 1) return rgb;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")].filter((one) => one.getClientRects().length &&
    [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())).filter((one) => {
      const pair = [light(parts(getComputedStyle(one).color)), light(ground(one))].sort((a, b) => b - a);
      return (pair[0] + 0.05) / (pair[1] + 0.05) < 4.5;
    }).map((one) => `too pale: ${one.outerHTML.slice(0, 120)}`);
}"""
PASTE_OLD = """() => {
  const data = new DataTransfer();
  data.setData("text/plain", "dk;kZy; [k.M fodkl vf/kdkjh");
  document.querySelector("#subject").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
}"""
TYPING = ("/typing", "/typing?show=remington", "/typing?show=phonetic", "/typing/legacy")
LISTS = ("/inbox", "/inbox?which=overdue", "/sent", "/parked", "/files", "/files?q=xyz", "/waiting")


def faults(screen: Screen, path: str) -> list[str]:
    """What is wrong with a screen."""
    screen.go(path)
    return faults_here(screen)


def faults_here(screen: Screen) -> list[str]:
    """What is wrong with the screen that is shown."""
    screen.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    screen.page.evaluate(AXE)
    found = [*screen.page.evaluate(RUN, RULES), *screen.page.evaluate(PALE)]
    screen.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    if screen.page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"wider than a phone: {screen.page.evaluate(WIDER)}")
    found += screen.page.evaluate(SQUEEZED)
    return [f"{screen.page.url} {fault}" for fault in found]


@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_screen_of_an_office_shuts_anybody_out(windows: Windows, letter: Path, language: str) -> None:
    clerk = windows.stage.person("moth", "moth.ado-p", language)
    clerk.enter()
    clerk.go("/files/new")
    subject = "ग्राम पंचायत हरितपुर, नमूनापुर तथा आदर्शपुर के कार्यों की संयुक्त जाँच आख्या " * 3
    clerk.press("open-file", Attachment("paper", letter.name, letter.read_bytes()), subject=subject, priority="3")
    file = clerk.address.rsplit("/", 1)[-1]
    clerk.press("confirm-note", text="पहली\n- एक\n- दो\nकार्य | माप\nखड़ंजा | 206 मी.")
    clerk.press("save-yellow", text="अधूरी टिप्पणी")

    screen = windows.person("moth.ado-p", language)
    found = [
        fault for path in (*LISTS, *TYPING, "/files/new", "/help", f"/files/{file}") for fault in faults(screen, path)
    ]
    clerk.press("discard-yellow")
    clerk.press("send", remarks="आदेशार्थ प्रस्तुत", priority="3")
    for path in (f"/files/{file}", f"/files/{file}/movement", "/sent"):
        found += faults(screen, path)
    found += faults(windows.person("moth.bdo", language), "/office/line")
    assert found == []


@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_screen_of_the_district_or_before_log_in_shuts_anybody_out(windows: Windows, language: str) -> None:
    hub = windows.stage.role("jhansi-hub")
    stranger = windows.at(hub.url, language)
    found = faults(stranger, f"/login?lang={language}")
    watcher = windows.person("jhansi-hq.cdo", language, node=hub.node)
    found += [fault for path in ("/", "/?which=bad", "/files", "/papers", "/aside") for fault in faults(watcher, path)]
    office = windows.at(windows.stage.role("moth").url, language)
    found += faults(office, f"/login?lang={language}")
    demo = windows.at(windows.stage.plan.page_url, language)
    found += faults(demo, f"/?lang={language}")
    assert found == []


def test_what_is_refused_is_said_on_the_page_in_words(windows: Windows) -> None:
    screen = windows.at(windows.stage.role("moth").url, "hi")
    screen.go("/login?lang=hi")
    screen.page.fill("#employee", "1004")
    screen.page.fill("#password", "नहीं")
    screen.refusals = {403}
    screen.press("log-in")
    found = faults_here(screen)
    assert screen.hook("problem") == "wrong"
    assert found == []


SPOIL = """() => {
  document.querySelector("label[for=employee]").remove();
  document.querySelector("h1").style.color = "#dddddd";
  const wide = document.createElement("p");
  wide.textContent = "x".repeat(400);
  document.querySelector("main").append(wide);
  const far = new Image();
  far.src = "http://elsewhere.example/x.png";
  document.body.append(far);
  return new Promise((done) => { far.onerror = () => done(true); });
}"""


def test_these_checks_find_what_is_wrong(chromium: Browser, stage: Stage) -> None:
    screen = Screen(chromium, stage.role("moth").url, "hi")
    screen.go("/login?lang=hi")
    assert faults_here(screen) == []
    assert screen.wrongs == []
    screen.page.evaluate(SPOIL)
    found = " ".join(faults_here(screen))
    assert "label: " in found
    assert "too pale: <h1" in found
    assert "wider than a phone" in found
    assert any("elsewhere.example" in wrong for wrong in screen.wrongs)
    screen.close()


@pytest.mark.parametrize("language", ["hi", "en"])
def test_the_key_map_and_the_offer_for_an_old_font_shut_nobody_out(windows: Windows, language: str) -> None:
    screen = windows.person("moth.da2", language)
    screen.go("/typing")
    screen.page.check("input[name=keyboard][value=phonetic]")
    screen.press("choose-keyboard")
    screen.go("/files/new")
    expect(screen.page.locator('[data-typing][data-ready="1"]')).to_be_visible()
    screen.page.keyboard.press("Alt+KeyK")
    expect(screen.page.locator('#typing-panel [data-code="KeyK"]')).to_be_visible()
    found = faults_here(screen)
    screen.page.keyboard.press("Alt+KeyK")
    screen.page.evaluate(PASTE_OLD)
    expect(screen.page.locator("[data-legacy]")).to_be_visible()
    found += faults_here(screen)
    assert found == []
