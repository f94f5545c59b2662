"""Pages of articles, topics and series for readers, the same for everybody; votes have addresses of their own."""

from typing import Any

from django.conf import settings
from django.core.validators import slug_re
from django.db import models
from django.db.models import Case, Count, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles.drafts.preview import as_published
from articles.models import Article, Background, FormerAddress, FrontPage, PreviewLink, Series, Topic
from articles.models.references import sources_of
from articles.models.reviews import Reviewed, with_review
from articles.public import jsonld, votes
from articles.rendering import headings, places_cited, render_guide
from comments.intake.trust import is_blocked
from comments.models import Comment
from comments.pages.thread import page_of
from edge.network import allow
from edge.origin import token_or_same_origin
from edge.prepared import Prepared
from edge.public_pages import list_page, public_page
from edge.voter import Voter, remember
from pages.consent import allow_pixel
from pages.models import SiteSettings

ARTICLES_PER_PAGE = 20
TOPICS_PER_PAGE = 100
ON_HUB = 10
LETTERS = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0"]
# "0" stands for names that begin with a digit or a sign: they come last, not first as it would sort.
BEHIND_LETTERS = Case(When(letter="0", then=1), default=0)


TO_READ = Prepared(
    lambda slug, now: with_review(Article.objects.published(at=now).for_reading()).filter(slug=slug),
    slug=models.SlugField(),
    now=models.DateTimeField(),
)


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    site = request.site_settings = SiteSettings.current()  # type: ignore[attr-defined]  # one query for all templates
    front = FrontPage.objects.filter(pk=1).first() or FrontPage(pk=1)
    newest = list(Article.objects.published().for_cards().newest_first()[:7])
    lead = _lead(front, newest)
    questions = Comment.objects.public().filter(opens__isnull=False).select_related("thread")
    context = {
        "front": front,
        "lead": lead,
        "newest": [article for article in newest if article != lead][:6],
        "topics": _featured_topics(front),
        "asked": questions.order_by("-opens__pk")[:3],
    }
    return allow_pixel(render(request, "articles/home.html", context), site)


def _lead(front: FrontPage, newest: list[Article]) -> Article | None:
    chosen = next((article for article in newest if article.pk == front.lead_id), None)
    if chosen is None and front.lead_id:
        chosen = Article.objects.published().for_cards().filter(pk=front.lead_id).first()
    return chosen or (newest[0] if newest else None)


def _featured_topics(front: FrontPage) -> list[Topic]:
    if chosen := list(front.topics.all()):
        return chosen
    counted = Article.objects.published().order_by().values_list("topic").annotate(count=Count("pk"))
    fullest = [topic_id for topic_id, _count in counted.order_by("-count", "topic_id")[:8]]
    found = Topic.objects.in_bulk(fullest)
    return [found[topic_id] for topic_id in fullest]


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    slug = request.GET.get("topic", "")
    # What is no slug is not asked of the database: PostgreSQL refuses a NUL with an error of its own.
    if slug and not slug_re.fullmatch(slug):
        raise Http404
    topic = get_object_or_404(Topic, slug=slug) if slug else None
    articles = Article.objects.published().for_cards().newest_first()
    if topic:
        articles = articles.about(*topic.descendants(include_self=True))
    page = list_page(request, articles, ARTICLES_PER_PAGE, topic=slug)
    context = {
        "topic": topic,
        "page": page,
        "query": f"topic={slug}&" if slug else "",
    }
    return render(request, "articles/list.html", context)


@public_page
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    article = next(iter(TO_READ(slug=slug, now=timezone.now())), None)
    if article is None:
        return _instead_of(request, Article.objects.filter(slug=slug).first())
    context = detail_context(article, request.GET.get("from"), request.GET.get("sort"))
    return render(request, "articles/detail.html", context)


def detail_context(article: Article, start: str | None = None, sort: str | None = None) -> dict[str, Any]:
    """All that `articles/detail.html` shows of an article; for a draft, too, so a preview is the page to come."""
    authors = article.byline()
    reviewed = Reviewed.of(article)
    trail = _trail(article.topic)
    references = sources_of(article)
    corrections, part = article.made_corrections(), getattr(article, "part", None)
    place = part.place() if part else None
    return {
        "article": article,
        "authors": authors,
        "reviewed": reviewed,
        "trail": trail,
        "toc": _contents(article.body_html),
        "references": references,
        "cited": places_cited(article.body_html),
        "corrections": corrections,
        "place": place,
        "thread": article.thread,
        "comments": page_of(article.thread, start, sort) if article.thread else None,
        "share_image": jsonld.share_image(article.image),
        "json_ld": jsonld.article_page(article, authors, references, reviewed, trail, place, corrections),
    }


@never_cache
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The page to come, for whoever was given the address. What is wrong with one that leads nowhere stays unsaid."""
    link = PreviewLink.objects.of_address(token)
    if link is None:
        response = render(request, "articles/preview_ended.html", status=404)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response
    return preview_page(request, link.article, link=link)


def preview_page(request: HttpRequest, article: Article, **context: Any) -> HttpResponse:
    """The article's own page with its latest text, and a banner in one place. No list of a search engine has it."""
    shown = detail_context(as_published(article), request.GET.get("from"), request.GET.get("sort"))
    request.canonical = settings.BASE_URL + shown["article"].get_absolute_url()  # type: ignore[attr-defined]
    context = {**shown, **context, "written": article, "revision": article.latest_revision}
    response = render(request, "articles/preview.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _trail(topic: Topic | None) -> list[Topic]:
    """From the top of the tree down to the topic, as far as `for_reading` has loaded it: the tree is small."""
    if topic is None:
        return []
    trail = [topic]
    while len(trail) < 3 and (parent := trail[0].parent):
        trail.insert(0, parent)
    return trail


def _contents(html: str) -> list[tuple[int, str, str]]:
    """Headings worth a table of contents: three or more of the first level."""
    found = [heading for heading in headings(html) if heading[0] == 2]
    return found if len(found) >= 3 else []


def _instead_of(request: HttpRequest, hidden: Article | None) -> HttpResponse:
    """For an address without a public article: where it went, that it is gone, or that there never was anything."""
    if hidden is None:
        former = FormerAddress.objects.leading_from(request.path)
        if former and former.is_open:
            return HttpResponsePermanentRedirect(former.target.get_absolute_url())
        hidden = former.article if former else None
    # Only what has been public before may say that it existed.
    if hidden and hidden.status == Article.Status.ARCHIVED and hidden.published_at:
        return render(request, "articles/gone.html", {"topic": hidden.topic}, status=410)
    raise Http404


@never_cache
@token_or_same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, slug: str, ballot: votes.Ballot) -> HttpResponse:
    """The stars, and whether the page helped: what a reader has said, and what she says now."""
    article = Article.objects.published().filter(slug=slug).first()
    if article is None:
        return _instead_of(request, Article.objects.filter(slug=slug).first())
    voter = Voter.of(request, article.pk)
    if request.method != "POST":
        given = votes.vote_of(ballot.votes(article), voter)
        return _ballot_page(request, article, ballot, value=getattr(given, ballot.field, None))
    form = ballot.form(request.POST)
    if not form.is_valid():
        return _ballot_page(request, article, ballot, refused=form.errors[ballot.field], status=422)
    if is_blocked(user=voter.user):
        return _ballot_page(request, article, ballot, blocked=True, status=403)
    if voter.user and article.is_by(voter.user):
        return _ballot_page(request, article, ballot, refused=[ballot.own], status=403)
    if not allow(request, ballot.name, limit=votes.VOTES_AN_HOUR, seconds=3600):
        return _ballot_page(request, article, ballot, refused=[ballot.too_many], status=429)
    given = votes.cast(article, ballot, form.cleaned_data[ballot.field], voter)
    if request.htmx:  # type: ignore[attr-defined]
        value = getattr(given, ballot.field)
        thanks = _("Thank you. %(said)s.") % {"said": ballot.said(value)}
        response = _ballot_page(request, article, ballot, value=value, thanks=thanks)
    else:
        response = redirect(reverse(f"articles:{ballot.name}", args=[article.slug]))
        response.status_code = 303
    remember(response, given.browser)
    return response


def _ballot_page(
    request: HttpRequest, article: Article, ballot: votes.Ballot, *, value: Any = None, status: int = 200, **more: Any
) -> HttpResponse:
    template = ballot.part if request.htmx else ballot.page  # type: ignore[attr-defined]
    said = ballot.said(value) if value else ""
    nothing = {"thanks": "", "refused": (), "blocked": False}
    return render(
        request, template, {"article": article, "value": value, "said": said, **nothing, **more}, status=status
    )


@public_page
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    letter = request.GET.get("letter", "")
    if letter and letter not in LETTERS:
        raise Http404
    found = Topic.objects.only("name", "slug", "letter").prefetch_related("synonyms")
    found = found.order_by(BEHIND_LETTERS, "letter", "name", "pk")
    page = list_page(request, found.filter(letter=letter) if letter else found, TOPICS_PER_PAGE, letter=letter)
    used = set(Topic.objects.order_by().values_list("letter", flat=True).distinct())
    context = {
        "page": page,
        "letter": letter,
        "letters": [(each, each in used) for each in LETTERS if each != "0" or "0" in used],
        "areas": [] if letter or page.number > 1 else Topic.objects.areas(),
        "query": f"letter={letter}&" if letter else "",
    }
    return render(request, "articles/topics.html", context)


@public_page
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    topic = Topic.objects.filter(slug=slug).first()
    if topic is None:
        return _instead_of(request, None)
    family = list(topic.descendants(include_self=True))
    trail = list(topic.ancestors(include_self=True))
    synonyms = [synonym.name for synonym in topic.synonyms.all()]
    articles = list(Article.objects.published().about(*family).for_cards().newest_first()[: ON_HUB + 1])
    guide = render_guide(topic) if topic.guide else ""
    background = _without_repeats(list(topic.background.all()))
    context = {
        "topic": topic,
        "trail": trail[:-1],
        "synonyms": synonyms,
        "guide": guide,
        "toc": _contents(guide),
        "children": [child for child in family if child.parent_id == topic.pk],
        "articles": articles[:ON_HUB],
        "has_more_articles": len(articles) > ON_HUB,
        "questions": topic.questions.public().for_list()[:5],
        "background": background,
        "json_ld": jsonld.topic_page(topic, synonyms, trail),
    }
    return render(request, "articles/topic.html", context)


@public_page
@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    series = Series.objects.filter(slug=slug).first()
    parts = list(series.live_parts()) if series else []
    if series is None or not parts:
        # A series that has nothing to read yet is nobody's business.
        return _instead_of(request, None)
    context = {
        "series": series,
        "parts": parts,
        "json_ld": jsonld.series_page(series, parts),
    }
    return render(request, "articles/series.html", context)


def _without_repeats(rows: list[Background]) -> list[Background]:
    """The collection holds some pairs several times; a reader needs each once."""
    return list({(row.question, row.answer): row for row in reversed(rows)}.values())[::-1]
