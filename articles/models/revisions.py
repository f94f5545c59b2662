from functools import reduce
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles.text.content import Content, Undo, complete, undo_of, undone


class RevisionQuerySet(models.QuerySet["Revision"]):
    def unthinned(self) -> Self:
        """What saved itself and was not looked at since, see `articles/drafts/pruning.py`."""
        return self.filter(is_autosave=True).exclude(window="")


class Revision(models.Model):
    """What an article was after one save: everything an editor can change. Its number is the article's edition then.

    The latest is kept in full, and every KEPT_IN_FULL-th; the others keep what leads back to them from the next.
    """

    KEPT_IN_FULL = 50

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="revisions", verbose_name=_("article"))
    number = models.PositiveIntegerField(_("number"))
    full = models.JSONField(null=True, editable=False)
    undo = models.JSONField(null=True, editable=False)
    fingerprint = models.CharField(_("fingerprint"), max_length=32)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    # Nobody pressed "Save": the history folds these, those of one window together.
    is_autosave = models.BooleanField(_("saved by itself"), default=False)
    window = models.CharField(max_length=32, blank=True, editable=False)
    # Which of the window's sends this was, from 1; empty of what came of hers and somebody else's words.
    turn = models.PositiveIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("saved"), default=timezone.now)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="articles_revision_number"),
            models.CheckConstraint(
                condition=models.Q(full__isnull=False) | models.Q(undo__isnull=False), name="articles_revision_readable"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="articles_unthinned",
                condition=models.Q(is_autosave=True) & ~models.Q(window=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}.{self.number}"

    @cached_property
    def content(self) -> Content:
        """In one query, of at most KEPT_IN_FULL rows."""
        if self.full is not None:
            return complete(self.full)
        later = Revision.objects.filter(article=self.article_id, number__gt=self.number).order_by("number")
        undos: list[Undo] = [self.undo or {}]
        for row in later.values_list("full", "undo")[: self.KEPT_IN_FULL]:
            if row[0] is not None:
                return complete(reduce(undone, reversed(undos), row[0]))
            undos.append(row[1] or {})
        raise ValueError(f"Revision {self} cannot be read: the one it leads back from is gone.")

    def make_small(self, next_content: Content) -> None:
        """There is a newer one now, with this content: from that this one can be had again."""
        if self.number % self.KEPT_IN_FULL and self.full is not None:
            self.undo, self.full = undo_of(self.full, next_content), None
            self.save(update_fields=["undo", "full"])
