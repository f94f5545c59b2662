"""The keys of the desk: a key means one thing wherever it is pressed, and a button shows it."""

import re
from collections import Counter
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils import timezone

from comments.decisions.appeals import open_appeal
from comments.decisions.comments import approve, reject
from comments.decisions.sanctions import impose
from comments.desk.keys import KEYS, NAMED
from comments.intake.receive import revise
from comments.models import Cluster, Comment
from tests.factories import create_comment, create_report, create_user

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/desk/"
TEMPLATES = Path(__file__).parents[2] / "site/templates/admin/comments"


class Buttons(HTMLParser):
    """(key, what it does, what of it is shown as a key, what its form would send) of all that a page offers."""

    def __init__(self, page):
        super().__init__()
        self.found, self.shown, self.known, self._reads = [], [], set(), False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "kbd":
            self._reads = True
            self.known |= {attrs["data-known"]} if "data-known" in attrs else set()
        if "data-key" in attrs:
            self.found.append((attrs["data-key"], attrs["data-does"]))

    def handle_data(self, data):
        if self._reads:
            self.shown.append(data)

    def handle_endtag(self, tag):
        self._reads = self._reads and tag != "kbd"


@pytest.fixture
def views(client, moderator):
    """Every queue and every kind of card, in a list and alone, and what one decision leads to: address → page."""
    other, now = create_user(role="Moderator"), timezone.now()
    create_comment(is_crisis=True, waits_since=now - timedelta(hours=3))
    create_comment(is_held=True)
    for size in (3, 102):
        cluster = Cluster.objects.create()
        for _n in range(size):
            create_comment(cluster=cluster, body="Buy my pills")
    edited = create_comment()
    approve(edited, by=moderator)
    revise(edited, body="New words")
    reported = create_comment(status="approved", decided_at=now)
    for comment in (edited, reported):
        create_report(comment=comment)
    decided = create_comment()
    reject(decided, by=moderator, reason="unkind")
    open_appeal(reject(create_comment(), by=other, reason="unkind"), "I meant it kindly.")
    open_appeal(reject(create_comment(), by=moderator, reason="unkind"), "So did I.")
    sanction = impose(kind="mute", by=other, reason="unkind", email="rosa@example.net")
    open_appeal(sanction.imposed, "It was a quotation.")
    client.force_login(moderator)
    addresses = [
        f"{DESK}?queue={queue}" for queue in ("crisis", "waiting", "reported", "held", "appeals", "decided", "all")
    ]
    addresses += [f"{DESK}?mode=zen&queue=all&card={pk}" for pk in Comment.objects.values_list("pk", flat=True)[:12]]
    addresses += [f"{address}&mode=zen" for address in addresses[:7]]
    addresses += [f"/admin/comments/comment/{comment.pk}/change/" for comment in (decided, reported, edited)]
    pages = {address: client.get(address).content.decode() for address in addresses}
    waits = create_comment()
    form = {f"{waits.pk}-seen": "1.0.pending", f"{waits.pk}-verb": "approve"}
    pages["decided"] = client.post(f"{DESK}{waits.pk}/decide/", form, headers={"X-Fragment": "1"}).content.decode()
    return {address: Buttons(page) for address, page in pages.items()}


def test_no_key_stands_twice_in_the_table_and_every_meaning_has_one_key():
    assert [key for key, n in Counter(key.key for key in KEYS).items() if n > 1] == []
    assert len(NAMED) == len(KEYS)
    assert all(key.key == key.key.lower() for key in KEYS if len(key.key) == 1)


def test_every_button_of_every_view_does_what_the_table_says_of_its_key(views):
    table = {key.key: key.name for key in KEYS}
    for address, page in views.items():
        wrong = [(key, does) for key, does in page.found if table[key] != does]
        assert wrong == [], address


def test_every_key_has_a_button_that_shows_it_somewhere(views):
    buttons = {key for page in views.values() for key, _does in page.found}

    assert {key.key for key in KEYS} - buttons == {"Escape"}


def test_a_key_that_stands_on_a_page_is_shown_on_it(views):
    for address, page in views.items():
        assert {NAMED[does].shown for _key, does in page.found} <= set(page.shown), address


def test_the_help_and_the_script_know_all_keys(views):
    for address, page in views.items():
        if address.startswith("/"):
            assert page.known == {key.key for key in KEYS}, address


def test_no_template_has_a_key_of_its_own():
    written = [path.name for path in TEMPLATES.rglob("*.html") if re.search(r'data-key="|<kbd>', path.read_text())]

    assert written == []


def test_what_brings_back_is_not_what_opens(views):
    """`o` once overturned an appeal at once in one queue, and opened a group in another."""
    meanings = {does for page in views.values() for key, does in page.found if key == "o"}

    assert meanings == {"open group"}


def test_deciding_keys_and_leading_keys_are_never_the_same():
    """A number once led to a queue or rejected, as a panel was open or not."""
    deciding = {
        "approve",
        "turn down",
        "spam",
        "remove all",
        "old words fine",
        "uphold",
        "overturn",
        "undo",
        "undo this",
    }
    leading = {"crisis", "waiting", "reported", "held", "appeals", "decided", "next", "previous", "view"}
    numbers = {key.key for key in KEYS if key.group == "reasons"}

    assert numbers == set("1234567")
    assert not ({NAMED[name].key for name in deciding} | numbers) & {NAMED[name].key for name in leading}
