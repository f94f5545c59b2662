"""What people lose when something happens while they write: sessions in a real browser, each hit by one accident.

Each session types random words into the editor at the speed of a hand and is hit at a random moment: its page crashes, its
browser is killed, its tab is closed, the line is cut, its session ends (and she logs in again in the small window), the web
server restarts, or the same article stands open in two tabs. Afterwards the article is opened again and what the page offers
is taken. Whatever was typed two seconds or more before the accident has to be there, on the server or offered.

SESSIONS and AT_ONCE in the environment say how many there are, and how many at a time; SEED chooses others, and
ACCIDENT leaves one kind.
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.async_api import Error, async_playwright

from accounts.models import User, Writer
from articles.models import Article, Topic
from articles.workflow.saving import adopt
from benchmarks import Figure
from benchmarks._plan import BROWSER
from benchmarks._served import ROOT, free_port, wait_for
from config.management.commands.start import web
from tests.chromium import CHROMIUM

SESSIONS = int(os.environ.get("SESSIONS", "200"))
AT_ONCE = int(os.environ.get("AT_ONCE", "6"))
SEED = int(os.environ.get("SEED", "1"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PASSWORD = "a long enough password"
GRACE = 2.0  # seconds: what is younger may be lost
AREA = "#id_body_area"  # as it is called when the editor stands
LINE = "#writing [data-line]"
ANSWERED = re.compile("^Saved|Look at both|Bring them back")
WAIT = 30_000  # milliseconds
# To the end of a paragraph, however many lines it has.
CURSOR = """number => {
  const editor = document.getElementById("id_body").proseEditor;
  let at = 0;
  for (let n = 0; n <= number; n++) at += editor.state.doc.child(n).nodeSize;
  editor.view.focus(); // at once, unlike the command: the first key is already on its way
  editor.commands.setTextSelection(at - 1);
}"""


def run() -> Iterable[Figure]:
    if not BROWSER.is_there:
        yield BROWSER.not_measured("sessions")
        return
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    call_command("collectstatic", verbosity=0, interactive=False)
    chance = Random(SEED)
    people = [Person(n) for n in range(AT_ONCE)]
    kinds = [os.environ["ACCIDENT"]] if "ACCIDENT" in os.environ else list(ACCIDENTS)
    sessions = [Sitting(n, kinds[n % len(kinds)], Random(chance.random())) for n in range(SESSIONS)]
    server = Server()
    began = time.monotonic()

    async def all_of_them() -> None:
        async with async_playwright() as playwright:
            waiting = sessions[::-1]
            await asyncio.gather(*(work(playwright, person, waiting, server) for person in people))

    try:
        asyncio.run(all_of_them())
    finally:
        server.stop()
    took = time.monotonic() - began
    for sitting in sessions:
        if sitting.lost:
            print(f"  lost in session {sitting.number} ({sitting.kind}): {sitting.lost[:300]!r}", file=sys.stderr)
    yield from what_happened(sessions)
    yield Figure("all of it took", took, "s")


def what_happened(sessions: list["Sitting"]) -> Iterator[Figure]:
    done = [sitting for sitting in sessions if sitting.is_done]
    yield Figure("sessions that came to their end", len(done), of=len(sessions), exactly=len(sessions))
    yield Figure("words typed", sum(sitting.words for sitting in done), of=len(done))
    yield Figure("the fewest in a session", min((sitting.words for sitting in done), default=None), at_least=1)
    lost, of = sum(len(sitting.lost) for sitting in done), sum(sitting.had_to_stay for sitting in done)
    yield Figure(f"lost characters older than {GRACE:g} s", lost, of=of, exactly=0)
    yield Figure("sessions in which words were offered", sum(sitting.was_offered for sitting in done), of=len(done))
    yield Figure("sessions with two texts side by side", sum(sitting.was_asked for sitting in done), of=len(done))


class Server:
    """The site's web server; it can be stopped at any moment and comes back at the same address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.lock = asyncio.Lock()
        self.start()

    def start(self) -> None:
        environment = {
            **os.environ, "STAFF_SECOND_FACTOR": "0", "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
        }  # fmt: skip
        self.process = subprocess.Popen(
            web(self.port), cwd=ROOT, env=environment, stdout=sys.stderr, start_new_session=True
        )
        wait_for(self.url, self.process)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)  # its children, too: nobody else would end them
        self.process.wait(timeout=15)

    async def restart(self, pause: float) -> None:
        async with self.lock:
            await asyncio.to_thread(self.stop)
            await asyncio.sleep(pause)
            await asyncio.to_thread(self.start)


class Person:
    """A writer with a log-in, and a browser of her own that can be killed."""

    def __init__(self, number: int) -> None:
        self.email = f"lostwords{number}@example.org"
        self.user = User.objects.create_user(email=self.email, name=f"Nadia {number}", password=PASSWORD, is_staff=True)
        self.user.emailaddress_set.create(email=self.email, verified=True, primary=True)
        self.user.groups.add(Group.objects.get(name="Writer"))
        self.writer = Writer.objects.create(user=self.user, name=f"Nadia {number}", slug=f"nadia-lost-{number}")
        self.topic = Topic.objects.create(name=f"Sleep {number}", slug=f"sleep-lost-{number}")
        self.folder = tempfile.mkdtemp(prefix=f"lostwords-{number}-", dir=settings.DATA)
        self.context: Any = None

    async def open(self, playwright: Any) -> Any:
        """Her browser, started anew when it was killed; with what it has kept."""
        if self.context is None:
            self.context = await playwright.chromium.launch_persistent_context(
                self.folder, executable_path=CHROMIUM, args=FLAGS, viewport={"width": 1280, "height": 900}
            )
            self.context.set_default_timeout(WAIT)
        return self.context

    async def log_in(self, url: str) -> None:
        client = Client(SERVER_NAME="localhost")
        await asyncio.to_thread(client.force_login, self.user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        await self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])

    async def kill(self) -> None:
        """As when the machine has no more memory: nothing can be written any more."""
        found = subprocess.run(["pgrep", "-f", f"--user-data-dir={self.folder}"], capture_output=True, text=True)
        for pid in found.stdout.split():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(int(pid), 9)
        with suppress(Exception):
            await asyncio.wait_for(self.context.close(), 5)
        self.context = None
        for name in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            with suppress(FileNotFoundError):
                os.unlink(os.path.join(self.folder, name))


@dataclass
class Hand:
    """Types into a page at the end of one of its paragraphs, and knows what it typed when."""

    page: Any
    chance: Random
    paragraph: int
    typed: list[tuple[float, str]] = field(default_factory=list)

    async def begin(self) -> None:
        await self.page.evaluate(CURSOR, self.paragraph)

    async def type(self, seconds: float) -> None:
        """A word at a time; now and then she thinks."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            word = "".join(self.chance.choices("abcdefghijklmnopqrstuvwxyz", k=self.chance.randint(2, 9)))
            for letter in f" {word}":
                await self.page.keyboard.insert_text(letter)
                self.typed.append((time.monotonic(), letter))
                await asyncio.sleep(self.chance.uniform(0.02, 0.12))
            if self.chance.random() < 0.06:
                await asyncio.sleep(self.chance.uniform(0.5, 2.5))

    def before(self, moment: float) -> str:
        return "".join(letter for at, letter in self.typed if at < moment).strip()


@dataclass
class Sitting:
    """One session: what was typed in it, what happened, and what was lost."""

    number: int
    kind: str
    chance: Random
    words: int = 0
    had_to_stay: int = 0  # characters
    lost: str = ""
    was_offered: bool = False
    was_asked: bool = False
    is_done: bool = False
    hands: list[Hand] = field(default_factory=list)

    async def take(self, playwright: Any, person: Person, server: Server) -> None:
        await person.open(playwright)
        await person.log_in(server.url)
        article = await asyncio.to_thread(begin_article, person, self.number)
        address = f"{server.url}{reverse('admin:articles_article_change', args=[article.pk])}"
        self.hands = [await self.hand(person, address, 0)]
        await self.hands[0].type(self.chance.uniform(2, 7))
        hit = await ACCIDENTS[self.kind](self, person, server, address)
        async with server.lock:
            pass
        found = await self.opened_again(playwright, person, server, address)
        self.words = sum(letter == " " for hand in self.hands for _at, letter in hand.typed)
        old_enough = [hand.before(hit - GRACE) for hand in self.hands]
        self.had_to_stay = sum(map(len, old_enough))
        self.lost = "".join(missing(text, found) for text in old_enough)
        self.is_done = True

    async def hand(self, person: Person, address: str, paragraph: int) -> Hand:
        page = await person.context.new_page()
        await opened(page, address)
        hand = Hand(page, self.chance, paragraph)
        await hand.begin()
        return hand

    async def opened_again(self, playwright: Any, person: Person, server: Server, address: str) -> str:
        """What the server has when everything that is offered was taken, and both sides of what she was asked about."""
        await person.open(playwright)
        await person.log_in(server.url)
        for page in person.context.pages[1:]:
            await page.close(run_before_unload=False)
        page = await person.context.new_page()
        await opened(page, address)
        asked_about = ""
        for _n in range(6):  # of each window that was open
            try:
                await page.get_by_role("button", name="Bring them back").click(timeout=2_000)
            except Error:
                break
            self.was_offered = True
            await page.wait_for_timeout(300)
            await settled(page)
            if await page.get_by_role("button", name="Look at both").is_visible():
                self.was_asked = True
                await page.get_by_role("button", name="Look at both").click()
                await page.locator(".clash").wait_for()
                asked_about += await page.locator(".clash").inner_text()
                await page.get_by_role("button", name="Save").click()
                await standing(page)
        await page.close(run_before_unload=False)
        page = await person.context.new_page()
        await opened(page, address)
        found = await page.locator(AREA).inner_text()
        await page.close(run_before_unload=False)
        return asked_about + str(found)


def missing(expected: str, found: str) -> str:
    """What of a text that was typed in one go is not there, from the first letter that is not."""
    if expected in found:
        return ""
    low, high = 0, len(expected)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if expected[:middle] in found else (low, middle - 1)
    return expected[low:]


def begin_article(person: Person, number: int) -> Article:
    body = "".join(f"<p>Paragraph {n}:</p>" for n in range(3))
    article = Article.objects.create(
        title=f"Lost {number}", slug=f"lost-{number}", summary="In short.", topic=person.topic, body=body
    )
    article.authorships.create(writer=person.writer)
    adopt(article, by=person.user)
    return article


async def opened(page: Any, address: str) -> None:
    for _n in range(20):  # the server may be on its way back
        with suppress(Exception):
            await page.goto(address)
            await standing(page)
            return
        await asyncio.sleep(1)
    raise RuntimeError(f"{address} does not open")


async def standing(page: Any) -> None:
    await page.locator(AREA).wait_for(timeout=10_000)
    await page.wait_for_timeout(400)  # its script looks whether it has kept anything


async def settled(page: Any) -> None:
    """Until the page says that its words have arrived, or asks something. (Words that were there already say nothing.)"""
    with suppress(Error):
        await (
            page.locator(LINE).get_by_text(ANSWERED).wait_for(timeout=20_000)
        )  # a busy machine is slow, and loses nothing


# --- Accidents: each returns the moment at which it struck, or before which everything has to be there ----------------------


async def page_crashes(sitting: Sitting, person: Person, server: Server, address: str) -> float:
    hit = time.monotonic()
    with suppress(Exception):
        await asyncio.wait_for(sitting.hands[0].page.goto("chrome://crash"), 3)
    with suppress(Exception):
        await asyncio.wait_for(sitting.hands[0].page.close(), 3)
    await asyncio.sleep(1)  # whatever shared its process goes, too
    return hit


async def browser_is_killed(sitting: Sitting, person: Person, server: Server, address: str) -> float:
    hit = time.monotonic()
    await person.kill()
    return hit


async def tab_is_closed(sitting: Sitting, person: Person, server: Server, address: str) -> float:
    hit = time.monotonic()
    await sitting.hands[0].page.close(run_before_unload=False)
    return hit


async def line_is_cut(sitting: Sitting, person: Person, server: Server, address: str) -> float:
    """She writes on; sometimes the line comes back before the tab is closed."""
    await person.context.set_offline(True)
    await sitting.hands[0].type(sitting.chance.uniform(1, 4))
    if sitting.chance.random() < 0.5:
        await person.context.set_offline(False)
        await sitting.hands[0].type(sitting.chance.uniform(0.5, 3))
    hit = time.monotonic()
    await sitting.hands[0].page.close(run_before_unload=False)
    await person.context.set_offline(False)
    return hit


async def session_ends(sitting: Sitting, person: Person, server: Server, address: str) -> float:
    """In the browser or on the server; mostly she logs in again beside her words."""
    page = sitting.hands[0].page
    cookies = await person.context.cookies()
    if sitting.chance.random() < 0.5:
        await person.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    else:
        keys = [cookie["value"] for cookie in cookies if cookie["name"] == settings.SESSION_COOKIE_NAME]
        await asyncio.to_thread(Session.objects.filter(pk__in=keys).delete)
    await sitting.hands[0].type(sitting.chance.uniform(1, 3))
    if sitting.chance.random() < 0.7:
        async with server.lock:
            await log_in_again(page, person)
        await sitting.hands[0].begin()
        await sitting.hands[0].type(sitting.chance.uniform(0.5, 2))
    hit = time.monotonic()
    await page.close(run_before_unload=False)
    return hit


async def log_in_again(page: Any, person: Person) -> None:
    async with person.context.expect_page() as opening:
        await page.get_by_role("button", name="Log in again").click()
    window = await opening.value
    await window.locator("[name=login]").fill(person.email)
    await window.locator("[name=password]").fill(PASSWORD)
    await window.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    await page.locator(LINE).get_by_text("Saved").wait_for()
    await window.close()


async def server_restarts(sitting: Sitting, person: Person, server: Server, address: str) -> float:
    restart = asyncio.ensure_future(server.restart(sitting.chance.uniform(0, 3)))
    await sitting.hands[0].type(sitting.chance.uniform(1, 5))
    if sitting.chance.random() < 0.5:
        await restart
        await sitting.hands[0].type(sitting.chance.uniform(0.5, 3))
    hit = time.monotonic()
    await sitting.hands[0].page.close(run_before_unload=False)
    await restart
    return hit


async def two_tabs(sitting: Sitting, person: Person, server: Server, address: str) -> float:
    """The same article twice, and now and then without a line."""
    sitting.hands.append(await sitting.hand(person, address, 2))
    for hand in [*sitting.hands, *sitting.hands]:
        await hand.page.bring_to_front()
        if sitting.chance.random() < 0.2:
            await person.context.set_offline(True)
        await hand.begin()
        await hand.type(sitting.chance.uniform(0.5, 2.5))
    hit = time.monotonic()
    for hand in sitting.hands:
        await hand.page.close(run_before_unload=False)
    await person.context.set_offline(False)
    return hit


Accident = Callable[[Sitting, Person, Server, str], Awaitable[float]]
ACCIDENTS: dict[str, Accident] = {
    accident.__name__.replace("_", " "): accident
    for accident in (
        page_crashes, browser_is_killed, tab_is_closed, line_is_cut, session_ends, server_restarts, two_tabs,
    )
}  # fmt: skip


async def work(playwright: Any, person: Person, waiting: list[Sitting], server: Server) -> None:
    while waiting:
        sitting = waiting.pop()
        try:
            await asyncio.wait_for(sitting.take(playwright, person, server), 120)
        except Exception as problem:  # noqa: BLE001  whatever it is, the other sessions go on
            pages = [page.url for page in person.context.pages] if person.context else []
            print(f"  session {sitting.number} ({sitting.kind}) did not end: {problem!r} {pages}", file=sys.stderr)
            await person.kill()
    if person.context is not None:
        await person.context.close()
