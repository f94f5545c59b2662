"""docs/architecture.md names files and functions that exist."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.conf import settings

PAGE = (settings.ROOT / "docs/architecture.md").read_text(encoding="utf-8")
# `comments/intake/receive.py: receive`, `site/edge/`, `rendering.py`
NAMED = re.compile(r"`([\w/.-]*(?:/|\.(?:py|js|html)))(?:: (\w+))?`")
INSIDE = re.compile(r"\| `(\w+)/`, from top to bottom")


def places() -> Iterator[tuple[str, str]]:
    """(path, function or "") of everything that the page names; a table about one app names what stands inside of it."""
    app = ""
    for line in PAGE.splitlines():
        if found := INSIDE.search(line):
            app = f"{found[1]}/"
        elif not line:
            app = ""
        for path, name in NAMED.findall(line):
            yield (path if path == app or path.startswith(app) else app + path), name


PLACES = sorted(set(places()))


def test_the_page_walks_through_files_and_functions():
    assert len(PLACES) > 60
    assert sum(bool(name) for _path, name in PLACES) > 15


@pytest.mark.parametrize(("path", "name"), PLACES)
def test_what_the_page_names_is_there(path, name):
    place = settings.ROOT / path
    assert place.exists() or list(settings.ROOT.glob(f"*/{path}"))
    if name:
        assert name in {getattr(node, "name", "") for node in ast.parse(place.read_text(encoding="utf-8")).body}
