"""Series as readers see them: articles that are read one after the other, and only the parts that are published."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from articles.models import Article, Part, Series


@dataclass(frozen=True)
class Place:
    series: Series
    number: int
    count: int
    before: Article | None
    after: Article | None


def place_of(article: Article) -> Place | None:
    """None for an article that stands alone. One query; none for one that came through `for_reading` and stands alone.

    A draft counts as if it were published, so that a preview is the page to come.
    """
    part = getattr(article, "part", None)
    if part is None:
        return None
    rows = _parts(part.series_id).filter(Q(article__in=Article.objects.published()) | Q(pk=part.pk))
    articles = [row.article for row in rows]
    here = next(n for n, other in enumerate(articles) if other.pk == article.pk)
    return Place(
        series=part.series,
        number=here + 1,
        count=len(articles),
        before=articles[here - 1] if here else None,
        after=articles[here + 1] if here + 1 < len(articles) else None,
    )


def live_parts(series: Series) -> QuerySet[Article]:
    return Article.objects.published().for_cards().filter(part__series=series).order_by("part__position", "part__id")


def _parts(series: int) -> QuerySet[Part]:
    columns = ("series", "position", "article__title", "article__slug")
    return Part.objects.filter(series=series).select_related("article").only(*columns)
