"""What readers write to the editors: never shown to anybody else, answered by letter."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Enquiry(models.Model):
    """No comment, for it is never public: nothing of what decides about comments applies to it."""

    class Subject(models.TextChoices):
        CORRECTION = "correction", _("A correction")
        QUESTION = "question", _("A question to the editors")
        PRIVACY = "privacy", _("Data protection")
        FAULT = "fault", _("Something does not work")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed without an answer")

    subject = models.CharField(_("about"), max_length=10, choices=Subject)
    thread = models.ForeignKey(
        "Thread", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("page")
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), max_length=254)
    text = models.TextField(_("message"))
    is_crisis = models.BooleanField(_("somebody may be in danger"), default=False)
    network = models.CharField(_("network"), max_length=32, blank=True, editable=False)
    # One per rendered form: the same form sent twice is one message.
    form_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  unique, so null
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("message to the editors")
        verbose_name_plural = _("messages to the editors")
        ordering = ["-id"]
        permissions = [("answer_enquiry", "Can answer messages to the editors")]
        indexes = [models.Index(fields=["network", "created_at"], name="comments_enquiry_rate")]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} ({self.pk})"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
