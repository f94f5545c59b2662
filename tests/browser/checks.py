"""What every page must pass: nothing for axe to find, nothing refused by the policy, no other host asked."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Request

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# The other theme changes colours and nothing else, and those alike at every width. To look at them takes axe most of its
# time.
COLOURS = ["color-contrast", "link-in-text-block"]
ONLY_COLOURS = {"runOnly": {"type": "rule", "values": COLOURS}}
# What else depends on the width, of what was to be seen wide already.
ONLY_PLACES = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}


def bring_axe(page: Page) -> None:
    """To the page that is open and to those that follow it; to send it anew for each takes longer than to look."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.add_init_script(AXE)
        page.evaluate(AXE)


def look_into(page: Page, place: str) -> list[str]:
    """What axe-core finds in a part of a page that was looked at already, such as a window that has opened above it."""
    bring_axe(page)
    findings = axe_findings(page, {"runOnly": WCAG}, inside=place)
    page.emulate_media(color_scheme="dark")
    findings += axe_findings(page, ONLY_COLOURS, inside=place)
    page.emulate_media(color_scheme="light")
    return findings


def look_at(page: Page) -> list[str]:
    """What axe-core finds at WCAG 2.2 AA, wide and narrow, light and dark; and whether the page scrolls sideways."""
    page.emulate_media(reduced_motion="reduce", color_scheme="light")
    bring_axe(page)
    page.set_viewport_size(WIDE)
    findings = axe_findings(page, {"runOnly": WCAG})
    page.evaluate(REMEMBER)
    page.set_viewport_size(NARROW)
    findings += axe_findings(page, ONLY_PLACES)
    findings += axe_findings(page, {"runOnly": WCAG}, only_new=True)
    page.emulate_media(color_scheme="dark")
    findings += axe_findings(page, ONLY_COLOURS)
    page.emulate_media(color_scheme="light")
    if sideways := page.evaluate(SIDEWAYS):
        findings.append(f"{page.url} at 320: scrolls sideways, because of {sideways}")
    page.set_viewport_size(WIDE)
    return findings


def stretch(page: Page) -> list[str]:
    """Whether the page scrolls sideways on a phone with text twice as large, or with words of 60 letters everywhere. It
    cannot be used afterwards."""
    findings = []
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for what, change in (("with large text", LARGE_TEXT), ("with long words", LONG_WORDS)):
            page.evaluate(change)
            if sideways := page.evaluate(SIDEWAYS):
                findings.append(f"{page.url} at {width} {what}: scrolls sideways, because of {sideways}")
    page.set_viewport_size(WIDE)
    return findings


def axe_findings(page: Page, rules: dict, *, only_new: bool = False, inside: str = "") -> list[str]:
    """One line per finding: rule, and the elements it is about. `only_new`: among those that were not to be seen wide."""
    violations = page.evaluate(RUN, [rules, only_new, inside])
    where = page.evaluate("`${innerWidth} ${matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'}`")
    return [
        f"{page.url} at {where}: {found['id']}: "
        + " | ".join(" ".join(map(str, node["target"])) for node in found["nodes"][:4])
        for found in violations
    ]


# Colours that are still on their way to the other theme are not the page's; and axe may not fetch style sheets anew,
# which the policy of the page would report.
RUN = """async ([rules, onlyNew, inside]) => {
  document.getAnimations().forEach((animation) => animation.finish());
  const fresh = (e) => e.checkVisibility({visibilityProperty: true}) && !window.seenWide.has(e);
  const where = onlyNew ? {include: [...document.querySelectorAll("body *")].filter(fresh)} : inside || document;
  if (onlyNew && !where.include.length) return [];
  const result = await axe.run(where, {...rules, resultTypes: ["violations"], preload: false});
  return result.violations;
}"""

REMEMBER = """() => {
  const seen = (e) => e.checkVisibility({visibilityProperty: true});
  window.seenWide = new Set([...document.querySelectorAll("body *")].filter(seen));
}"""

SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1);
  return wide.slice(0, 3).map((e) => `${e.tagName}.${e.className}`).join(" ") || "something";
}"""


LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"

LONG_WORDS = """() => {
  document.documentElement.style.fontSize = "";
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.closest("script")) text.data = text.data.replace(/\\p{L}\\S*/u, "W".repeat(60));
  }
}"""


def watch(page: Page, own: str) -> list[str]:
    """Begins to listen; the list fills with what goes wrong: errors, policy violations, requests to another host."""
    problems: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        # A 4xx is an answer that some of our pages give on purpose; the browser writes it into the console.
        if message.type == "error" and "status of 4" not in message.text:
            problems.append(f"{page.url} console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((own, "data:", "blob:")):
            problems.append(f"{page.url} asks another host: {request.url}")

    page.on("pageerror", lambda error: problems.append(f"{page.url} error: {error}"))
    page.on("console", on_console)
    page.on("request", on_request)
    return problems
