"""What every page must pass: nothing for axe to find, nothing refused by the policy, no other host asked."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Request

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def axe_findings(page: Page) -> list[str]:
    """One line per finding of axe-core at WCAG 2.2 AA: rule, and the elements it is about."""
    page.evaluate(AXE)
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
    return [
        f"{page.url} {found['id']}: " + " | ".join(" ".join(map(str, node["target"])) for node in found["nodes"][:4])
        for found in result["violations"]
    ]


def watch(page: Page, own: str) -> list[str]:
    """Begins to listen; the list fills with what goes wrong: errors, policy violations, requests to another host."""
    problems: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        # A 4xx is an answer that some of our pages give on purpose; the browser writes it into the console.
        if message.type == "error" and "status of 4" not in message.text:
            problems.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((own, "data:", "blob:")):
            problems.append(f"other host: {request.url}")

    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.on("console", on_console)
    page.on("request", on_request)
    return problems
