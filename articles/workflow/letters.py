"""Letters to those who work on articles. By their numbers: an article's address would name its topic."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article, EditorialEvent
from edge.mail import write_letter
from edge.models import Letter

SUBJECTS = {
    "not_published": _("A text that you scheduled could not be published"),
    "review_withdrawn": _("A text that you scheduled will not be published"),
}


def tell_planner(article: Article, what: str, event: EditorialEvent, **context: Any) -> Letter | None:
    """Whoever scheduled the article hears that it does not appear; not of what she did herself."""
    scheduled = article.events.filter(step="schedule").select_related("by").first()
    planner = scheduled.by if scheduled else None
    if planner is None or not planner.is_active or planner == event.by:
        return None
    return write_letter(
        key=f"{what}:{event.pk}",
        to=planner.email.lower(),
        subject=str(SUBJECTS[what]),
        template=f"mail/articles/{what}",
        context={
            "to": planner.get_full_name(),
            "title": str(article),
            "why": event.note,
            "who": event.by,
            "link": settings.BASE_URL + reverse("admin:articles_article_change", args=[article.pk]),
            **context,
        },
    )
