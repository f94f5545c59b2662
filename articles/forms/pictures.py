"""Forms of a picture: its words and rights, and another file for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.forms import WIDE
from articles.models import Image
from articles.models.images import DEEDS, NO_CREDIT
from edge.pictures import PictureFormField


class ImageForm(forms.ModelForm):
    source = forms.URLField(
        label=gettext_lazy("Where it comes from"), required=False, max_length=500, assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )  # fmt: skip

    class Meta:
        model = Image
        fields = ["file", "alt", "is_decorative", "caption", "credit", "licence", "source"]
        widgets = {
            "alt": forms.Textarea(attrs={**WIDE, "rows": 2}),
            "caption": forms.Textarea(attrs={**WIDE, "rows": 2}),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("alt") and not data.get("is_decorative"):
            self.add_error("alt", _("Say what the picture shows, or mark it as decoration."))
        if data.get("licence") in DEEDS and not data.get("credit"):
            self.add_error("credit", NO_CREDIT)
        return data


OVERTAKEN = gettext_lazy("Somebody has replaced this picture meanwhile. Please open this page again and look at it.")


class ReplaceForm(forms.Form):
    """Another file for a picture. Names the one that is replaced: nobody replaces what somebody else has just put there."""

    replaces = forms.CharField(max_length=100, widget=forms.HiddenInput)
    file = PictureFormField(label=gettext_lazy("New file"))

    def __init__(self, *args: Any, image: Image, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"replaces": image.file.name}})
        self.image = image

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("replaces") != self.image.file.name:
            raise forms.ValidationError(OVERTAKEN)
        return data
