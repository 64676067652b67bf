"""A real browser for the tests: Debian's Chromium by Playwright, and how to read the live page in it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    WebSocketRoute,
    expect,
    sync_playwright,
)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PATIENCE_MS = 60_000
"""Far more than anything takes on a busy machine: only a hang reaches it."""
APART = (
    "WebSocket connection to",
    "net::ERR_",
    "status of 403",
    "Client Error in reaching server endpoint",
    "Streamlit server is not responding",
)
"""What the browser and Streamlit log when a server is away: not an error of the page."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. Without one the test is skipped, in CI it fails."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        why = "no Chromium found: apt-get install chromium, or name it in CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One visitor's tab: `errors` collects what the page logged as an error or threw."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url, self.errors, self.noise = url, [], []
        settings: dict[str, Any] = {
            "locale": "vi-VN",
            "timezone_id": "Asia/Ho_Chi_Minh",
            "viewport": {"width": 1440, "height": 1000},
            "reduced_motion": "reduce",
        }
        self.context: BrowserContext = browser.new_context(**{**settings, **options})
        self.context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._logged)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _logged(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            (self.noise if any(part in message.text for part in APART) else self.errors).append(message.text)

    def go(self, path: str = "/") -> Page:
        """Opens the path and returns when the page is live."""
        self.page.goto(self.url + path)
        expect(self.badge("live")).to_be_visible()
        return self.page

    def badge(self, state: str) -> Locator:
        """The badge in this state."""
        return self.page.locator(f'[data-testid=badge][data-state="{state}"]')

    def square(self, cell: str, month: int) -> Locator:
        """A square of the board (month 0: the cell's name)."""
        return self.page.locator(f'[data-cell="{cell}"] [data-month="{month}"]')

    def close(self) -> None:
        """Closes the tab; nothing went wrong in it."""
        self.context.close()
        assert self.errors == [], self.errors


class Line:
    """What Streamlit's page and server say to each other; the server's answers may be held."""

    def __init__(self, page: Page) -> None:
        self.page, self.answers_wait, self.said = page, False, 0
        self.held: list[tuple[WebSocketRoute, str | bytes]] = []
        page.route_web_socket(re.compile("_stcore/stream"), self._through)

    def _through(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()

        def ask(message: str | bytes) -> None:
            self.said += self.answers_wait
            server.send(message)

        def answer(message: str | bytes) -> None:
            if self.answers_wait:
                self.held.append((page, message))
            else:
                page.send(message)

        page.on_message(ask)
        server.on_message(answer)

    def asked(self, times: int, after_first: Callable[[], None]) -> None:
        """Waits until the page has asked so often since answers wait; does something once it has asked."""
        while not self.said:
            self.page.wait_for_timeout(20)
        after_first()
        while self.said < times:
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(300)  # the server takes up the rerun while the browser still knows the old address

    def release(self) -> None:
        """The answers arrive."""
        self.answers_wait = False
        for page, message in self.held:
            page.send(message)
