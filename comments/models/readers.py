"""Followers of conversations, and readers' votes."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class FollowerQuerySet(models.QuerySet["Follower"]):
    def active(self) -> Self:
        return self.filter(confirmed_at__isnull=False, stopped_at=None)

    def waiting(self) -> Self:
        """Asked for, and the address has not agreed yet."""
        return self.filter(confirmed_at=None)

    def at(self, address: str) -> Self:
        """Everything that one address (in small letters) follows, by itself or by its account."""
        return self.filter(models.Q(email=address) | models.Q(user__in=User.objects.filter(email=address)))


class Follower(models.Model):
    """Somebody who gets mail about new comments in a thread. An address without an account confirms it first."""

    class Why(models.TextChoices):
        ASKED = "asked", _("asked for it")
        WROTE = "wrote", _("wrote the page")

    thread = models.ForeignKey("Thread", models.CASCADE, related_name="followers", verbose_name=_("thread"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    why = models.CharField(_("why"), max_length=5, choices=Why, default=Why.ASKED)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    # The last decision that she knows of: an approval behind it is news to her.
    told = models.BigIntegerField(default=0, editable=False)
    told_at = models.DateTimeField(_("last letter"), null=True, blank=True)
    # When to look whether there is news for her; null: nothing has happened.
    due_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "user"], condition=models.Q(user__isnull=False), name="comments_follower_user"
            ),
            models.UniqueConstraint(
                fields=["thread", "email"], condition=~models.Q(email=""), name="comments_follower_email"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="comments_follower_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["email"], name="comments_follower_mail", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.pk}"

    @property
    def address(self) -> str:
        """Where the letters go: the account's present address if there is an account."""
        return self.user.email if self.user else self.email


class FanOut(models.Model):
    """One row: the last decision whose followers have been marked as due for a letter."""

    reached = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("what followers were marked for")
        verbose_name_plural = _("what followers were marked for")

    def __str__(self) -> str:
        return str(self.reached)


class Helpful(models.Model):
    comment = models.ForeignKey("Comment", models.CASCADE, related_name="+", verbose_name=_("comment"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    # A random number in a cookie of a reader without an account.
    browser = models.CharField(max_length=32, blank=True, editable=False)
    network = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("given"), default=timezone.now)

    class Meta:
        verbose_name = _("helpful vote")
        verbose_name_plural = _("helpful votes")
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "user"], condition=models.Q(user__isnull=False), name="comments_helpful_user"
            ),
            models.UniqueConstraint(
                fields=["comment", "browser"], condition=~models.Q(browser=""), name="comments_helpful_browser"
            ),
        ]
        indexes = [models.Index(fields=["network", "created_at"], name="comments_helpful_rate")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.pk}"
