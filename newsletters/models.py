from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import forget_in_admin_log
from articles.models import Article, Topic
from edge.models import Letter
from edge.richtext import RichTextField
from pages.models import SiteSettings


def new_key() -> str:
    return get_random_string(22)


class Subscriber(models.Model):
    """An address. It receives something only through a Subscription that it has confirmed."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True, help_text=_("In lower case."))
    # Changing it makes every link ever sent to this address worthless.
    key = models.CharField(max_length=22, default=new_key, editable=False)
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

    def erase(self) -> None:
        """Forgets the address: what it gets, what it agreed to, and the mails that were written to it."""
        ours = (
            models.Q(delivery__subscriber=self)
            | models.Q(updates__subscriber=self)
            | models.Q(to=self.email, key__startswith=f"confirm:{self.pk}:")
        )
        with transaction.atomic():
            Letter.objects.filter(pk__in=Letter.objects.filter(ours).values("pk")).delete()
            forget_in_admin_log(Subscriber, [self.pk])
            self.delete()

    def make_links_worthless(self) -> None:
        """A mail of ours fell into wrong hands: no link that was ever sent opens anything from now on."""
        self.key = new_key()
        self.save(update_fields=["key"])


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

    def ask(self, *, frequency: str, wording: str, how: str) -> None:
        """Somebody typed the address. What already runs is left alone: only the address's owner changes it."""
        if self.status != self.Status.ACTIVE:
            self.status, self.frequency, self.asked_at = self.Status.PENDING, frequency, timezone.now()
            self.save(update_fields=["status", "frequency", "asked_at"])
        self._record(ConsentEvent.Action.ASKED, wording=wording, how=how)

    def start(self, *, wording: str, how: str) -> bool:
        """The address's owner confirmed. False when it did not wait: the second click changes nothing."""
        now = timezone.now()
        with transaction.atomic():
            if not self._move({self.Status.PENDING}, self.Status.ACTIVE, started_at=now, ended_at=None):
                return False
            Subscriber.objects.filter(pk=self.subscriber_id).update(
                confirmed_at=Coalesce("confirmed_at", models.Value(now)), bounced_at=None
            )
            self._record(ConsentEvent.Action.CONFIRMED, wording=wording, how=how)
        return True

    def change(self, frequency: str, *, how: str) -> bool:
        with transaction.atomic():
            if (
                not Subscription.objects.active()
                .filter(pk=self.pk)
                .exclude(frequency=frequency)
                .update(frequency=frequency)
            ):
                return False
            self.frequency = frequency
            self._record(ConsentEvent.Action.CHANGED, wording=str(self.get_frequency_display()), how=how)
        return True

    def end(self, *, how: str, by: User | None = None) -> bool:
        """Stops it now: letters that have not left yet stay here. False when it had ended before."""
        with transaction.atomic():
            before = {self.Status.PENDING, self.Status.ACTIVE}
            if not self._move(before, self.Status.ENDED, ended_at=timezone.now()):
                return False
            self._record(ConsentEvent.Action.ENDED, how=how, by=by)
            self._hold_back_letters()
        return True

    def _move(self, before: set[Status], after: Status, **times: Any) -> bool:
        if not Subscription.objects.filter(pk=self.pk, status__in=before).update(status=after, **times):
            return False
        self.status = after
        for name, time in times.items():
            setattr(self, name, time)
        return True

    def _hold_back_letters(self) -> None:
        if self.topic_id is None:
            Letter.objects.filter(delivery__subscriber=self.subscriber_id).withdraw()
        elif not Subscription.objects.active().to_topics().filter(subscriber=self.subscriber_id).exists():
            Letter.objects.filter(updates__subscriber=self.subscriber_id).withdraw()

    def _record(self, action: str, *, how: str, wording: str = "", by: User | None = None) -> None:
        ConsentEvent.objects.create(
            subscriber_id=self.subscriber_id, subscription=self, action=action, wording=wording, how=how, by=by
        )


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


class NotSendable(Exception):
    """The issue cannot leave as it is; the message says why, to whoever pressed the button."""


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

    def send(self, *, by: User) -> None:
        """Releases the issue to everybody who gets the newsletter now; the worker writes the letters.

        Raises PermissionDenied, or NotSendable with the reason: incomplete, or somebody was faster.
        """
        if not by.has_perm("newsletters.send_issue"):
            raise PermissionDenied
        if reason := self.what_is_missing():
            raise NotSendable(reason)
        released = Issue.objects.filter(pk=self.pk, status=self.Status.DRAFT, edition=self.edition).update(
            status=self.Status.SENDING, sent_by=by, released_at=timezone.now(), edition=models.F("edition") + 1
        )
        if not released:
            raise NotSendable(str(_("Somebody sent or changed this issue a moment ago. Look at it again first.")))
        self.refresh_from_db()

    def what_is_missing(self) -> str:
        """Why it cannot be sent yet, in a sentence; "" when it can."""
        if not SiteSettings.current().postal_address.strip():
            return str(
                _("Mailings wait until the postal address is filled in under Site settings: the law asks for it.")
            )
        if not self.subject.strip():
            return str(_("It has no subject."))
        if not self.intro.strip() and not self.articles.published().exists():
            return str(_("It is empty: write an opening, or choose a published article."))
        return ""

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
