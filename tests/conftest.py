"""What all tests share: a hypothesis profile, a quiet matplotlib, and a browser that reaches no network."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import matplotlib as mpl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

hypothesis.settings.register_profile("gridmap", derandomize=True, deadline=None)
hypothesis.settings.load_profile("gridmap")
mpl.use("Agg")

CHROMIUM_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
PHONE = (390, 844)
SCREEN = (1400, 900)


@dataclass
class BrowserPage:
    """A page with what went wrong on it."""

    page: Page
    console_errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def outside_requests(self) -> list[str]:
        """The requests for anything but local files and the local server."""
        local = ("file:", "data:", "blob:", "about:", "http://127.0.0.1")
        return [url for url in self.requests if not url.startswith(local)]

    def open(self, path: Path) -> Page:
        """Open a local file and hand out the page."""
        self.page.goto(path.resolve().as_uri())
        return self.page


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium without a network; `make test` installs it where it is missing."""
    path = shutil.which("chromium")
    assert path, "chromium is missing; run make test, which installs it, or apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGS))
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium):
    """A function that makes a `BrowserPage` of a size; all are closed at the end."""
    contexts = []

    def make(size: tuple[int, int] = SCREEN) -> BrowserPage:
        width, height = size
        touch = width < 900
        context = chromium.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch, locale="zh-CN"
        )
        contexts.append(context)
        opened = BrowserPage(context.new_page())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("pageerror", lambda error: opened.console_errors.append(str(error)))
        opened.page.on(
            "console",
            lambda message: opened.console_errors.append(message.text) if message.type == "error" else None,
        )
        return opened

    yield make
    for context in contexts:
        context.close()
