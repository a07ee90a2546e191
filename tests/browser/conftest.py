"""A real browser on the real demo; without Chromium these tests say that they did not run."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def demo(transactional_db: None, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demo site, set up as ``make demo`` does it; returns its address."""
    # Playwright's synchronous interface runs an event loop in this thread, which Django takes for an async caller.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    _one_request_at_a_time(monkeypatch)
    call_command("sandbox", "demo", "--address", live_server.url, "--json")
    return str(live_server.url)


def _one_request_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database in memory is one connection for all threads, on which two requests cannot both have a transaction."""
    lock, answer = Lock(), WSGIHandler.get_response

    def answering(handler: WSGIHandler, request: Any) -> Any:
        with lock:
            return answer(handler, request)

    monkeypatch.setattr(WSGIHandler, "get_response", answering)


@pytest.fixture
def browse(demo: str) -> Callable[..., Any]:
    """Open a page signed in as somebody: ``with browse("learner", color_scheme="dark") as page``."""
    if CHROMIUM is None:
        pytest.skip("There is no Chromium on this machine: the demo was not tried in a browser.")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: no browser was tried.")

    @contextmanager
    def browsing(who: str, **options: Any) -> Iterator[Any]:
        with playwright.sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_context(base_url=demo, **options).new_page()
            page.on("pageerror", lambda error: pytest.fail(f"The page's script failed: {error}"))
            page.goto("/login/")
            page.locator(f"button[value={who}]").click()
            yield page
            browser.close()

    return browsing
