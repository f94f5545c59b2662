"""Before publishing: what should be looked at, and how the text reads, beside it while somebody writes."""

from dataclasses import replace
from typing import Any

from accounts.models import User
from articles.checklist import Finding, Place, check, look
from articles.desk.frame import StaffRequest
from articles.models import Article
from articles.near_duplicates import alike, may_have_neighbours
from articles.text.content import Content, empty
from articles.text.readability import measure

LIST = "admin/articles/article/checking_list.html"
READING = "admin/articles/article/reading.html"


def context(request: StaffRequest, article: Article | None) -> dict[str, Any]:
    user = request.user
    can_change = article is None or article.can_be_edited_by(user)
    content = article.content if article else first_content(user)
    return {
        **checked(article or Article(), content, user, can_change=can_change),
        **how_it_reads(content["body"]),
        "alike": alike_to(article, user) if article else [],
    }


def while_writing(article: Article, user: User) -> dict[str, Any]:
    """For the list, after an autosave."""
    checks = checked(article, article.content, user, can_change=True)
    # While nothing is like it, which is nearly always, that is all it takes: somebody is typing.
    return checks | {"alike": alike_to(article, user) if may_have_neighbours(article) else []}


def alike_to(article: Article, user: User) -> list[tuple[Article, int]]:
    """Among those that she may read; with how many of a hundred pairs of words they share."""
    open_to_her = Article.objects.latest_open_to(user).values("pk")
    return [(other, round(100 * share)) for other, share in alike(article, among=open_to_her)]


def checked(article: Article, content: Content, user: User, *, can_change: bool) -> dict[str, Any]:
    """For the list: what holds publication, what else could be better, and what is fine."""
    everything = look(article, content)
    results = check(everything)
    if not can_change and not getattr(article, "takes_notes", False):
        # How many notes there are on the next text is said to those who may read it.
        results = [(one, findings) for one, findings in results if one.key != "notes"]
    found = [(one, seen(finding, content, user, can_change)) for one, findings in results for finding in findings]
    return {
        "can_mend": can_change,
        "holds": [finding for one, finding in found if one.holds],
        "advice": [finding for one, finding in found if not one.holds],
        "fine": [one.fine for one, findings in results if one.is_fine(everything, findings)],
    }


def seen(finding: Finding, content: Content, user: User, can_change: bool) -> Finding:
    """As somebody finds it who may go to some of its places only."""
    places = (replace(place, leads=leads(place, content, user, can_change)) for place in finding.places)
    return replace(finding, places=tuple(places))


def leads(place: Place, content: Content, user: User, can_change: bool) -> bool:
    if place.url:
        return place.writer is None or place.writer in bylines_open_to(user, content)
    return can_change or place.field == "remarks"


def how_it_reads(body: str) -> dict[str, Any]:
    """For the panel, and for the page's script: what is marked in the text, and where."""
    reading = measure(body)
    return {
        "reading": reading,
        "marks": [(mark.passage, mark.start, mark.found, mark.plainer) for mark in reading.marks],
    }


def bylines_open_to(user: User, content: Content) -> list[int]:
    """Which writers' pages in the admin she may change."""
    if user.has_perm("accounts.change_writer"):
        return content["writers"]
    return own_byline(user) if user.has_perm("accounts.change_own_byline") else []


def first_content(user: User) -> Content:
    return {**empty(), "writers": own_byline(user)}


def own_byline(user: User) -> list[int]:
    return [user.writer.pk] if hasattr(user, "writer") else []
