"""Tables of the door: word rules, near-identical texts, raids, what spam looks like here, and how strict the house is."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.cache import caches
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.text.words import key_of
from edge.public_pages import SHARED_SECONDS

CLOSING = "comments:closes_after_days"


class Cluster(models.Model):
    """Near-identical texts: one row at the desk."""

    created_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    # The least of the keyed hashes of its first text's words, 32 bits each: how alike a text is, without keeping the text.
    sketch = models.BinaryField(default=bytes)

    # Nothing else can stand in it yet: who has just made it need not ask.
    is_new = False
    # What a text has in common with it, where that was looked for: see comments/intake/near_duplicates.py.
    mark: int

    class Meta:
        verbose_name = _("cluster of near-identical texts")
        verbose_name_plural = _("clusters of near-identical texts")
        indexes = [models.Index(fields=["last_at"], name="comments_cluster_last")]

    def __str__(self) -> str:
        return str(self.pk)


class ClusterKey(models.Model):
    """One of the marks (64 bits, signed) by which a text is recognised as belonging to a cluster."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="keys")
    key = models.BigIntegerField()

    class Meta:
        verbose_name = _("mark of a cluster")
        verbose_name_plural = _("marks of clusters")
        constraints = [models.UniqueConstraint(fields=["key", "cluster"], name="comments_cluster_key")]

    def __str__(self) -> str:
        return f"{self.cluster_id}: {self.key}"


class RaidQuerySet(models.QuerySet["Raid"]):
    def going_on(self) -> Self:
        return self.filter(ended_at=None)


class Raid(models.Model):
    """A flood, in one thread or (without a thread) everywhere. While it goes on, the door is stricter with newcomers."""

    thread = models.ForeignKey(
        "Thread", models.CASCADE, null=True, blank=True, related_name="raids", verbose_name=_("thread")
    )
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    # Nobody: the detector.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("switched on by"),
    )  # fmt: skip
    in_a_minute = models.PositiveIntegerField(_("comments in one minute"), default=0)
    usual = models.FloatField(_("usual comments in one minute"), default=0)
    # Texts of newcomers that were not taken in because of their links; the last of them shows that it still goes on.
    refused = models.PositiveIntegerField(_("refused because of links"), default=0)
    refused_at = models.DateTimeField(_("last refused"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("switched off by"),
    )  # fmt: skip

    objects = RaidQuerySet.as_manager()

    class Meta:
        verbose_name = _("raid")
        verbose_name_plural = _("raids")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thread"], condition=models.Q(ended_at=None, thread__isnull=False), name="comments_raid_once"
            ),
            models.UniqueConstraint(
                Coalesce("thread", 0),
                condition=models.Q(ended_at=None, thread=None),
                name="comments_raid_site",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class SpamModel(models.Model):
    """What the learned score knows: one row, shared by all processes. comments/intake/score.py reads and writes it."""

    weights = models.BinaryField(default=bytes)
    # Grows with every change, so that each process sees when its copy is old.
    edition = models.PositiveIntegerField(default=0)
    learned = models.PositiveIntegerField(_("decisions learned from"), default=0)
    # The last decision that it has learned from.
    reached = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("learned score")
        verbose_name_plural = _("learned scores")

    def __str__(self) -> str:
        return f"{self.edition}"


class HouseRules(models.Model):
    """One row: how strict the house is. Moderators set it in the admin."""

    known_after = models.PositiveSmallIntegerField(
        _("approved comments until a reader is known"),
        default=3,
        help_text=_("Known readers with a confirmed account may appear at once where the thread allows it."),
    )
    known_days = models.PositiveSmallIntegerField(
        _("days without a rejection until a reader is known again"), default=90
    )
    crisis_minutes = models.PositiveSmallIntegerField(
        _("minutes until somebody in danger is answered"),
        default=30,
        help_text=_("The desk counts them down, and moderators get mail at once."),
    )
    closes_after_days = models.PositiveSmallIntegerField(
        _("days without comments until a thread closes"),
        null=True,
        blank=True,
        help_text=_("Empty: threads stay open. A thread can have its own number."),
    )

    class Meta:
        verbose_name = _("house rules")
        verbose_name_plural = _("house rules")

    def __str__(self) -> str:
        return str(_("House rules"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        caches["pages"].delete(CLOSING)

    @classmethod
    def current(cls) -> "HouseRules":
        """The row, or what stands here while there is none."""
        return cls.objects.first() or cls()

    @classmethod
    def days_until_closing(cls) -> int:
        """After how many quiet days a thread closes; 0: never. Every page of a thread asks, so each process remembers it
        for as long as a cache may keep the page."""
        days: int | None = caches["pages"].get(CLOSING)
        if days is None:
            days = cls.current().closes_after_days or 0
            caches["pages"].set(CLOSING, days, SHARED_SECONDS)
        return days


class WordRuleQuerySet(models.QuerySet["WordRule"]):
    def active(self) -> "WordRuleQuerySet":
        return self.filter(is_active=True)


class WordRule(models.Model):
    """A word or phrase that the door looks for, as whole words, in text made comparable (case, width, look-alikes).

    Never a pattern: nothing that is typed here can be slow.
    """

    class Kind(models.TextChoices):
        BLOCKED = "blocked", _("blocked: holds what everybody writes")
        SUSPECT = "suspect", _("suspect: holds what newcomers write")
        ALLOWED = "allowed", _("allowed: never counts against anybody (names of drugs)")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    phrase = models.CharField(_("word or phrase"), max_length=100)
    # As comments/text/words.py compares it; two spellings of the same thing are one rule.
    matched = models.CharField(max_length=100, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("Why it is here."))
    is_active = models.BooleanField(_("in force"), default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    # By this each process sees that it has to read the rules again.
    changed_at = models.DateTimeField(auto_now=True)

    objects = WordRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("word rule")
        verbose_name_plural = _("word rules")
        ordering = ["kind", "phrase"]
        constraints = [models.UniqueConstraint(fields=["matched"], name="comments_word_once")]

    def __str__(self) -> str:
        return self.phrase

    @property
    def kind_in_short(self) -> str:
        return str(self.Kind(self.kind).label).partition(":")[0]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.matched = key_of(self.phrase)[:100]
        super().save(*args, **kwargs)

    @classmethod
    def edition(cls) -> tuple[int, datetime | None]:
        """Changes with every change of a rule, so that a process sees that its copy is old."""
        seen = cls.objects.aggregate(n=models.Count("pk"), changed=models.Max("changed_at"))
        return seen["n"], seen["changed"]
