"""Forms of a picture: its words and rights, and another file for it."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.forms import WIDE
from articles.library.same import same_as
from articles.models import Image
from articles.models.images import DEEDS, NO_CREDIT
from edge.pictures import PictureFormField


class ImageForm(forms.ModelForm):
    source = forms.URLField(
        label=gettext_lazy("Where it comes from"), required=False, max_length=500, assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )  # fmt: skip

    same: Image | None = None  # is in the library already

    class Meta:
        model = Image
        fields = ["file", "alt", "is_decorative", "caption", "credit", "licence", "source"]
        widgets = {
            "alt": forms.Textarea(attrs={**WIDE, "rows": 2}),
            "caption": forms.Textarea(attrs={**WIDE, "rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.add_prefix("again") in self.data:
            self.ask_again()

    def ask_again(self) -> None:
        self.fields["again"] = forms.BooleanField(label=_("Add it all the same"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.look_for_same(data)
        if not data.get("alt") and not data.get("is_decorative"):
            self.add_error("alt", _("Say what the picture shows, or mark it as decoration."))
        if data.get("licence") in DEEDS and not data.get("credit"):
            self.add_error("credit", NO_CREDIT)
        return data

    def look_for_same(self, data: dict[str, Any]) -> None:
        """Only pages that can ask do: nothing is refused because it is there already."""
        if not self.data.get("asks") or not data.get("file") or data.get("again") or not self.files:
            return
        self.same = same_as(data["file"])
        if self.same:
            self.ask_again()
            self.add_error("file", there_already(self.same))


def there_already(same: Image) -> SafeString:
    """A sentence, with a link to the picture that is the same."""
    url = reverse("admin:articles_image_change", args=[same.pk])
    said = _("The same picture is in the library already."), url, _("Look at the one there is")
    return format_html('{} <a href="{}" target="_blank" rel="noopener">{}</a>', *said)


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
