"""A whole site for the browser: web server and worker as `make run` starts them, with the demo, over real SMTP.

A test here takes over a second where it follows somebody through many pages or has each looked at by axe: the browser
loads, lays out and runs all of them.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, expect, sync_playwright

from config.demo.load import PASSWORD
from tests.browser.checks import WIDE, watch
from tests.chromium import CHROMIUM
from tests.forks import ROOT, Forks
from tests.ready import copy_of
from tests.smtp import Outbox, running_server

# Every visitor comes from a network of her own, as in life; the site trusts one proxy's word for it.
networks = count(1)
SECONDS = 20  # for whatever is waited for: a machine may be busy
expect.set_options(timeout=SECONDS * 1000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            # A browser on a busy machine now and then misses a beat; what is broken fails twice. The report counts these.
            item.add_marker(pytest.mark.flaky(reruns=1))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@dataclass
class Site:
    """The running site: where it is, the mail it has sent, and who has logged in already."""

    url: str
    outbox: Outbox
    data: Path
    forks: Forks
    sessions: dict[str, Any] = field(default_factory=dict)

    def ask(self, code: str) -> Any:
        """Runs Python beside the running site, on its database; what the code leaves in `answer` comes back."""
        return json.loads(self.forks.run(f"{code}\nimport json\nprint(json.dumps(answer))").splitlines()[-1])


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("site")
    port = free_port()
    with running_server() as outbox, copy_of("demo", data) as database_url:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "DEBUG": "0",
            "STAFF_SECOND_FACTOR": "0",
            "DATA": str(data),
            "PORT": str(port),
            "SECRET_KEY": settings.SECRET_KEY,
            "BASE_URL": f"http://localhost:{port}",
            "TRUSTED_PROXIES": "1",
            "DATABASE_URL": database_url,
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(outbox.port),
            "MAIL_SECURITY": "none",
            "MAIL_FROM": "Wellread <post@wellread.example>",
        }
        log = data / "site.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "start"], cwd=ROOT, env=environment, stdout=out, stderr=out
            )
        forks = Forks(environment)
        try:
            wait_for(f"http://localhost:{port}/healthz", process, log)
            yield Site(f"http://localhost:{port}", outbox, data, forks)
        finally:
            forks.close()
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()


class Visit:
    """`visit(java_script=False)` opens a fresh visitor's page; `by="editor"` one of a demo person who has logged in.
    Everything is closed at the end of the test."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.contexts: list[BrowserContext] = []

    def __call__(self, *, by: str = "", java_script: bool = True, **headers: str) -> Page:
        page = self.context(by, java_script, **headers).new_page()
        page.runs_scripts = java_script  # a page of playwright does not tell
        return page

    def unseen(self, *, by: str = "") -> APIRequestContext:
        """What only asks and reads: no window is opened, which takes the browser most of a second."""
        return self.context(by).request

    def context(self, by: str = "", java_script: bool = True, **headers: str) -> BrowserContext:
        if by and by not in self.site.sessions:
            self.site.sessions[by] = self.log_in(by)
        n = next(networks)
        context = self.browser.new_context(
            base_url=self.site.url,
            java_script_enabled=java_script,
            viewport=WIDE,
            extra_http_headers={"X-Forwarded-For": f"10.{n // 250}.{n % 250}.7", **headers},
            storage_state=self.site.sessions.get(by),
        )
        context.set_default_timeout(SECONDS * 1000)
        self.contexts.append(context)
        return context

    def log_in(self, name: str) -> Any:
        context = self.context()
        form = context.request.get("/accounts/login/").text()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        words = {"login": f"{name}@example.org", "password": PASSWORD, "csrfmiddlewaretoken": token}
        context.request.post("/accounts/login/", form=words, headers={"Origin": self.site.url})
        assert context.request.get("/admin/", max_redirects=0).ok, f"{name} could not log in"
        return context.storage_state()

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def log_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    visit = Visit(browser, site)
    yield visit
    visit.close()


@pytest.fixture(scope="module")
def writers_window(browser: Browser, site: Site) -> Iterator[Page]:
    """One for all tests of a file: to open a window, with nothing known in it, takes longer than most of them do."""
    visit = Visit(browser, site)
    page = visit(by="writer")
    page.problems = watch(page, site.url)
    yield page
    visit.close()


@pytest.fixture
def new_article(writers_window: Page) -> Iterator[Page]:
    """The form for a new article. What the browser complains of fails the test."""
    page = writers_window
    page.unroute_all()
    page.set_viewport_size(WIDE)
    page.goto("/robots.txt")  # what stands in a form is put away when it is left, so that is forgotten from elsewhere
    page.evaluate("[localStorage, sessionStorage].forEach((storage) => storage.clear())")
    page.problems.clear()
    page.goto("/admin/articles/article/add/")
    expect(page.get_by_role("toolbar")).to_be_visible()
    yield page
    assert page.problems == []


@pytest.fixture
def writing(new_article: Page) -> Page:
    """With the cursor in its text."""
    new_article.locator(".ProseMirror[contenteditable]").click()
    return new_article


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    for _attempt in range(480):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if b'"worker": "ok"' in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.25)
    pytest.fail(f"The site did not start:\n{log.read_text(errors='replace')[-3000:]}")
