from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class NameForm(forms.Form):
    """What sign-up asks besides address and password."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Shown with what you write."))
    field_order = ["name", "email", "password1"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].replace("\x00", "").split())

    def signup(self, request: HttpRequest, user: Any) -> None:
        assert isinstance(user, User)  # noqa: S101  allauth hands over the user it has just made
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
