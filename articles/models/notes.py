from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles.models.articles import Article
from articles.models.record import EditorialEvent, Revision
from articles.models.steps import NotAllowed, NotReady

MAX_NOTE, MAX_QUOTE = 5_000, 2_000
MOST_OPEN = 200  # of one article: the page shows them all


class NoteQuerySet(models.QuerySet["Note"]):
    def open(self) -> Self:
        return self.filter(resolved_at=None)

    def resolved(self) -> Self:
        return self.exclude(resolved_at=None)

    def add(self, article: Article, *, by: User, text: str, quote: str = "") -> "Note":
        """Says something about one paragraph, known by its words, or with an empty quote about the whole article.

        Said twice it stands there once. Raises NotAllowed or NotReady.
        """
        # PostgreSQL keeps no NUL, and a note comes by other ways than a form, which would refuse it.
        text, quote = (words.replace("\x00", "") for words in (text, quote))
        text, quote = text.strip(), " ".join(quote.split())[:MAX_QUOTE]
        if not Article.objects.drafts_open_to(by).filter(pk=article.pk).exists():
            raise NotAllowed(gettext("Notes are for those who may read this draft."))
        if not text:
            raise NotReady(gettext("Please write what the note should say."))
        if len(text) > MAX_NOTE:
            raise NotReady(gettext("A note can have %(limit)s characters at most.") % {"limit": MAX_NOTE})
        with transaction.atomic():
            list(Article.objects.select_for_update(of=("self",)).filter(pk=article.pk).values_list("pk"))
            same = self.open().filter(article=article, by=by, text=text, quote=quote).first()
            if same is not None:
                return same
            leave_room(article)
            note = self.create(article=article, revision=article.latest_revision, by=by, text=text, quote=quote)
            note._write("note", by)
            return note


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

    def can_be_resolved_by(self, user: User) -> bool:
        """Whoever writes the article, and whoever may edit anybody's."""
        return may_resolve(self.article, user)

    def can_be_taken_back_by(self, user: User) -> bool:
        return self.by_id is not None and self.by_id == user.pk and self.resolved_at is None

    def resolve(self, *, by: User) -> None:
        """It is done with. Once, however often somebody says so. Raises NotAllowed."""
        self._settle("resolve_note", by, {"resolved_at": None}, resolved_at=timezone.now(), resolved_by=by)

    def reopen(self, *, by: User) -> None:
        """It is not done with after all. Raises NotAllowed or NotReady."""
        self._settle("reopen_note", by, {"resolved_at__isnull": False}, resolved_at=None, resolved_by=None)

    def take_back(self, *, by: User) -> None:
        """Its writer did not mean it. Raises NotAllowed."""
        if not self.can_be_taken_back_by(by):
            raise NotAllowed(gettext("Only whoever wrote a note can take it back, as long as it is open."))
        with transaction.atomic():
            if Note.objects.open().filter(pk=self.pk).delete()[0]:
                self._write("take_back_note", by)

    def _settle(self, step: str, by: User, before: dict[str, Any], **changes: Any) -> None:
        if not self.can_be_resolved_by(by):
            raise NotAllowed(gettext("Only the writers of an article and its editors settle notes."))
        if changes["resolved_at"] is None:
            leave_room(self.article)
        with transaction.atomic():
            if Note.objects.filter(pk=self.pk, **before).update(**changes):
                self._write(step, by)
        for field, value in changes.items():
            setattr(self, field, value)

    def _write(self, step: str, by: User) -> EditorialEvent:
        status = Article.objects.values_list("status", flat=True).get(pk=self.article_id)
        return self.article.events.create(
            revision_id=self.revision_id, by=by, step=step, before=status, after=status,
            note=Truncator(self.text).words(12),
        )  # fmt: skip


def leave_room(article: Article) -> None:
    """Raises NotReady when as many notes on this article are open as can be."""
    if article.notes.open().count() >= MOST_OPEN:
        said = gettext("%(limit)s notes are open, and that is the most there can be. Please resolve some first.")
        raise NotReady(said % {"limit": MOST_OPEN})


def may_resolve(article: Article, user: User) -> bool:
    """Settles the notes of this article: its writers, and whoever may edit anybody's."""
    return article.is_by(user) or user.has_perm("articles.edit_any_article")
