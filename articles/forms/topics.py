"""The form of a topic and its guide."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from articles.forms import WIDE
from articles.library.usage import with_present_files
from articles.models import Topic


class TopicForm(forms.ModelForm):
    class Meta:
        model = Topic
        fields = ["name", "slug", "parent", "kind", "summary", "guide"]
        widgets = {"summary": forms.Textarea(attrs={**WIDE, "rows": 2})}

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if data is None and self.initial.get("guide"):
            self.initial["guide"] = with_present_files(self.initial["guide"])

    def clean_parent(self) -> Topic | None:
        parent: Topic | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.ancestors(include_self=True).filter(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("A topic cannot stand under itself."))
        return parent
