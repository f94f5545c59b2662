"""What writers and editors type: the article with its sources, the pictures, and what is said with a step."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from articles.models import Article, Image, Reference, Revision, Topic
from articles.revisions import changes_since
from articles.steps import Step

WIDE = {"class": "vLargeTextField"}
MAX_TEXT = 300_000  # characters; the longest article anybody has finished has a tenth of that
FAR_AWAY = 10_000  # where references wait while their numbers are dealt out anew


@dataclass(frozen=True)
class Conflict:
    """Somebody saved while this person was writing. `saved` lists what that changed: (label, value as it is now)."""

    revision: Revision | None
    saved: list[tuple[str, Any]]
    edition: int


class ArticleForm(forms.ModelForm):
    """Drafts may be incomplete: what is missing is said when the article leaves the writer's hands.

    Carries the edition it started from. When a later one was saved meanwhile, nothing is stored, the page keeps every
    word that was typed, says who saved what, and the next save may then put it on top (`overwrite`).
    """

    user: User  # who is writing; the admin sets it
    conflict: Conflict | None = None

    started_from = forms.IntegerField(required=False, widget=forms.HiddenInput)
    overwrite = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Article
        fields = [
            *("title", "slug", "summary", "body", "key_points", "get_help"),
            *("topic", "other_topics", "image"),
        ]
        widgets = {
            "title": forms.TextInput(attrs=WIDE),
            "summary": forms.Textarea(attrs={**WIDE, "rows": 2}),
            "key_points": forms.Textarea(attrs={**WIDE, "rows": 5}),
            "get_help": forms.Textarea(attrs={**WIDE, "rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # somebody who may only read gets the form without its fields
            self.fields["slug"].required = False
            self.fields["summary"].required = self.instance.status != Article.Status.DRAFT
        self.initial["started_from"] = self.instance.edition

    def clean_slug(self) -> str:
        """Empty, or filled in by the page from the title of a new article: then any free address like it will do."""
        slug: str = self.cleaned_data["slug"]
        title = self.cleaned_data.get("title", "")
        chosen = slug and (self.instance.pk or slug != slugify(title))
        return slug if chosen else free_slug(title, self.instance)

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > MAX_TEXT:
            raise forms.ValidationError(
                _("This text has %(length)s characters; %(limit)s is the most an article can hold."),
                params={"length": len(body), "limit": MAX_TEXT},
            )
        return body

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.instance.pk:
            self._refuse_to_overwrite(data)
        return data

    def _refuse_to_overwrite(self, data: dict[str, Any]) -> None:
        # The admin saves in the same transaction: until it ends nobody else can change this row.
        now = Article.objects.select_for_update().get(pk=self.instance.pk)
        if not now.can_be_edited_by(self.user):
            self.add_error(
                None,
                _("This article is %(status)s now and cannot be changed. Your text stands below; nothing was saved.")
                % {"status": now.get_status_display()},
            )
        elif now.edition not in {data.get("started_from"), data.get("overwrite")}:
            latest, changed = changes_since(now, data.get("started_from") or 0)
            self.conflict = Conflict(latest, [self._as_saved(name, now) for name in changed], now.edition)
            self.add_error(
                None,
                _("%(who)s saved this article while you were writing. Your text stands below; nothing was overwritten.")
                % {"who": (latest and latest.by) or _("Somebody")},
            )

    def _as_saved(self, name: str, article: Article) -> tuple[str, Any]:
        many = {"writers": _("Writers"), "references": _("Sources"), "other_topics": _("Other topics")}
        if name in many:
            return many[name], "\n".join(str(row) for row in getattr(article, name).all())
        return str(self.fields[name].label or name), getattr(article, name)


def free_slug(title: str, article: Article) -> str:
    """An address made of the title that no other article has."""
    stem = slugify(title)[:150].strip("-") or "article"
    taken = set(Article.objects.filter(slug__startswith=stem).exclude(pk=article.pk).values_list("slug", flat=True))
    return next(slug for slug in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))] if slug not in taken)


class ReferenceForm(forms.ModelForm):
    """The number may stay empty: the source then comes last."""

    place = forms.IntegerField(
        label=gettext_lazy("No."), required=False, min_value=1, max_value=999,
        widget=forms.NumberInput(attrs={"class": "vSmallNumberField"}),
    )  # fmt: skip

    url = forms.URLField(
        label=gettext_lazy("Address"), required=False, max_length=500, assume_scheme="https",
        widget=forms.URLInput(attrs={"size": 24}),
    )  # fmt: skip

    class Meta:
        model = Reference
        fields = ["text", "url", "doi", "accessed_on"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2, "cols": 34}),
            "doi": forms.TextInput(attrs={"size": 16}),
            "accessed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    field_order = ["place"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["place"] = self.instance.number

    def clean_doi(self) -> str:
        """Pasted with or without its address."""
        doi: str = self.cleaned_data["doi"].strip()
        for prefix in ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"):
            doi = doi.removeprefix(prefix)
        return doi.strip()


class ReferenceFormSet(forms.BaseInlineFormSet):
    """Numbers stay what the text's [n] says: nothing is renumbered behind the writer's back."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if self._is_kept(form)]
        numbered = [form for form in kept if form.cleaned_data.get("place")]
        for form in numbered:
            number = form.cleaned_data["place"]
            if [other for other in numbered if other.cleaned_data["place"] == number][0] is not form:
                form.add_error("place", _("Another source already has this number."))
            form.instance.number = number
        last = max((form.instance.number for form in numbered), default=0)
        for number, form in enumerate((form for form in kept if form not in numbered), start=last + 1):
            form.instance.number = number

    def save(self, commit: bool = True) -> Any:
        """Moves rows that change out of the way first, so that two sources can trade their numbers."""
        moving = [form.instance.pk for form in self.initial_forms if form.has_changed() and form.instance.pk]
        Reference.objects.filter(pk__in=moving).update(number=F("number") + FAR_AWAY)
        return super().save(commit)

    def _is_kept(self, form: forms.ModelForm) -> bool:
        if not hasattr(form, "cleaned_data") or form.cleaned_data.get("DELETE"):
            return False
        return bool(form.instance.pk) or form.has_changed()


class ImageForm(forms.ModelForm):
    class Meta:
        model = Image
        fields = ["file", "alt", "is_decorative", "caption", "credit"]
        widgets = {
            "alt": forms.Textarea(attrs={**WIDE, "rows": 2}),
            "caption": forms.Textarea(attrs={**WIDE, "rows": 2}),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("alt") and not data.get("is_decorative"):
            self.add_error("alt", _("Say what the picture shows, or mark it as decoration."))
        return data


class TopicForm(forms.ModelForm):
    class Meta:
        model = Topic
        fields = ["name", "slug", "parent", "summary", "guide"]
        widgets = {"summary": forms.Textarea(attrs={**WIDE, "rows": 2})}

    def clean_parent(self) -> Topic | None:
        parent: Topic | None = self.cleaned_data["parent"]
        if (
            parent
            and self.instance.pk
            and self.instance.pk in parent.ancestors(include_self=True).values_list("pk", flat=True)
        ):
            raise forms.ValidationError(_("A topic cannot stand under itself."))
        return parent


class StepForm(forms.Form):
    """What has to be said with a step. Carries the edition that was read: nobody decides about another text."""

    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NoteForm(StepForm):
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=5000, required=False, widget=forms.Textarea(attrs={**WIDE, "rows": 6})
    )


class TimeForm(StepForm):
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at <= timezone.now():
            raise forms.ValidationError(_("This moment has passed. Choose a later one, or publish now."))
        return at


class ReviewForm(StepForm):
    scope = forms.CharField(
        label=gettext_lazy("What you checked"), max_length=200, required=False,
        help_text=gettext_lazy("Readers see it: “the whole article”, “the figures on treatment”."),
    )  # fmt: skip
    next_due_on = forms.DateField(
        label=gettext_lazy("Check again by"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


FORMS: dict[str, type[StepForm]] = {"": StepForm, "note": NoteForm, "time": TimeForm, "review": ReviewForm}
REVIEW_YEARS = 2


def form_for(step: Step, article: Article, data: Any = None) -> StepForm:
    """The form that a step asks for, with what is most likely already filled in."""
    soon = timezone.localtime(timezone.now() + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    initial = {
        "edition": article.edition,
        "at": timezone.localtime(article.publish_at) if article.publish_at else soon,
        "next_due_on": timezone.localdate() + timedelta(days=365 * REVIEW_YEARS),
    }
    return FORMS[step.asks](data, initial=initial)
