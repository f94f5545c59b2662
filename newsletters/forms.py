from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from comments.forms.public import TrapField
from newsletters import subscribing
from newsletters.models import Subscription

FILLED_IN = _(
    "Nothing has been sent yet. A field that people do not see was filled in; a password manager may have done that. "
    "If you are a person, please press the button once more."
)


class SignUpForm(forms.Form):
    """The newsletter: one field. Who fills in the trap is asked to press the button once more, and told why."""

    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=320,
        error_messages={"required": _("Please type your e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    remarks = TrapField()
    again = forms.BooleanField(required=False)

    topic: Topic | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A name of its own: this form stands on pages that have other forms with an e-mail field.
        kwargs.setdefault("auto_id", "newsletter-%s")
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        return subscribing.normalise(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("remarks") and not self.cleaned_data.get("again") and not self.errors:
            self.add_error(None, forms.ValidationError(FILLED_IN, "trap"))
        return self.cleaned_data

    @property
    def is_asked_again(self) -> bool:
        return self.is_bound and (self.has_error(NON_FIELD_ERRORS, "trap") or bool(self.cleaned_data.get("again")))

    @property
    def wording(self) -> str:
        return subscribing.wording(self.topic)

    def ask(self, *, how: str) -> None:
        frequency = self.cleaned_data.get("frequency", Subscription.Frequency.WEEKLY)
        subscribing.ask(self.cleaned_data["email"], self.topic, frequency, wording=self.wording, how=how)


class FollowForm(SignUpForm):
    """Updates on one topic."""

    frequency = forms.ChoiceField(
        label=_("How often?"),
        choices=[
            (Subscription.Frequency.WEEKLY, _("Once a week, when there is something new")),
            (Subscription.Frequency.DAILY, _("At most once a day, when there is something new")),
        ],
        initial=Subscription.Frequency.WEEKLY,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic
