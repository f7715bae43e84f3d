"""A person at a browser window, who finds controls by the hooks of docs/screens.md in any language."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, WebError, expect

from provisioning.demo.roles import LogIn
from provisioning.story.stage import Stage

DESK, PHONE = (1366, 768), (360, 740)
SOON, LATER = 15_000.0, 60_000.0
"""Milliseconds: over a line that is up; after a line has come back."""
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error("policy", event.violatedDirective, event.blockedURI))"""
OWN_SCHEMES = {"data", "blob", "about", "chrome", "chrome-extension"}  # the last two are the browser's own PDF viewer


class Screen:
    """A window with a session of its own. `wrongs` is what must not have happened in it."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        language: str,
        *,
        scripts: bool = True,
        size: tuple[int, int] = DESK,
    ) -> None:
        self.url = url.rstrip("/")
        self.language = language
        self.wrongs: list[str] = []
        self.refusals: set[int] = set()  # statuses that the test means to get
        self._context = browser.new_context(java_script_enabled=scripts, viewport={"width": size[0], "height": size[1]})
        self._context.add_init_script(TELL_VIOLATIONS)
        self._context.on("request", self._asked)
        self._context.on("response", self._answered)
        self._context.on("console", self._said)
        self._context.on("weberror", self._failed)
        self.page: Page = self._context.new_page()

    def go(self, path: str) -> None:
        """Open an address of the node."""
        self.page.goto(self.url + path)

    def log_in(self, person: LogIn) -> None:
        """By the form, in the window's language; then choose that language for the person."""
        self.go(f"/login?lang={self.language}")
        self.page.fill("#employee", person.employee)
        self.page.fill("#password", person.password)
        self.press("log-in")
        if self.page.get_attribute("html", "lang") != self.language:
            self.press("set-language")
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        if self.page.locator("[data-first]").count():  # the page of the day, once a day
            self.go("/inbox")

    def verb(self, name: str) -> Locator:
        """The controls on the screen that do a verb."""
        return self.page.locator(f'[data-verb="{name}"]:visible')

    def press(self, name: str) -> None:
        """Press the control and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.verb(name).first.click()

    def row(self, file: str) -> Locator:
        """The row of a file in a list."""
        return self.page.locator(f'tr[data-file="{file}"]')

    def hook(self, name: str) -> str:
        """The value of `data-<name>` where it first stands."""
        return self.page.locator(f"[data-{name}]").first.get_attribute(f"data-{name}") or ""

    def write(self, text: str) -> None:
        """Type into the yellow note: the editor with scripts, the plain field without."""
        editor = self.page.locator("[data-field=note]")
        if editor.is_visible():
            editor.click()
            self.page.keyboard.type(text)
        else:
            self.page.fill("textarea[name=text]", text)

    def send(self, to_post: str, how: str, remarks: str) -> None:
        """Fill in the send form and send; "" leaves the post as it stands."""
        self.page.check(f'input[name=how][value="{how}"]')
        if to_post:
            self.page.select_option("#to_post", to_post)
        self.page.fill("#remarks", remarks)
        self.press("send")

    def mark(self) -> None:
        """Remember that this very page is shown, to see later that it was not loaded again."""
        self.page.evaluate("() => { window.patravaliTest = true; }")

    def is_marked(self) -> bool:
        """Whether the page that was marked is still the one shown."""
        return bool(self.page.evaluate("() => window.patravaliTest === true"))

    def close(self) -> None:
        """Close the window."""
        self._context.close()

    def _asked(self, request: Request) -> None:
        found = urlsplit(request.url)
        if found.scheme in OWN_SCHEMES:
            return
        if found.hostname != "127.0.0.1":
            self.wrongs.append(f"asked {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.refusals:
            self.wrongs.append(f"{response.status} {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.wrongs.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _failed(self, error: WebError) -> None:
        self.wrongs.append(f"uncaught: {error.error}")


class Windows:
    """Opens windows on the demonstration, and at the end says what went wrong in any of them."""

    def __init__(self, browser: Browser, stage: Stage) -> None:
        self._browser = browser
        self._open: list[Screen] = []
        self.stage = stage

    def at(self, url: str, language: str, *, scripts: bool = True, size: tuple[int, int] = DESK) -> Screen:
        """A window at an address, nobody logged in."""
        screen = Screen(self._browser, url, language, scripts=scripts, size=size)
        self._open.append(screen)
        return screen

    def person(
        self, post: str, language: str, *, node: str = "", scripts: bool = True, size: tuple[int, int] = DESK
    ) -> Screen:
        """A window in which the holder of a post is logged in, at `node` or at the post's own office."""
        role = self.stage.role(node or post.split(".", maxsplit=1)[0])
        screen = self.at(role.url, language, scripts=scripts, size=size)
        screen.log_in(next(person for person in role.log_ins if person.post == post))
        return screen

    def close(self) -> list[str]:
        """Close all; what went wrong."""
        for screen in self._open:
            screen.close()
        return [wrong for screen in self._open for wrong in screen.wrongs]
