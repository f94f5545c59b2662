from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Topic
from edge.models import Letter
from edge.richtext import RichTextField


def new_key() -> str:
    return get_random_string(22)


class Subscriber(models.Model):
    """An address. It receives something only through a Subscription that it has confirmed."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True, help_text=_("In lower case."))
    # Changing it makes every link ever sent to this address worthless.
    key = models.CharField(max_length=22, default=new_key, editable=False)
    # From then on links in mail about comments, which know nothing of the key, do not open the page of all mail either.
    key_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("mail came back"), null=True, blank=True)
    created_at = models.DateTimeField(_("first asked"), default=timezone.now)
    # When the last updates on topics left, daily and weekly ones apart: the next wait for their day.
    daily_mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    weekly_mailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-id"]
        permissions = [("export_subscriber", _("Can export subscribers as CSV"))]
        indexes = [models.Index(fields=["created_at"], name="newsletters_first_asked")]

    def __str__(self) -> str:
        return self.email


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def active(self) -> Self:
        return self.filter(status=Subscription.Status.ACTIVE)

    def waiting(self) -> Self:
        return self.filter(status=Subscription.Status.PENDING)

    def not_ended(self) -> Self:
        return self.exclude(status=Subscription.Status.ENDED)

    def to_newsletter(self) -> Self:
        return self.filter(topic=None)

    def to_topics(self) -> Self:
        return self.filter(topic__isnull=False)


class Subscription(models.Model):
    """What an address gets: the newsletter (no topic), or what is published on one topic."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waits for confirmation")
        ACTIVE = "active", _("active")
        ENDED = "ended", _("ended")

    class Frequency(models.TextChoices):
        DAILY = "daily", _("at most once a day")
        WEEKLY = "weekly", _("once a week")

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="subscriptions", verbose_name=_("subscriber")
    )
    topic = models.ForeignKey(
        Topic, models.CASCADE, null=True, blank=True, related_name="followers", verbose_name=_("topic")
    )
    frequency = models.CharField(_("how often"), max_length=6, choices=Frequency, default=Frequency.WEEKLY)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.PENDING)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    started_at = models.DateTimeField(_("since"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "topic"], condition=models.Q(topic__isnull=False), name="newsletters_topic_once"
            ),
            models.UniqueConstraint(
                fields=["subscriber"], condition=models.Q(topic=None), name="newsletters_newsletter_once"
            ),
        ]
        indexes = [models.Index(fields=["topic", "status", "subscriber"], name="newsletters_followers")]

    def __str__(self) -> str:
        return str(self.topic or _("The newsletter"))


class ConsentEvent(models.Model):
    """What somebody agreed to or ended: the wording shown, when and how. Written once, never changed."""

    class Action(models.TextChoices):
        ASKED = "asked", _("asked")
        CONFIRMED = "confirmed", _("confirmed")
        CHANGED = "changed", _("changed")
        ENDED = "ended", _("ended")

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="consents", verbose_name=_("subscriber"))
    subscription = models.ForeignKey(
        Subscription, models.SET_NULL, null=True, blank=True, related_name="consents", verbose_name=_("subscription")
    )
    action = models.CharField(_("what"), max_length=9, choices=Action)
    wording = models.TextField(_("wording shown"), blank=True)
    how = models.CharField(_("how"), max_length=60, help_text=_("The form, the link in a mail, one click, the admin."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by staff")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d}: {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A consent is written once.")
        super().save(*args, **kwargs)


class FannedOut(models.Model):
    """The followers of this article's topics have their Update rows. Articles know nothing of newsletters."""

    article = models.OneToOneField(Article, models.CASCADE, related_name="fanned_out")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.article_id)


class Update(models.Model):
    """An article that a follower is owed, or has been mailed. One row per person and article, ever."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="updates")
    article = models.ForeignKey(Article, models.CASCADE, related_name="updates")
    created_at = models.DateTimeField(default=timezone.now)
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, blank=True, related_name="updates")
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "article"], name="newsletters_update_once")]
        indexes = [
            models.Index(fields=["subscriber", "id"], name="newsletters_owed", condition=models.Q(mailed_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id}: {self.article_id}"


class Issue(models.Model):
    """One mailing of the newsletter. What readers get is made from it when it is sent; after that nobody edits it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")

    subject = models.CharField(_("subject"), max_length=120)
    intro = RichTextField(_("opening"), blank=True)
    articles = models.ManyToManyField(Article, blank=True, related_name="issues", verbose_name=_("articles"))
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.DRAFT, editable=False)
    # Counts every change, so that nobody saves over what somebody else has saved meanwhile.
    edition = models.PositiveIntegerField(default=0, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    released_at = models.DateTimeField(_("released"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)

    class Meta:
        verbose_name = _("newsletter issue")
        verbose_name_plural = _("newsletter issues")
        ordering = ["-id"]
        permissions = [("send_issue", _("Can send an issue"))]

    def __str__(self) -> str:
        return self.subject

    def recipients(self) -> models.QuerySet[Subscriber]:
        """Who gets it: everybody whose newsletter runs, as of its release."""
        until = self.released_at or timezone.now()
        reads = Subscription.objects.active().to_newsletter().filter(started_at__lte=until)
        return Subscriber.objects.filter(pk__in=reads.values("subscriber"), bounced_at=None)


class Delivery(models.Model):
    """One row per recipient of an issue. The letter says what happened to that person's copy."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="deliveries", verbose_name=_("issue"))
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="deliveries", verbose_name=_("subscriber"))
    letter = models.OneToOneField(Letter, models.SET_NULL, null=True, blank=True, verbose_name=_("letter"))

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["issue", "subscriber"], name="newsletters_one_copy_each")]

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.subscriber_id}"
