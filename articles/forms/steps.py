"""Forms of the steps: what has to be said with each, such as a note, a time, what was checked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from articles.forms import WIDE
from articles.models import Article
from articles.models.steps import Step
from articles.workflow.publishing import PASSED
from articles.workflow.reviewing import MOST_YEARS, REVIEW_YEARS, in_years, what_is_wrong_with_due


class SiteTimeField(forms.DateTimeField):
    """A moment to come, typed in the site's time zone (TIME_ZONE).

    On the night in which the clocks go back an hour comes twice, and on the one in which they go forward an hour is
    missing: neither is guessed.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            raise ValidationError(what_is_wrong_with_hour((error.params or {})["datetime"]), code=error.code) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value <= timezone.now() and (passed := self.error_messages.get("passed")):
            raise ValidationError(passed)
        if value and value.date() > in_years(MOST_YEARS):
            raise ValidationError(
                _("This is more than %(years)d years away. Is the year right?") % {"years": MOST_YEARS}
            )


def what_is_wrong_with_hour(typed: datetime) -> str:
    """A sentence about a local time that there is twice, or not at all."""
    zone = timezone.get_current_timezone()
    before, after = (typed.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    words = {"time": date_format(typed, "TIME_FORMAT"), "day": date_format(typed, "DATE_FORMAT")}
    if before is not None and after is not None and before > after:
        return (
            _("%(time)s comes twice on %(day)s: the clocks go back. Choose a time before that hour, or after it.")
            % words
        )
    return _("There is no %(time)s on %(day)s: the clocks go forward. Choose an earlier time, or a later one.") % words


class StepForm(forms.Form):
    """Carries the edition that was read: nobody decides about another text."""

    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def said(self, article: Article) -> dict[str, Any]:
        """What the verb is told. The step is about the text that was on the screen, not about the one that is there
        now."""
        said = dict(self.cleaned_data)
        edition = said.pop("edition")
        article.edition = article.edition if edition is None else edition
        return said

    def first(self, article: Article) -> dict[str, Any]:
        return {"edition": article.edition}


class NoteForm(StepForm):
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=5000, required=False, widget=forms.Textarea(attrs={**WIDE, "rows": 6})
    )


class ReasonForm(forms.Form):
    """Why a review no longer counts. Belongs to a review, which never changes, and not to a text."""

    note = forms.CharField(
        label=gettext_lazy("Why"), max_length=5000, widget=forms.Textarea(attrs={**WIDE, "rows": 6}),
        help_text=gettext_lazy("The writer and the editors read it; readers do not."),
    )  # fmt: skip


class ScheduleForm(StepForm):
    at = SiteTimeField(
        label=gettext_lazy("When"),
        error_messages={"passed": gettext_lazy("This moment has passed. Choose a later one, or publish now.")},
    )
    until = SiteTimeField(
        label=gettext_lazy("Until (if it is to go again)"), required=False,
        help_text=gettext_lazy("Then it is archived by itself. Leave it empty and it stays."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        at, until = data.get("at"), data.get("until")
        if at and until and until <= at:
            self.add_error("until", _("It would be archived before it appears. Choose a later time."))
        return data

    def first(self, article: Article) -> dict[str, Any]:
        return {**super().first(article), "at": article.publish_at or in_hours(1), "until": article.expire_at}


class EndForm(StepForm):
    at = SiteTimeField(label=gettext_lazy("Until"), error_messages={"passed": PASSED})

    def first(self, article: Article) -> dict[str, Any]:
        return {**super().first(article), "at": article.expire_at or in_hours(24)}


class ReviewForm(StepForm):
    def ask_about_notes(self, article: Article, user: User) -> None:
        """Who has said what should change, and now passes the text, may have forgotten it."""
        if count := article.notes.open().filter(by=user).count():
            label = ngettext(
                "Pass it although a note of yours is open", "Pass it although %(n)d notes of yours are open", count
            )
            self.fields["all_the_same"] = forms.BooleanField(
                label=label % {"n": count},
                error_messages={"required": _("Your note is open. Settle it first, or say that it does not matter.")},
            )

    def said(self, article: Article) -> dict[str, Any]:
        return {name: value for name, value in super().said(article).items() if name != "all_the_same"}

    scope = forms.CharField(
        label=gettext_lazy("What you checked"), max_length=200, widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Readers see it: “the whole article”, “the figures on treatment”."),
    )  # fmt: skip
    next_due_on = forms.DateField(
        label=gettext_lazy("Check again by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("From the day after, readers are told that the review is overdue."),
    )  # fmt: skip

    def clean_next_due_on(self) -> Any:
        day = self.cleaned_data["next_due_on"]
        if wrong := what_is_wrong_with_due(day):
            raise ValidationError(wrong)
        return day

    def first(self, article: Article) -> dict[str, Any]:
        return {**super().first(article), "next_due_on": in_years(REVIEW_YEARS)}


class LiveReviewForm(ReviewForm):
    """Names the text that readers saw when it was read; what is written beside it does not matter."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def first(self, article: Article) -> dict[str, Any]:
        return {**super().first(article), "revision": article.live_revision_id}

    def said(self, article: Article) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"edition", "all_the_same"}}


FORMS: dict[str, type[StepForm]] = {
    "": StepForm,
    "note": NoteForm,
    "schedule": ScheduleForm,
    "end": EndForm,
    "review": ReviewForm,
    "live review": LiveReviewForm,
}


def form_for(step: Step, article: Article, data: Any = None) -> StepForm:
    kind = FORMS[step.asks]
    return kind(data, initial=kind().first(article))


def in_hours(hours: int) -> datetime:
    """A full hour to come. Counted in UTC: it exists, and exists once."""
    soon = timezone.now().astimezone(UTC) + timedelta(hours=hours)
    return soon.replace(minute=0, second=0, microsecond=0)
