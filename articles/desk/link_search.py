"""Our own articles for the editor's window for links: found by words, chosen by title, stored by path."""

from django.core.paginator import Paginator
from django.db.models import Case, Q, Value, When
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from articles.models import Article

SHOWN = 20


@require_safe
def articles_to_link(request):
    """What readers see, whoever asks: a draft has no address that they could follow. In the form of Django's own lists for
    fields that complete what is typed, which `static/js/combobox.js` reads."""
    page = Paginator(found(request.GET.get("term", "")), SHOWN).get_page(request.GET.get("page"))
    rows = [{"id": article.get_absolute_url(), "text": article.title} for article in page]
    return JsonResponse({"results": rows, "pagination": {"more": page.has_next()}})


def found(words):
    """Those with all of the words in their title, summary or topic; first those whose title says them together."""
    articles = Article.objects.published()
    for word in words.split():
        articles = articles.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Q(topic__name__icontains=word)
        )
    together = Case(
        When(title__istartswith=words.strip(), then=Value(0)),
        When(title__icontains=words.strip(), then=Value(1)),
        default=Value(2),
    )
    return articles.order_by(together, "-published_at", "-pk").only("title", "slug")
