"""Every kind of page that the demo has, and how to get there."""

import re
from collections.abc import Iterator

from playwright.sync_api import APIRequestContext, Page

from tests.browser.conftest import Site

ARTICLE = "/articles/living-with-a-face-that-twitches/"
TOPIC = "/topics/hemifacial-spasm/"

PUBLIC = [
    "/",
    "/articles/",
    ARTICLE,
    ARTICLE + "rate/",
    "/topics/",
    TOPIC,
    "/questions/",
    "/questions/ask/",
    "/comments/notice/",
    "/comments/transparency/",
    "/comments/standing/",
    "/newsletter/",
    "/newsletter/thanks/",
    "/newsletter/confirm/nonsense/",
    "/writers/nadia-okafor/",
    "/privacy/",
    "/terms/versions/",
    "/terms/versions/1/",
    "/me/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/confirm-email/",
    "/articles/there-is-no-such-article/",
]

# Of the same kinds as those above.
MORE = [
    "/articles/?topic=sleep",
    "/topics/?letter=M",
    "/topics/brain-and-nerves/",
    "/questions/?topic=migraine",
    "/about/",
    "/terms/",
    "/disclaimer/",
    "/contact/",
]

# What has an address that only the database knows.
LOOK_UP = """
from comments.text.signing import OWN_COMMENT
from comments.models import Comment
from newsletters.signing import Purpose, confirm_path, preferences_path, stop_path
from newsletters.models import Subscriber
from articles.models import Article, Topic
from questions.models import Question
article = Article.objects.get(slug="living-with-a-face-that-twitches")
reader = Subscriber.objects.get(email="rosa@example.net")
waiting = Subscriber.objects.filter(confirmed_at=None).first()
pending = Comment.objects.filter(status="pending").first()
answered = article.thread.comments.public().filter(replies__isnull=False).first()
answer = {
    "follow_thread": f"/comments/threads/{article.thread_id}/follow/",
    "helpful": f"/comments/{answered.pk}/helpful/",
    "add": f"/comments/threads/{article.thread_id}/add/",
    "report": f"/comments/{answered.pk}/report/",
    "reply": f"/comments/threads/{article.thread_id}/add/?reply_to={answered.pk}",
    "replies": f"/comments/{answered.pk}/replies/",
    "own": OWN_COMMENT.to(pending.pk),
    "question": Question.objects.public().first().get_absolute_url(),
    "follow": f"/newsletter/topic/{article.topic_id}/",
    "confirm": confirm_path(waiting),
    "preferences": preferences_path(reader),
    "stop": stop_path(reader, Purpose.STOP_UPDATES),
}
"""


def public_pages(site: Site, page: Page) -> Iterator[str]:
    """Opens one after the other; what comes back is the name of the page that is open now."""
    for path in [*PUBLIC, *addresses(site).values()]:
        page.goto(path)
        settle(page)
        yield path
    yield from pages_after_a_mistake(site, page)


def addresses(site: Site) -> dict[str, str]:
    if not hasattr(site, "addresses"):
        site.addresses = site.ask(LOOK_UP)
    return site.addresses


def settle(page: Page) -> None:
    """Opens the form for a comment, where there is one."""
    for way in page.locator("#write > a").all():
        way.click()
        page.locator("#write form").wait_for()


def pages_after_a_mistake(site: Site, page: Page) -> Iterator[str]:
    """Forms that show their errors, and the page for a form that was open too long."""
    page.goto(addresses(site)["add"])
    page.get_by_role("button", name="Post comment").click()
    page.get_by_role("alert").first.wait_for()
    yield "comment form with errors"
    page.goto("/questions/ask/")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("alert").first.wait_for()
    yield "ask form with errors"
    page.goto("/newsletter/")
    page.locator("main").get_by_label("Your e-mail address").fill("not an address")
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.locator("main .error").first.wait_for()
    yield "newsletter form with errors"
    yield from no_token(page)


def no_token(page: Page) -> Iterator[str]:
    page.goto("/accounts/login/")
    page.locator("main [name=csrfmiddlewaretoken]").evaluate("field => field.remove()")
    page.get_by_label("E-mail address").fill("somebody@example.org")
    page.get_by_label("Password", exact=True).fill("something")
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("Please send it once more").first.wait_for()
    yield "form without a token"
    address = page.evaluate("location.origin") + "/comments/threads/2/add/"
    page.goto("about:blank")
    page.set_content(
        f'<form method="post" action="{address}"><input name="name" value="Rosa"><textarea name="body">Words</textarea>'
        '<input name="wants_mail" value="on"><button>Send</button></form>'
    )
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Send it again").wait_for()
    yield "form from elsewhere"


def admin_paths(asks: APIRequestContext) -> list[str]:
    """The front page, every list, what its first row opens, and every form for something new, as its visitor has them."""
    front = asks.get("/admin/").text()
    paths = ["/admin/"]
    for path in dict.fromkeys(re.findall(r'href="(/admin/[a-z]+/[a-z]+/(?:add/)?)"', front)):
        paths.append(path)
        listed = "" if path.endswith("add/") else asks.get(path + EVERYTHING.get(path, "")).text()
        paths += re.findall(rf'href="({path}[^"/]+/change/)', listed)[:1]
    return paths + [path for path in DESK if asks.get(path).ok]


# What the front page does not name.
DESK = [
    "/admin/comments/desk/?queue=reported",
    "/admin/comments/desk/?queue=appeals",
    "/admin/comments/desk/figures/",
    "/admin/comments/seat/mine/",
    "/admin/comments/batch/add/?queue=reported",
]

# Lists that open on what waits, which may be nothing.
EVERYTHING = {"/admin/articles/article/": "?what=all"}
