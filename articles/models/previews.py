from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles.models.articles import Article

SIGNER = Signer(salt="articles.preview")


def _secret() -> str:
    return get_random_string(32)


def may_share(article: Article, user: User) -> bool:
    """Whoever may change, publish or review what is being written may show it to somebody without an account."""
    if article.status == Article.Status.ARCHIVED or not Article.objects.drafts_open_to(user).filter(pk=article.pk):
        return False
    works_on_it = user.has_perm("articles.publish_article") or user.has_perm("articles.review_article")
    return works_on_it or article.can_be_edited_by(user)


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def open(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def of_address(self, token: str) -> "PreviewLink | None":
        """What an address leads to now; None when it was made up, has ended or was revoked, or the article has gone.

        Always one question to the database, so the answer to a wrong address takes as long as to one that has ended. An
        address that nobody gave away holds 32 random characters and a signature: there is nothing to guess.
        """
        try:
            secret = SIGNER.unsign(token)
        except BadSignature:
            secret = ""
        found = self.open().select_related("article__latest_revision", "by").filter(secret=secret)
        link = found.exclude(article__status=Article.Status.ARCHIVED).first()
        return link if link and link.is_vouched_for else None


class PreviewLink(models.Model):
    """Shows the latest text of an article to whoever has its address, until it expires or somebody revokes it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="preview_links", verbose_name=_("article"))
    secret = models.CharField(max_length=32, unique=True, default=_secret, editable=False)
    for_whom = models.CharField(_("for whom"), max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.for_whom or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("articles:preview", args=[SIGNER.sign(self.secret)])

    @property
    def address(self) -> str:
        return settings.BASE_URL + self.get_absolute_url()

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def is_vouched_for(self) -> bool:
        """Nobody reads along by a link that she made for herself and may no longer read the draft: it has gone back to
        its writer, or she has left."""
        if self.by is None or not self.by.is_active:
            return False
        return Article.objects.drafts_open_to(self.by).filter(pk=self.article_id).exists()

    @property
    def ended_at(self) -> datetime:
        return min(self.revoked_at or self.expires_at, self.expires_at)

    def may_be_revoked_by(self, user: User) -> bool:
        """Whoever made it, also after the text has left her hands; and all who could have."""
        return self.by_id == user.pk or may_share(self.article, user)
