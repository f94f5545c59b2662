from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles.models.articles import Article
from articles.models.revisions import Revision

MAX_NOTE, MAX_QUOTE = 5_000, 2_000
MOST_OPEN = 200  # of one article: the page shows them all


class NoteQuerySet(models.QuerySet["Note"]):
    def open(self) -> Self:
        return self.filter(resolved_at=None)

    def resolved(self) -> Self:
        return self.exclude(resolved_at=None)


class Note(models.Model):
    """Something said to whoever writes an article, about one paragraph of it or, with an empty quote, about all of it.

    The paragraph is known by its words: it is found again while most of them are still there.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="notes", verbose_name=_("article"))
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, editable=False, related_name="+")
    quote = models.TextField(_("paragraph"), blank=True)
    text = models.TextField(_("note"), max_length=MAX_NOTE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["article"], name="articles_open_notes", condition=models.Q(resolved_at=None)),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def can_be_taken_back_by(self, user: User) -> bool:
        return self.by_id is not None and self.by_id == user.pk and self.resolved_at is None


def may_resolve(article: Article, user: User) -> bool:
    """Settles the notes of this article: its writers, and whoever may edit anybody's."""
    return article.is_by(user) or user.has_perm("articles.edit_any_article")
