"""Forms of an article, its sources and its writers. See `articles/forms/steps.py`, too."""

import re
from itertools import count
from operator import itemgetter
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.forms import WIDE
from articles.library.usage import with_present_files
from articles.models import Article, Authorship, Reference
from articles.text.content import ROWS, TEXTS, Content

MOST_ROWS = 300  # of sources, and of writers
MAX_TEXT = 300_000  # characters; the longest article anybody has finished has a tenth of that


class ArticleForm(forms.ModelForm):
    """What is being written of an article: the latest content, which readers may not see yet.

    Drafts may be incomplete: what is missing is said when the article leaves the writer's hands. Carries the edition it
    started from, see `articles.workflow.saving.write`.
    """

    started_from = forms.IntegerField(required=False, widget=forms.HiddenInput)
    draft_key = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)

    class Meta:
        model = Article
        fields = [
            *("title", "slug", "summary", "body", "key_points", "get_help"),
            *("topic", "other_topics", "image"),
        ]
        widgets = {
            # Long titles wrap; a line break in one is a blank, see clean_title.
            "title": forms.Textarea(attrs={**WIDE, "rows": 1}),
            "summary": forms.Textarea(attrs={**WIDE, "rows": 2}),
            "key_points": forms.Textarea(attrs={**WIDE, "rows": 5}),
            "get_help": forms.Textarea(attrs={**WIDE, "rows": 3}),
        }
        help_texts = {"body": gettext_lazy("Write [1] to point at the first source.")}

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        instance, initial = kwargs.get("instance"), kwargs.get("initial") or {}
        if instance and instance.pk:
            content = instance.content
            initial |= {name: content[name] for name in (*TEXTS, *ROWS, "other_topics")}
            if data is None:
                initial["body"] = with_present_files(content["body"])
        super().__init__(data, files, **{**kwargs, "initial": initial})
        if not self.instance.pk and "title" in self.fields:
            self.fields["title"].widget.attrs["autofocus"] = True
        if "slug" in self.fields:  # somebody who may only read gets the form without its fields
            self.fields["slug"].required = False
            self.fields["summary"].required = self.instance.status != Article.Status.DRAFT
        self.initial["started_from"] = self.instance.edition

    def clean(self) -> Any:
        if "_back" in self.data:  # from the question which of two texts stays
            raise forms.ValidationError(_("Nothing is saved yet: this is your text, as you wrote it."))
        return super().clean()

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_slug(self) -> str:
        """Empty, or the one that the title would give: then any free address like it will do."""
        slug: str = self.cleaned_data["slug"]
        title = self.cleaned_data.get("title", "")
        return slug if slug and slug != slugify(title) else free_slug(title, self.instance)

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > MAX_TEXT:
            raise forms.ValidationError(
                _("This text has %(length)s characters; %(limit)s is the most an article can hold."),
                params={"length": len(body), "limit": MAX_TEXT},
            )
        return body

    def content(self) -> Content:
        """What was typed, without sources and byline; of what is not as it should be, what was there before."""
        content, data = dict(self.instance.content), self.cleaned_data
        content |= {name: data[name].replace("\r\n", "\n") for name in TEXTS if name in data}
        content |= {name: data[name] and data[name].pk for name in ROWS if name in data}
        if "other_topics" in data:
            content["other_topics"] = sorted(topic.pk for topic in data["other_topics"])
        return content


def free_slug(title: str, article: Article) -> str:
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
        fields = ["text", "url", "doi", "pmid", "accessed_on"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2, "cols": 34}),
            "doi": forms.TextInput(attrs={"size": 16}),
            "pmid": forms.TextInput(attrs={"size": 10, "inputmode": "numeric"}),
            "accessed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def clean_doi(self) -> str:
        return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", self.cleaned_data["doi"].strip()).strip()


class ContentFormSet(forms.BaseInlineFormSet):
    """Rows of the content, not of the database: each is new, and `kept` are those that were filled in and not removed.

    `rows_of` says what the rows show at first, `part` what they become in the content.
    """

    @property
    def kept(self) -> list[Any]:
        return [form for form in self.forms if form.has_changed() and self._counts(form)]

    def save(self, commit: bool = True) -> list[Any]:
        """The content is saved as a whole. The admin asks what was done to rows: nothing was."""
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        return []

    def _counts(self, form: Any) -> bool:
        return hasattr(form, "cleaned_data") and form.is_valid() and not form.cleaned_data.get("DELETE")


class ReferenceFormSet(ContentFormSet):
    """Numbers stay what the text's [n] says: nothing is renumbered behind the writer's back."""

    @classmethod
    def rows_of(cls, content: Content) -> list[dict[str, Any]]:
        return [{**row, "place": row["number"]} for row in content["references"]]

    def clean(self) -> None:
        super().clean()
        numbers = [form.cleaned_data["place"] for form in self.kept if form.cleaned_data.get("place")]
        for form in self.kept:
            if numbers.count(form.cleaned_data.get("place")) > 1:
                form.add_error("place", _("Another source already has this number."))

    def part(self) -> list[Any]:
        rows = [form.cleaned_data for form in self.kept]
        free = count(1 + max((row["place"] for row in rows if row.get("place")), default=0))
        return sorted((self._row(row, row.get("place") or next(free)) for row in rows), key=itemgetter("number"))

    def _row(self, data: dict[str, Any], number: int) -> dict[str, Any]:
        read = data["accessed_on"] and data["accessed_on"].isoformat()
        return {"number": number, **{name: data[name] for name in ("text", "url", "doi", "pmid")}, "accessed_on": read}


class AuthorshipFormSet(ContentFormSet):
    @classmethod
    def rows_of(cls, content: Content) -> list[dict[str, Any]]:
        return [{"writer": writer, "position": position} for position, writer in enumerate(content["writers"])]

    def part(self) -> list[Any]:
        rows = sorted((form.cleaned_data for form in self.kept), key=lambda row: row.get("position") or 0)
        return list(dict.fromkeys(row["writer"].pk for row in rows))


# As a browser posts them; the admin makes its own of the same parts, with its widgets.
ReferenceRows = forms.inlineformset_factory(
    Article, Reference, form=ReferenceForm, formset=ReferenceFormSet, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 1
)
AuthorshipRows: type[Any] = forms.inlineformset_factory(
    Article, Authorship, formset=AuthorshipFormSet, fields=["writer", "position"], max_num=MOST_ROWS,
    absolute_max=MOST_ROWS + 1,
)  # fmt: skip
