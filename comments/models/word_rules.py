"""Word rules that moderators set."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.text.words import key_of


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
