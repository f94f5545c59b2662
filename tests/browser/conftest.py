"""A whole site for the browser: web server and worker as `make run` starts them, with the demo, over real SMTP."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.smtp import Outbox, running_server

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
# Every visitor comes from a network of her own, as in life; the site trusts one proxy's word for it.
networks = count(1)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@dataclass
class Site:
    """The running site: where it is, and the mail it has sent."""

    url: str
    outbox: Outbox
    data: Path


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("site")
    port = free_port()
    with running_server() as outbox, database() as database_url:
        environment = {
            **os.environ,
            "DEBUG": "1",
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
        try:
            wait_for(f"http://localhost:{port}/healthz", process, log)
            yield Site(f"http://localhost:{port}", outbox, data)
        finally:
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


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[object]:
    """`visit(java_script=False, dark=True, width=320)` opens a fresh visitor's page; all are closed at the end."""
    contexts: list[BrowserContext] = []

    def open_page(*, java_script: bool = True, dark: bool = False, width: int = 1280, **headers: str) -> Page:
        n = next(networks)
        context = browser.new_context(
            base_url=site.url,
            java_script_enabled=java_script,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 900},
            extra_http_headers={"X-Forwarded-For": f"10.{n // 250}.{n % 250}.7", **headers},
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    for _attempt in range(240):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if b'"worker": "ok"' in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.5)
    pytest.fail(f"The site did not start:\n{log.read_text(errors='replace')[-3000:]}")


class database:
    """A database of the site's own beside the one the other tests use: "" for SQLite in the site's data folder."""

    def __enter__(self) -> str:
        self.url = os.environ.get("DATABASE_URL", "")
        if not self.url:
            return ""
        self.name = f"wellread_browser_{os.getpid()}"
        self.run(f'CREATE DATABASE "{self.name}"')
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{self.name}"))

    def __exit__(self, *problem: object) -> None:
        if self.url:
            self.run(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)
