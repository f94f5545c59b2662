"""The moderation desk when very much waits, beside the same desk when little does; and a moderator who is a script.

`make bench` fills it with 200,000 comments, which takes a minute; DESK_COMMENTS=2000000 is the full size, with a tenth of
them waiting in both. DESK_CARDS is how many cards the scripted moderator decides in Chromium (1,000), with the keyboard
alone. Queries are counted without what opens and closes a transaction. Times are of a whole answer, the quickest quarter
of them: what other programs do on the machine should not count.
"""

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import sync_playwright

from accounts.models import User
from benchmarks import Figure
from benchmarks._clock import milliseconds
from benchmarks._plan import BROWSER
from benchmarks._served import served
from comments.desk.queues import Selection
from comments.models import Comment, Thread
from tests.chromium import CHROMIUM

LITTLE = 2_000
MUCH = int(os.environ.get("DESK_COMMENTS") or 200_000)
CARDS = int(os.environ.get("DESK_CARDS") or 1_000)
ROUNDS = 40
THREADS = 40
DESK = "/admin/comments/desk/"
READS = 300  # milliseconds for each card: the same key sooner than a hand presses it again does nothing
PIECE = {"X-Fragment": "1"}
MARKS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SET CONSTRAINTS")

# One comment a second, every tenth waits; everybody writes four, and twenty come from one network.
FILL = {
    "comments_comment": (
        {
            "id": "n", "thread_id": "{thread} + n % {threads}", "depth": "0", "name": "'Reader ' || n", "form_key": "NULL",
            "email": "'reader' || (n / 4) || '@example.net'", "network": "'net' || (n / 20)",
            "mailbox": "'reader' || (n / 4) || '@example.net'",
            "body": "'I tried this for a while, and it helped me some. Has anybody else? ' || n",
            "status": "CASE WHEN n % 10 = 0 THEN 'pending' ELSE 'approved' END", "version": "1",
            "waits_since": "CASE WHEN n % 10 = 0 THEN {moment} END", "priority": "n % 97", "is_held": "n % 70 = 0",
            "is_crisis": "n % 5000 = 0", "helpful_count": "0", "created_at": "{moment}",
            "decided_at": "CASE WHEN n % 10 > 0 THEN {moment} END", "wants_mail": "false",
            "signals": """'[{{"code": "first", "points": 10, "count": 1, "spots": [[2, 7]]}}]'""",
        },
        "",
    ),
    "comments_version": (
        {
            "comment_id": "n", "number": "1", "body": "'I tried this for a while.'", "signals": "'[]'", "salt": "'salt'",
            "created_at": "{moment}",
        },
        "WHERE n % 10 = 0",
    ),
}  # fmt: skip


def run() -> Iterable[Figure]:
    call_command("collectstatic", verbosity=0, interactive=False)
    with override_settings(STAFF_SECOND_FACTOR=False):
        desk = Desk()
        try:
            yield from desk.little_and_much()
            if BROWSER.is_there:
                yield from desk.scripted_moderator()
            else:
                yield BROWSER.not_measured(f"{CARDS:,} cards over the keyboard")
        finally:
            desk.clear()


class Desk:
    def __init__(self) -> None:
        self.user = User.objects.create_user(email="bench@example.org", name="Amara", is_staff=True)
        self.user.groups.add(Group.objects.get(name="Moderator"))
        threads = [Thread(title=f"A page {n}", address="/articles/", is_public=True) for n in range(THREADS)]
        self.thread = min(thread.pk for thread in Thread.objects.bulk_create(threads))
        self.first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        self.filled = 0
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(self.user)

    def fill(self, up_to: int) -> None:
        """With numbered rows, made by the database itself."""
        sqlite = connection.vendor == "sqlite"
        base = "'2026-01-01 00:00:00'"
        moment = f"datetime({base}, n || ' seconds')" if sqlite else f"timestamptz {base} + n * interval '1 second'"
        values = {"thread": self.thread, "threads": THREADS, "moment": moment}
        begin, end = self.first + self.filled, self.first + up_to - 1
        numbers = f"WITH RECURSIVE numbers(n) AS (SELECT {begin} UNION ALL SELECT n + 1 FROM numbers WHERE n < {end})"
        with connection.cursor() as cursor:
            for table, (columns, where) in FILL.items():
                said = ", ".join(expression.format(**values) for expression in columns.values())
                into = f"INSERT INTO {table} ({', '.join(columns)})"
                cursor.execute(f"{into} {numbers} SELECT {said} FROM numbers {where}")
            cursor.execute("ANALYZE" if sqlite else "VACUUM ANALYZE")
        self.filled = up_to

    def clear(self) -> None:
        tables = ["comments_decision", "comments_version", "comments_comment"]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE comments_seat SET comment_id = NULL")
            for table in tables:
                column = "id" if table == "comments_comment" else "comment_id"
                cursor.execute(f"DELETE FROM {table} WHERE {column} >= %s", [self.first])

    # --- Little and much -------------------------------------------------------------------------------------------------

    def little_and_much(self) -> Iterator[Figure]:
        self.fill(LITTLE)
        little = self.measure()
        self.fill(MUCH)
        much = self.measure()
        name = f"{MUCH:,}/{MUCH // 10:,}"
        for what in little:
            (ms, asked, counted), (before, _asked, _counted) = much[what], little[what]
            yield Figure(f"{what} at {name}", ms, "ms", against="at 2,000/200", other=before, at_most_times=1.5)
            yield Figure(f"{what}, queries", asked, at_most=10, of=asked)
            yield Figure(f"{what}, counts without a limit", counted, exactly=0, of=asked)
        taken = self.user.decisions.count()
        yield Figure("decisions taken of those made here", taken, exactly=2 * ROUNDS)

    def measure(self) -> dict[str, tuple[float, int, int]]:
        """Of each: milliseconds, queries, and how many of them count without a limit."""
        selection = Selection()
        waiting = Comment.objects.filter(selection.queue.when).order_by("waits_since", "id")
        middle = waiting[self.filled // 20]
        far = selection.address(after=selection.order.place(middle))
        points = "order=most&after=" + f"{middle.priority}_{middle.pk}"
        decided = waiting.values_list("pk", flat=True)
        to_decide = iter(list(decided[ROUNDS : 2 * ROUNDS + 5]))
        return {
            "desk page": self.timed(lambda: self.client.get(DESK)),
            "page from the middle": self.timed(lambda: self.client.get(f"{DESK}?{far}")),
            "page by points, from the middle": self.timed(lambda: self.client.get(f"{DESK}?{points}")),
            "decided ones": self.timed(lambda: self.client.get(f"{DESK}?queue=decided")),
            "next card": self.timed(lambda: self.client.get(f"{DESK}?mode=zen&card={middle.pk}", headers=PIECE)),
            "decision": self.timed(lambda: self.decide(next(to_decide))),
        }

    def timed(self, act: Callable[[], Any]) -> tuple[float, int, int]:
        for _warm in range(3):
            act()
        with CaptureQueriesContext(connection) as seen:
            answer = act()
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.request['PATH_INFO']} answered {answer.status_code}")
        asked = [query["sql"] for query in seen if not query["sql"].startswith(MARKS)]
        times = sorted(milliseconds(act) for _n in range(ROUNDS - 4))
        return median(times[: len(times) // 4]), len(asked), sum(map(counts_all, asked))

    def decide(self, pk: int) -> HttpResponse:
        data = {f"{pk}-verb": "approve", f"{pk}-seen": "1.0.pending"}
        return self.client.post(f"{DESK}{pk}/decide/", data, headers=PIECE)

    # --- A moderator who is a script ---------------------------------------------------------------------------------------

    def scripted_moderator(self) -> Iterator[Figure]:
        """Of ten cards she approves seven, marks two as spam, and rejects one with a reason: eleven keys."""
        with served(STAFF_SECOND_FACTOR="0") as address:
            seconds, times = self.at_the_keyboard(address)
        decisions = CARDS / seconds * 60
        name = f"{CARDS:,} cards over the keyboard"
        yield Figure(name, decisions, "/min", against="a thousand an hour", at_least=1000 / 60)
        yield Figure("server time of a decision, median", median(times), "ms", of=len(times), at_most=20)
        made = self.user.decisions.filter(at__gte=self.began).count()
        yield Figure("of them decided", made, of=CARDS, exactly=CARDS)

    def at_the_keyboard(self, address: str) -> tuple[float, list[float]]:
        """Seconds in all, and the server's milliseconds for each decision."""
        self.began = timezone.now()
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": self.client.cookies[settings.SESSION_COOKIE_NAME].value,
        }
        times: list[float] = []

        def note(response: Any) -> None:
            if "/decide/" in response.url:
                times.append(float(response.headers["server-timing"].partition("dur=")[2]))

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context()
            context.add_cookies([cookie | {"url": address}])
            page = context.new_page()
            page.on("response", note)
            page.goto(f"{address}{DESK}?mode=zen")
            began = time.perf_counter()
            for n in range(CARDS):
                card = page.locator("[data-card]").get_attribute("data-card")
                page.wait_for_timeout(READS)
                for key in "r2" if n % 10 == 9 else "s" if n % 10 in {3, 6} else "a":
                    page.keyboard.press(key)
                page.wait_for_function("card => document.querySelector('[data-card]')?.dataset.card !== card", arg=card)
            seconds = time.perf_counter() - began
            browser.close()
        return seconds, times


def counts_all(sql: str) -> bool:
    """Whether it counts comments without saying how far."""
    return "COUNT(" in sql.upper() and bool(re.search(r"COUNT\([^)]*\)(?!.*LIMIT)", sql, re.IGNORECASE | re.DOTALL))
