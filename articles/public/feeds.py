"""Atom feeds: everything, and one topic. Summaries only: the text is read where its corrections are."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from articles.models import Article, FormerAddress, Series, Topic
from pages.models import SiteSettings

LENGTH = 30
# XML has no way to write these; a feed that held one would be no feed.
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def plain(text: str) -> str:
    return text.translate(CONTROL)


def identity(kind: str, thing: Article | Topic | Series) -> str:
    """A tag (RFC 4151): it stays when the address of the thing changes, so no reader gets it twice."""
    return f"tag:{urlsplit(settings.BASE_URL).hostname},{thing.created_at:%Y-%m-%d}:{kind}-{thing.pk}"


class PlainAtom(Atom1Feed):
    """Django calls every summary HTML, where what stands behind a "<" is lost, and knows one author only."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "description": None})
        for name in item["writers"]:
            handler.startElement("author", {})  # type: ignore[arg-type]
            handler.addQuickElement("name", name)
            handler.endElement("author")
        handler.addQuickElement("summary", item["description"])


class ArticleFeed(Feed):
    feed_type = PlainAtom

    def title(self) -> str:
        return plain(SiteSettings.current().name)

    def link(self, obj: Topic | Series | None = None) -> str:
        return obj.get_absolute_url() if obj else reverse("articles:list")

    def items(self) -> QuerySet[Article]:
        return Article.objects.published().for_cards().newest_first()[:LENGTH]

    def item_title(self, item: Article) -> str:
        return plain(item.title)

    def item_description(self, item: Article) -> str:
        return plain(item.summary)

    def author_name(self) -> str:
        """For an entry without a writer."""
        return plain(SiteSettings.current().name)

    def item_extra_kwargs(self, item: Article) -> dict[str, Any]:
        return {"writers": [plain(writer.name) for writer in item.writers.all()]}

    def item_guid(self, item: Article) -> str:
        return identity("article", item)

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Article) -> datetime | None:
        return item.updated_at or item.published_at

    def item_categories(self, item: Article) -> list[str]:
        return [plain(item.topic.name)] if item.topic else []


class TopicFeed(ArticleFeed):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Topic:
        return get_object_or_404(Topic, slug=kwargs["slug"])

    def feed_guid(self, obj: Topic) -> str:
        return identity("topic", obj)

    def title(self, obj: Topic) -> str:  # type: ignore[override]
        return plain(_("%(topic)s: new articles") % {"topic": obj.name})

    def items(self, obj: Topic) -> QuerySet[Article]:  # type: ignore[override]
        family = obj.descendants(include_self=True)
        return Article.objects.published().about(*family).for_cards().newest_first()[:LENGTH]


class SeriesFeed(ArticleFeed):
    """The parts in their order, the last first: a reader of news expects what is new at the top."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Series:
        return get_object_or_404(Series.objects.public(), slug=kwargs["slug"])

    def feed_guid(self, obj: Series) -> str:
        return identity("series", obj)

    def title(self, obj: Series) -> str:  # type: ignore[override]
        return plain(obj.title)

    def items(self, obj: Series) -> QuerySet[Article]:  # type: ignore[override]
        return obj.live_parts().reverse()[:LENGTH]


def where_it_went(feed: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A feed moves with its topic or series: whoever has subscribed to it should not have to find out."""

    @wraps(feed)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return feed(request, *args, **kwargs)
        except Http404:
            former = FormerAddress.objects.leading_from(request.path.removesuffix("feed.xml"))
            if former is None or not former.is_open:
                raise
            return HttpResponsePermanentRedirect(former.target.get_absolute_url() + "feed.xml")

    return wrapper
