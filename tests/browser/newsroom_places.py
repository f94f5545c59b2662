"""Every page of the newsroom in each of its states, and how to get there."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

ARTICLES = "/admin/articles/article/"
AREA = ".field-body [contenteditable=true]"

# An article in every state that the demo has none of, and one that holds everything an article can hold.
MAKE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from articles.models import Article, Image, Topic
from articles.workflow import saving
from articles.workflow.notes import add_note
from articles.workflow.previews import share
from articles.workflow.publishing import archive
from articles.workflow.reviewing import start_review
from articles.workflow.submitting import submit
from tests.factories import create_article
editor, reviewer = (User.objects.get(email=f"{name}@example.org") for name in ("editor", "reviewer"))
def write(article, **parts):
    saving.write(article, {**article.content, **parts}, by=editor, since=article.edition)
    return Article.objects.get(pk=article.pk)
def new(name):
    article = create_article(title=f"Lamps, {name}", slug=f"lamps-{name}", topic=Topic.objects.first(), writer=editor.writer)
    saving.adopt(article, by=editor)
    return write(article, body=everything, references=[source])
picture = Image.objects.first()
everything = (
    "<h2>First</h2><p>Studies show that 40 percent sleep badly, which is what the utilization of numerous things such "
    "as lamps, screens, coffee, late meals and worries in the evening may well explain to everybody in the end [1]. "
    '<a href="https://example.org/">Here</a><span data-footnote="">A note.</span></p><h3>Second</h3><ul><li>a</li></ul>'
    f'<figure><img src="{picture.file.url}" alt=""><figcaption>Lamps</figcaption></figure>'
    "<table><caption>Hours</caption><tbody><tr><th scope=\\"col\\"><p>a</p></th><th><p>b</p></th></tr><tr><td><p>c</p></td>"
    "<td><p>d</p></td></tr></tbody></table><blockquote><p>Said so.</p></blockquote>"
    '<aside data-callout="help"><p>Ring somebody.</p></aside><aside data-callout="questions"><p>Ask.</p></aside>'
    '<figure data-embed="https://vimeo.com/123456/abcdef12"><figcaption>A video</figcaption></figure>'
)
source = {"number": 1, "text": "Lamps. 2020.", "url": "https://example.org/lamps", "doi": "10.5555/lamp", "pmid": "", "accessed_on": "2026-01-02"}
full, in_review, archived = new("full"), new("read"), new("old")
add_note(full, by=editor, text="Which lamps?", quote="Studies show")
share(full, by=editor, lasts=timedelta(days=3), for_whom="The clinic")
submit(in_review, by=editor)
start_review(in_review, by=editor)
archive(archived, by=editor, note="Too old.")
live = Article.objects.filter(status="published", reviews__isnull=False)
newer = write(live[0], summary="A newer summary.")
def of(status):
    return Article.objects.filter(status=status).exclude(pk=newer.pk).last().pk
long_ago = timezone.now() - timedelta(days=1000)
Image.objects.create(file=picture.file.name, alt="Nowhere", uploaded_by=editor, created_at=long_ago)
answer = {
    "submitted": of("submitted"), "published": of("published"), "in_review": in_review.pk,
    "full": full.pk, "newer": newer.pk, "archived": archived.pk, "picture": picture.pk,
    "reviewed": live.last().pk, "review": live.last().reviews.last().pk,
}
"""


def addresses(site: Site) -> dict[str, int]:
    if not hasattr(site, "newsroom"):
        site.newsroom = site.ask(MAKE)
    return site.newsroom


def of_the_editor(page: Page, there: dict[str, int]) -> Iterator[str]:
    """Opens one after the other, and what can be opened on it. What comes back is the place to look into when the rest
    has been looked at already, else ""."""
    yield from the_desk(page, there)
    full, published = f"{ARTICLES}{there['full']}/", f"{ARTICLES}{there['published']}/"
    yield from opened(
        page,
        f"{full}history/",
        f"{full}compare/",
        f"{full}revisions/1/",
        f"{full}discard/",
        f"{full}preview/links/",
        f"{full}preview/",
        f"{full}step/schedule/",
        f"{full}step/archive/",
        f"{ARTICLES}{there['submitted']}/step/send_back/",
        f"{published}step/expire/",
        f"{published}corrections/",
        f"{ARTICLES}{there['newer']}/compare/",
        f"{ARTICLES}{there['archived']}/change/",
        f"{ARTICLES}{there['reviewed']}/reviews/{there['review']}/withdraw/",
        f"{ARTICLES}calendar/",
        f"{ARTICLES}stale/",
        f"{ARTICLES}logged-in/",
        "/admin/articles/image/several/",
        "/admin/articles/image/unused/",
        "/admin/articles/image/pick/?CKEditorFuncNum=1",
        f"/admin/articles/image/{there['picture']}/replace/",
    )


def of_the_reviewer(page: Page, there: dict[str, int]) -> Iterator[str]:
    in_review = f"{ARTICLES}{there['in_review']}/"
    yield from opened(
        page,
        "/admin/",
        f"{in_review}change/",
        f"{in_review}step/pass_review/",
        f"{in_review}step/send_back/",
        f"{ARTICLES}{there['newer']}/change/",
        f"{ARTICLES}{there['newer']}/step/review_again/",
    )


def of_the_writer(page: Page, there: dict[str, int]) -> Iterator[str]:
    page.goto(f"{ARTICLES}add/")
    page.get_by_label("Title").fill("Sent too early")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Still missing")
    yield ""
    yield from clash(page)
    yield from given_back(page)


def opened(page: Page, *paths: str) -> Iterator[str]:
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        yield ""


def the_desk(page: Page, there: dict[str, int]) -> Iterator[str]:
    page.goto(f"{ARTICLES}{there['full']}/change/")
    expect(page.get_by_role("toolbar", name="What the text can hold")).to_be_visible()
    page.evaluate("document.querySelectorAll('.write details').forEach((details) => (details.open = true))")
    yield ""
    for button, name in DIALOGS.items():
        page.locator(f"{AREA} > p").first.click()
        page.locator(f".prose-menubar [data-name={button}]").click()
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        yield "dialog"
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Preview beside").click()
    expect(page.frame_locator(".beside iframe").locator("h1")).to_be_visible()
    yield ".beside"


DIALOGS = {"keys": "Keys", "figure": "Picture", "link": "Link", "embed": "Video", "footnote": "Footnote"}


def clash(page: Page) -> Iterator[str]:
    """The same words, changed in another window meanwhile: without a script's autosave there is a page for it."""
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Summary").fill("The other one’s.")
    expect(other.locator("#writing [data-line]")).to_contain_text("Saved")
    other.close()
    page.get_by_label("Summary").fill("This one’s.")
    page.get_by_role("button", name="Look at both").click()
    expect(page.locator(".clash").first).to_be_visible()
    yield ""


def given_back(page: Page) -> Iterator[str]:
    page.goto(f"{ARTICLES}add/")
    page.get_by_label("Title").fill("Written after the session")
    page.context.clear_cookies(name="sessionid")
    expect(page.get_by_role("button", name="Log in again")).to_be_visible()
    yield ".write-bar"
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("so this was not saved")).to_be_visible()
    yield ""


STATES: dict[str, Callable[[Page, dict[str, int]], Iterator[str]]] = {
    "editor": of_the_editor,
    "reviewer": of_the_reviewer,
    "writer": of_the_writer,
}
