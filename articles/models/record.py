from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles.text.content import Content, Undo, complete, undo_of, undone

if TYPE_CHECKING:
    from articles.models.articles import Article


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


class EditorialEvent(models.Model):
    """Who did what to which revision. Written once, never changed."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="events", verbose_name=_("article"))
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    step = models.CharField(_("step"), max_length=30)
    before = models.CharField(_("before"), max_length=10, blank=True)
    after = models.CharField(_("after"), max_length=10, blank=True)
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("entry in the editorial log")
        verbose_name_plural = _("editorial log")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="articles_log"),
            models.Index(fields=["by", "-at", "-id"], name="articles_log_of_person"),
            models.Index(fields=["step", "-at", "-id"], name="articles_log_of_step"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.step}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An editorial event is written once.")
        super().save(*args, **kwargs)


class PresenceQuerySet(models.QuerySet["Presence"]):
    def on(self, article: "Article") -> Self:
        return self.filter(article=article, seen_at__gt=timezone.now() - Presence.FRESH)


class Presence(models.Model):
    """Somebody has an article open in a window of her browser: it says so again and again."""

    FRESH = timedelta(seconds=60)

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    window = models.CharField(max_length=32, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["article", "window"], name="articles_presence_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.article_id}"
