"""Hostile requests in every role on every address, public and admin: none may end in a 5xx.

FUZZ_REQUESTS says how many (100,000), FUZZ_SEED which (1), FUZZ_SECONDS when to stop at the latest (3,600). What a request did
is rolled back, so that every one meets the same world and can be made again alone: FUZZ_ONLY is its number. Failures are told
on stderr, each kind once.
"""

import logging
import os
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client, override_settings

from accounts.models import User
from benchmarks import Figure
from tests.addresses import World, patterns
from tests.factories import create_user, picture_bytes
from tests.hostile import COOKIE_VALUES, COOKIES, HEADERS, HOSTS, NAMES, VALUES, as_sent, send

REQUESTS = int(os.environ.get("FUZZ_REQUESTS") or 100_000)
SECONDS = int(os.environ.get("FUZZ_SECONDS") or 3_600)
SEED = int(os.environ.get("FUZZ_SEED") or 1)
ONLY = os.environ.get("FUZZ_ONLY")
ROLES = ["Writer", "Editor", "Medical reviewer", "Moderator", "Newsletter editor", "Administrator"]
FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]{0,2000}>")
NAME, VALUE = re.compile(r"\bname=[\"']?([^\"'> ]+)"), re.compile(r"\bvalue=\"([^\"]*)")
PARAMETER = re.compile(r"[?&](?:amp;)?([a-z_]{1,60})=([^&\"#]{0,60})")
TYPES = [
    "multipart/form-data", "multipart/form-data; boundary=B", "application/json", "text/plain; charset=latin-1", "application/xml", "x",
    "multipart/form-data; boundary=B; charset=utf-8", "application/x-www-form-urlencoded; charset=UTF8", "multipart/mixed; boundary=B",
]  # fmt: skip
BODIES = [
    b"", b"{", b"\x00\xff" * 50, b"--B\r\n\r\n--B--", b"%" * 100, b"a=" + b"9" * 9999,
    b'--B\r\nContent-Disposition: form-data; name="body"\r\n\r\nWords\r\n--B--\r\n',
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="../\xff.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--B--\r\n',
    b'--B\r\nContent-Disposition: form-data; name="body"\r\n',
]  # fmt: skip
FILES = [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + b"\xff" * 50, b"<svg onload=alert(1)>", b"\x00" * 3000, picture_bytes()]


@dataclass
class Visitor:
    """Somebody in a role, and what the pages have shown her."""

    role: str
    user: User | None
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    seen: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.user:
            self.client.force_login(self.user)
        self.ticket = self.client.cookies.output(header="", sep=";")

    def fresh(self) -> Client:
        self.client.cookies.clear()
        self.client.cookies.load(self.ticket)
        return self.client


@dataclass
class Failures:
    """Every 5xx, and the exceptions behind them by the line that raised them."""

    count: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    raised: str = ""

    def note(self, **_signal: Any) -> None:
        frames = traceback.extract_tb(sys.exc_info()[2])
        last = [frame for frame in frames if "site-packages" not in frame.filename][-1:] + frames[-1:]
        self.raised = f"{sys.exc_info()[1]!r:.200} at " + " < ".join(f"{f.filename}:{f.lineno}" for f in reversed(last))

    def add(self, number: int, visitor: Visitor, told: str, status: int) -> None:
        self.count += 1
        kind = self.raised or f"{status} without an exception"
        self.kinds[kind] += 1
        if self.kinds[kind] == 1:
            print(f"request {number}, {visitor.role}: {status} {told:.300}\n    {kind}", file=sys.stderr, flush=True)


PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def run() -> Iterable[Figure]:
    storages = {**settings.STORAGES, "staticfiles": PLAIN}
    logging.disable(logging.CRITICAL)
    failures, statuses = Failures(), Counter[int]()
    got_request_exception.connect(failures.note)
    with override_settings(STAFF_SECOND_FACTOR=False, ALLOWED_HOSTS=["testserver"], STORAGES=storages):
        send_all(failures, statuses)
    got_request_exception.disconnect(failures.note)
    logging.disable(logging.NOTSET)
    asked, how = statuses.total(), ", ".join(f"{count:,} {kind}xx" for kind, count in sorted(statuses.items()))
    yield Figure("requests", asked, against=how, exactly=1 if ONLY else REQUESTS)
    if not ONLY:
        # Else they fall at the first hurdle, and what lies behind it has met none.
        yield Figure("answered with a page or a way on", 100 * (statuses[2] + statuses[3]) / asked, "%", at_least=25)
    yield Figure("answers 5xx", failures.count, exactly=0, of=asked)


def send_all(failures: Failures, statuses: Counter[int]) -> None:
    world = World()
    visitors = [Visitor("stranger", None), Visitor("reader", create_user())]
    visitors += [Visitor(role, create_user(role=role, byline=role == "Writer")) for role in ROLES]
    addresses = sorted({world.address(pattern) for pattern in patterns()})
    until = time.monotonic() + SECONDS
    for number in [int(ONLY)] if ONLY else range(REQUESTS):
        if time.monotonic() > until:
            return
        rng = random.Random(f"{SEED} {number}")
        visitor = rng.choice(visitors)
        failures.raised = ""
        with transaction.atomic():
            told, status = ask(rng, visitor, rng.choice(addresses))
            transaction.set_rollback(True)
        statuses[status // 100] += 1
        if status >= 500:
            failures.add(number, visitor, told, status)


def ask(rng: random.Random, visitor: Visitor, address: str) -> tuple[str, int]:
    """One request: what it was, and the status of its answer."""
    client, known = visitor.fresh(), fields_of(visitor, address)
    method = rng.choices(["GET", "POST", "HEAD", "PUT"], [8, 10, 1, 0.2])[0]
    path = bent(rng, address) if rng.random() < 0.15 else address
    query = some(rng, known) if rng.random() < 0.5 else {}
    headers = {
        name: rng.choice(HOSTS if name == "Host" else VALUES)
        for name in rng.sample(HEADERS, rng.choice([0, 0, 1, 2, 4]))
    }
    if rng.random() < 0.1:
        cookie = f"{rng.choice(COOKIES)}={rng.choice(COOKIE_VALUES)}"
        headers["Cookie"] = rng.choice([cookie, f"{visitor.ticket.strip()}; {cookie}"])
    told = f"{method} {path!r:.120} ?{query!r:.200} {headers!r:.200}"
    if method == "POST" and rng.random() < 0.1:
        kind, body = rng.choice(TYPES), rng.choice(BODIES)
        return f"{told} {kind} {body[:60]!r}", client.generic("POST", as_sent(path), body, kind).status_code
    form = some(rng, known) if method == "POST" else None
    if form and rng.random() < 0.1:
        files = {name: SimpleUploadedFile("a.png", rng.choice(FILES)) for name in ("file", "image", "files", "picture")}
        return f"{told} with files {form!r:.300}", client.post(as_sent(path), {**form, **files}).status_code
    answer = send(client, method, as_sent(path), headers=headers, query=query, form=form)
    return f"{told} {form!r:.400}", answer.status_code


def fields_of(visitor: Visitor, address: str) -> dict[str, list[str]]:
    """The names that stand in the page's forms and links, with their values; asked for once."""
    if address not in visitor.seen:
        answer = visitor.client.get(address)
        html = (
            "" if answer.streaming or answer.status_code != 200 else answer.content.decode("utf-8", "replace")[:300_000]
        )
        known: dict[str, list[str]] = {name: [] for name in NAMES}
        tags = [(NAME.search(tag), VALUE.search(tag)) for tag in FIELD.findall(html)]
        pairs = [(name[1], value[1] if value else "") for name, value in tags if name]
        for name, value in [*pairs, *PARAMETER.findall(html)]:
            known.setdefault(unescape(name), []).append(unescape(value))
        visitor.seen[address] = known
    return visitor.seen[address]


def some(rng: random.Random, known: dict[str, list[str]]) -> dict[str, Any]:
    """All of a page's fields as they are, with a few bent; or a handful, all of them bent."""
    names = sorted(known)
    if rng.random() < 0.5:
        as_is = {name: rng.choice(values) for name, values in known.items() if values}
        return {**as_is, **{name: rng.choice(VALUES) for name in rng.sample(names, min(len(names), 2))}}
    return {
        name: rng.choice([[rng.choice(VALUES)], rng.sample(VALUES, 2)])
        for name in rng.sample(names, min(len(names), 4))
    }


def bent(rng: random.Random, address: str) -> str:
    parts = address.split("/")
    parts[rng.randrange(1, len(parts))] = rng.choice([*VALUES, "987654", "..", "."]).replace("?", "").replace("#", "")
    return "/".join(parts)
